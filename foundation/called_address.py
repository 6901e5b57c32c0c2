"""Which addresses of the operator's choosing are called with what others must not read. Pure."""

from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def is_this_machine(url: str) -> bool:
    """Whether it is this machine itself: said so by name, not by what a name resolves to."""
    return urlsplit(url).hostname in LOOPBACK


def may_be_called(url: str) -> bool:
    """https, or http to this machine itself, without a name, a password or a fragment in it."""
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError:
        return False
    is_plain = not (parts.username or parts.password or parts.fragment)
    is_reached = parts.scheme == "https" or (parts.scheme == "http" and is_this_machine(url))
    return bool(parts.hostname) and is_plain and is_reached
