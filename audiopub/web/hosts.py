"""By which names the desk is reached. A page of another site whose name leads to us, by a trick with DNS, is not ours."""

import re
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

_HOST = re.compile(r"(?P<name>[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])(?::(?P<port>\d{1,5}))?")
_USUAL = {"http": "80", "https": "443"}


class Hosts:
    """Names of the desk, and by which scheme each is reached."""

    def __init__(self, named: Iterable[str], published: Iterable[str] = ()) -> None:
        """Take the names.

        Args:
            named: as in AUDIOPUB_DESK_HOSTS; https where none is said.
            published: addresses of shows, of which those by https count.
        """
        asked = [name if "://" in name else f"https://{name}" for name in named] + [url for url in published if url.startswith("https://")]
        parts = [urlsplit(url.lower()) for url in asked]
        self._schemes = {(part.hostname or "", str(part.port or _USUAL[part.scheme])): part.scheme for part in parts}

    def origin(self, host: str, scheme: str) -> str | None:
        """Give the origin of the desk as it is reached by a name; None for a name that is not ours.

        Args:
            host: the header of that name.
            scheme: by which the request came, which counts for loopback only; elsewhere it is what was said of the name.

        >>> Hosts(["desk.bao.vn"]).origin("desk.bao.vn", "http"), Hosts([]).origin("localhost:8000", "http"), Hosts([]).origin("evil.example", "http")
        ('https://desk.bao.vn', 'http://localhost:8000', None)
        """
        found = _HOST.fullmatch(host.lower())
        if not found:
            return None
        name, port = found["name"], found["port"]
        if is_loopback(name):
            return _origin(scheme, name, port)
        for usual in ("https", "http"):
            if self._schemes.get((name.strip("[]"), port or _USUAL[usual])) == usual:
                return _origin(usual, name, port)
        known = self._schemes.get((name.strip("[]"), port or ""))
        return _origin(known, name, port) if known else None


def is_loopback(host: str) -> bool:
    """Tell whether a name or address, as in a URL or without a port, is this machine's own.

    >>> [is_loopback(host) for host in ("localhost", "127.0.0.1", "[::1]", "0.0.0.0", "localhost.evil.example")]
    [True, True, True, False, False]
    """
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _origin(scheme: str, name: str, port: str | None) -> str:
    return f"{scheme}://{name}" if port in {None, _USUAL[scheme]} else f"{scheme}://{name}:{port}"
