"""What `evenside doctor` says of Valkey or Redis: nobody but us may be let in (R43)."""

import stat
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import redis

from cli.findings import GOOD, NOTE, UNSAFE, Finding
from foundation.called_address import LOOPBACK
from foundation.settings import Settings
from realtime.valkey import client

_PRIVATE = "Only those who may reach it: wake-ups are told to the other processes at once."


def wakeups(settings: Settings) -> Finding:
    """Good, or what to do. That nobody else is let in is tried, not read off the address."""
    url = settings.redis_url
    if not url:
        return Finding(NOTE, "No wake-ups are set: processes hear of each other within half a second.")
    if trouble := _what_is_open(url):
        return Finding(UNSAFE, trouble)
    if (problem := _why_refused(url)) is not None:
        return Finding(NOTE, f"Valkey does not answer ({problem}); rooms go on by the pulse.")
    if urlsplit(url).scheme == "redis" and urlsplit(url).hostname not in LOOPBACK:
        return Finding(
            NOTE, "Valkey answers to its password alone, sent in the clear: keep its network private."
        )
    return Finding(GOOD, f"Valkey answers. {_PRIVATE}")


def _what_is_open(url: str) -> str | None:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return _open_socket(Path(parts.path)) if not parts.password else None
    if not parts.password:
        return "Valkey's address has no password: whoever reaches it could wake rooms. Set requirepass."
    if _why_refused(_without_password(url)) is None:
        return "Valkey answers without its password too. Set requirepass, or switch its default user off."
    return None


def _open_socket(path: Path) -> str | None:
    """The permissions of the socket, or of the folder it lies in, keep others out."""
    if not path.exists():
        return None
    if any(not stat.S_IMODE(one.stat().st_mode) & 0o007 for one in (path, path.parent)):
        return None
    return f"Anybody on this machine may open {path.name}. Set unixsocketperm 770, or a password."


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _why_refused(url: str) -> str | None:
    """None when it answers. The error's kind alone: its words could hold the password."""
    try:
        with client(url) as server:
            server.ping()
    except (redis.RedisError, OSError) as error:
        return type(error).__name__
    return None
