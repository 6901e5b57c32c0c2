"""Lines that answer at any hour, from a data file that an installation may replace."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from foundation.settings import Settings

DEFAULT = Path(__file__).with_name("helplines.toml")
SHORT = 3
_HOWS = {"call", "text", "call or text"}


class HelplinesBroken(Exception):
    """The helplines file cannot be used; the message says what to change."""


@dataclass(frozen=True)
class Helpline:
    """A line to call or text. `urgent` ones are shown wherever somebody may be in danger."""

    name: str
    number: str
    how: str
    note: str
    country: str
    urgent: bool

    @property
    def is_short(self) -> bool:
        """Short enough to be shown as large as the screen allows."""
        return len(self.number) <= SHORT

    @property
    def href(self) -> str:
        """`tel:` or `sms:`, with the digits only."""
        scheme = "sms" if self.how == "text" else "tel"
        return f"{scheme}:{''.join(c for c in self.number if c.isdigit() or c == '+')}"


def helplines(settings: Settings) -> list[Helpline]:
    """The installation's lines, urgent ones first. Raises HelplinesBroken."""
    return sorted(_read(settings.helplines_file or DEFAULT), key=lambda line: not line.urgent)


@cache
def _read(path: Path) -> tuple[Helpline, ...]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        lines = tuple(Helpline(**entry) for entry in data["line"])
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise HelplinesBroken(f"{path} does not hold helplines of the expected form: {error}") from error
    if not any(line.urgent for line in lines) or any(line.how not in _HOWS for line in lines):
        raise HelplinesBroken(
            f"{path} needs at least one urgent line, and each `how` is call, text or call or text."
        )
    return lines
