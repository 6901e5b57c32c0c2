"""What we take from the other end of the connection: its network, and coarse words for the device."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

from flask import request

from web.context import settings

_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "Chromebook"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrom", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
_HOME_PREFIX = 64


def network() -> str:
    """The network that limits count by: an IPv4 address, or the /64 that one IPv6 household has.

    It comes from the socket, unless that is a proxy of ours: other headers are anybody's to write.
    """
    forwarded = request.headers.get("X-Forwarded-For", "")
    return network_of(address_of(request.remote_addr or "", forwarded, settings().trusted_proxies))


def address_of(peer: str, forwarded: str, trusted: Sequence[IPv4Network | IPv6Network]) -> str:
    """The nearest address that is none of our proxies; each of them appends the one it was called from."""
    chain = [name.strip() for name in forwarded.split(",") if name.strip()] + [peer]
    while len(chain) > 1 and _is_one_of(chain[-1], trusted):
        chain.pop()
    return chain[-1]


def network_of(address: str) -> str:
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(IPv6Network((found, _HOME_PREFIX), strict=False))
    return str(found.ipv4_mapped or found) if isinstance(found, IPv6Address) else str(found)


def _is_one_of(address: str, trusted: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    plain = (found.ipv4_mapped if isinstance(found, IPv6Address) else None) or found
    return any(plain in network for network in trusted)


def device_words() -> str:
    return spoken_device(request.user_agent.string)


def spoken_device(user_agent: str) -> str:
    """`Firefox on Windows`: enough to know one's own device, too little to know anybody by."""
    browser = _first(_BROWSERS, user_agent) or "A browser"
    system = _first(_SYSTEMS, user_agent)
    return f"{browser} on {system}" if system else browser


def _first(signs: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((word for sign, word in signs if sign in text), None)
