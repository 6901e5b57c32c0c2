"""Secrets that are handed out once and kept only as digests."""

import hashlib
import secrets

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


def new_secret() -> str:
    """A fresh URL-safe secret of 256 random bits."""
    return secrets.token_urlsafe(32)


def new_short_secret() -> str:
    """130 random bits in 26 letters that no program takes for the end of an address, for a link in a text."""
    return "".join(secrets.choice(_LETTERS) for _ in range(26))


def digest(secret: str) -> str:
    """SHA-256 of a high-entropy secret, as hex; never use it for what a person types."""
    return hashlib.sha256(secret.encode()).hexdigest()
