"""Secrets that are handed out once and kept only as digests."""

import hashlib
import secrets


def new_secret() -> str:
    """A fresh URL-safe secret of 256 random bits."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """SHA-256 of a high-entropy secret, as hex; never use it for what a person types."""
    return hashlib.sha256(secret.encode()).hexdigest()
