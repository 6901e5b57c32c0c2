"""Where a pager listens, if a clinic has one: checked when the house starts. Pure."""

from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from foundation.called_address import is_this_machine, may_be_called

SHORTEST_SECRET = 32


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
        """Whether it listens on this machine itself."""
        return is_this_machine(self.url)


def read_pager(url: str, secret: str, problems: list[str]) -> Pager | None:
    """Both or neither; what is wrong is added to `problems`."""
    if not url and not secret:
        return None
    pager = Pager(url, secret)
    if not may_be_called(url):
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
