"""Addresses that may be fetched: https, a public name, nobody's password. And what counts as public. Pure."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import ClassVar
from urllib.parse import urlsplit, urlunsplit

from foundation.errors import DomainError

LONGEST = 2000
_NOT_PUBLIC = tuple(
    ip_network(name)
    for name in (
        "::/96",  # IPv4-compatible
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",  # NAT64 of a network's own
        "2001::/32",  # Teredo
        "2002::/16",  # 6to4
        "192.88.99.0/24",  # 6to4 relays
        "fec0::/10",  # site-local, long given up
    )
)
"""What Python's `is_global` lets through although it may lead to an address inside."""
_LAST_LABELS = (".local", ".internal", ".localhost", ".lan", ".home", ".arpa", ".corp", ".intranet")


class BadAddress(DomainError):
    code: ClassVar[str] = "bad_address"
    default: ClassVar[str] = "Write the whole address of the calendar, beginning with https://."


def checked_address(text: str) -> str:
    """The address as it is fetched, `webcal:` turned into `https:`. Raises BadAddress."""
    url = text.strip()
    if len(url) > LONGEST or any(c.isspace() or not c.isprintable() for c in url):
        raise BadAddress
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise BadAddress from error
    scheme = "https" if parts.scheme in {"webcal", "webcals"} else parts.scheme
    if scheme == "http":
        raise BadAddress("That address begins with http://. Use the one that begins with https://.")
    if scheme != "https" or not host or port == 0:
        raise BadAddress
    if parts.username is not None or parts.password is not None:
        raise BadAddress("That address has a password in it. Use one that needs none.")
    if not _may_be_public(host):
        raise BadAddress("That address leads into a private network. Only public ones can be fetched.")
    return urlunsplit((scheme, parts.netloc, parts.path or "/", parts.query, ""))


def is_public(address: str) -> bool:
    """Whether a packet to it can only leave for the public internet."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return "%" not in address and _is_public(found)


def _is_public(found: IPv4Address | IPv6Address) -> bool:
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        return False
    inside = any(found in network for network in _NOT_PUBLIC if network.version == found.version)
    return found.is_global and not (inside or found.is_multicast or found.is_reserved or found.is_unspecified)


def _may_be_public(host: str) -> bool:
    """Names are looked up when they are fetched; an address that is written out is judged at once."""
    try:
        return _is_public(ip_address(host.strip("[]")))
    except ValueError:
        name = host.rstrip(".").lower()
        digits = name.replace(".", "").replace("x", "")
        is_odd_number = bool(digits) and all(c in "0123456789abcdef" for c in digits) and name[-1].isdigit()
        return "." in name and not name.endswith(_LAST_LABELS) and not is_odd_number
