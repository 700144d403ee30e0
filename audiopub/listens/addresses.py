"""Addresses: which are left out, and how a listener is known again without one."""

import hashlib
from bisect import bisect_right
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, collapse_addresses, ip_address, ip_network

_HOST_BITS = 64
"""An IPv6 household has 64 bits to itself and changes them at will, so they do not tell listeners apart. Source: IAB 2.1."""


class Networks:
    """Addresses that are left out; thousands of networks cost no more than a few."""

    def __init__(self, networks: Iterable[IPv4Network | IPv6Network]) -> None:
        """Take networks of both kinds, in any order, overlapping or not."""
        given = tuple(networks)
        four = collapse_addresses(network for network in given if isinstance(network, IPv4Network))
        six = collapse_addresses(network for network in given if isinstance(network, IPv6Network))
        self._bounds = {
            4: [(int(network.network_address), int(network.broadcast_address)) for network in four],
            6: [(int(network.network_address), int(network.broadcast_address)) for network in six],
        }

    def __bool__(self) -> bool:
        return any(self._bounds.values())

    def __contains__(self, address: str) -> bool:
        known = _parsed(address)
        if known is None:
            return False
        bounds, number = self._bounds[known.version], int(known)
        place = bisect_right(bounds, (number, 2**128)) - 1
        return place >= 0 and number <= bounds[place][1]


def networks(lines: Iterable[str]) -> Networks:
    """Read addresses and networks, one a line, ``#`` for notes.

    Raises:
        ValueError: a line is neither.

    >>> "192.0.2.7" in networks(["192.0.2.0/24  # the office"]), "2001:db8::1" in networks(["192.0.2.7"])
    (True, False)
    """
    texts = (line.partition("#")[0].strip() for line in lines)
    return Networks(ip_network(text, strict=False) for text in texts if text)


def household(address: str) -> str:
    """Give what addresses of one connection share: IPv4 whole, IPv6 its first 64 bits; a host name stays as it is.

    >>> household("2001:db8:1:2:aaaa::7"), household("::ffff:192.0.2.7"), household("192.0.2.7")
    ('2001:db8:1:2::', '192.0.2.7', '192.0.2.7')
    """
    if ":" not in address:
        return address
    known = _parsed(address)
    if isinstance(known, IPv6Address):
        return str(IPv6Address(int(known) >> _HOST_BITS << _HOST_BITS))
    return address if known is None else str(known)


def listener(address: str, agent: str, salt: bytes) -> int:
    """Give the number by which a listener is known in this run; with a salt that nobody keeps, it leads back to nobody.

    Args:
        address: of the client.
        agent: its user agent.
        salt: up to 64 random bytes, one and the same for a run.
    """
    text = f"{household(address)}\0{agent}".encode("utf-8", "replace")
    return int.from_bytes(hashlib.blake2b(text, key=salt, digest_size=8).digest())


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return known.ipv4_mapped or known if isinstance(known, IPv6Address) else known
