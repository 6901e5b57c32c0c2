"""Digests of what could be guessed (an address, a network, six digits): made with the house's secret key."""

import hashlib
import hmac


def keyed_digest(key: bytes, purpose: str, value: str) -> str:
    """HMAC-SHA256 as hex. Without the key nobody can try values; `purpose` keeps uses apart."""
    return hmac.new(key, f"{purpose}:{value}".encode(), hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two digests are equal, in a time that says nothing about where they differ."""
    return hmac.compare_digest(one, other)
