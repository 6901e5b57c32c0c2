"""Signed passes for links in mails: one purpose, one thing, until a day. Nothing is stored. Pure."""

from datetime import UTC, datetime

from auth.keyed import keyed_digest, same

_MARK_LETTERS = 43
"""Of the digest's 64 hex digits: 172 bits, and the link still fits on one line of a mail."""


def make_pass(key: bytes, purpose: str, subject: str, until: datetime) -> str:
    """The same key, purpose, subject and second give the same pass."""
    end = f"{int(until.timestamp()):x}"
    return f"{subject}.{end}.{_mark(key, purpose, subject, end)}"


def read_pass(key: bytes, purpose: str, token: str, *, now: datetime) -> str | None:
    """The subject, or None for a pass that is over, for another purpose, or not ours."""
    subject, _, rest = token.partition(".")
    end, _, mark = rest.partition(".")
    if not token.isascii() or not same(mark, _mark(key, purpose, subject, end)):
        return None
    return subject if now < datetime.fromtimestamp(int(end, 16), UTC) else None


def _mark(key: bytes, purpose: str, subject: str, end: str) -> str:
    return keyed_digest(key, f"pass.{purpose}", f"{subject}.{end}")[:_MARK_LETTERS]
