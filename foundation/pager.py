"""Where a pager listens, if a clinic has one: checked when the house starts. Pure."""

from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

SHORTEST_SECRET = 32
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class Pager:
    """An address that takes signed calls. `secret` is shared with whoever listens there."""

    url: str
    secret: str = field(repr=False)

    @property
    def parts(self) -> SplitResult:
        return urlsplit(self.url)

    @property
    def is_here(self) -> bool:
        """Whether it is this machine itself: said so by name, not by what a name resolves to."""
        return self.parts.hostname in LOOPBACK


def read_pager(url: str, secret: str, problems: list[str]) -> Pager | None:
    """Both or neither; what is wrong is added to `problems`."""
    if not url and not secret:
        return None
    pager = Pager(url, secret)
    if not _is_safe(pager):
        problems.append(
            "EVENSIDE_ONCALL_WEBHOOK_URL must be like https://pager.example.org/evenside, without a name "
            "or password in it; http only for this machine itself."
        )
    if len(secret) < SHORTEST_SECRET:
        problems.append(
            f"EVENSIDE_ONCALL_WEBHOOK_SECRET needs {SHORTEST_SECRET} letters or more, "
            "so that nobody else can ring the pager."
        )
    return pager


def _is_safe(pager: Pager) -> bool:
    try:
        parts, _port = pager.parts, pager.parts.port
    except ValueError:
        return False
    is_plain = not (parts.username or parts.password or parts.fragment)
    is_reached = parts.scheme == "https" or (parts.scheme == "http" and pager.is_here)
    return bool(parts.hostname) and is_plain and is_reached
