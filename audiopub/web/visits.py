"""What a request says of whoever makes it, and how much of that is believed."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope

from audiopub.config.settings import Network
from audiopub.people import Visit
from audiopub.web.hosts import Hosts, is_loopback

_SAID = ("x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-real-ip", "forwarded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who asks, from where, and by which of our names."""

    visit: Visit
    origin: str | None
    """Our own, as the request reached us; None where the name is not ours."""

    is_near: bool
    """From this machine itself, without a proxy between."""

    comes_by_proxy: bool
    """By one that is trusted."""

    @property
    def is_secure(self) -> bool:
        """Tell whether what is sent back goes by https."""
        return self.origin is not None and self.origin.startswith("https://")


def asking(scope: Scope, hosts: Hosts, proxies: Sequence[Network]) -> Asking:
    """Look who asks; what a proxy says of the address and the scheme is believed of trusted ones only."""
    headers = Headers(scope=scope)
    peer = str(scope["client"][0]) if scope.get("client") else ""
    trusted = _is_in(peer, proxies)
    scheme = headers.get("x-forwarded-proto", "") if trusted else ""
    names = headers.getlist("host")
    address = _client(headers.getlist("x-forwarded-for"), peer, proxies) if trusted else peer
    return Asking(
        visit=Visit(address=_grouped(address), agent=headers.get("user-agent", "")),
        origin=hosts.origin(names[0], scheme if scheme in {"http", "https"} else scope.get("scheme", "http")) if len(names) == 1 else None,
        is_near=is_loopback(peer) and not any(name in headers for name in _SAID) and len(names) == 1 and is_loopback(_name(names[0])),
        comes_by_proxy=trusted,
    )


def _client(said: Sequence[str], peer: str, proxies: Sequence[Network]) -> str:
    """Go back through the proxies to the first address that none of ours has; what stands before it, anybody may have written."""
    for part in reversed([part.strip() for line in said for part in line.split(",")]):
        try:
            ip_address(part)
        except ValueError:
            return peer
        peer = part
        if not _is_in(part, proxies):
            break
    return peer


def _is_in(address: str, networks: Sequence[Network]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return any((mapped or found) in network for network in networks)


def _grouped(address: str) -> str:
    """Give what is counted as one address: of the new kind, whole networks belong to one customer."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or (found if found.is_loopback else ip_network(f"{found}/64", strict=False)))
    return address


def _name(host: str) -> str:
    return host.rsplit(":", 1)[0].lower() if not host.endswith("]") else host.lower()
