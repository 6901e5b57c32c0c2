"""What the directory's form asks for, read from an address with nothing of it trusted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from foundation.timewords import local_date
from scheduling.availability import Interval
from scheduling.meeting_guide.looking import Wanted
from scheduling.meeting_guide.types import CHOICES, IN_PERSON, ONLINE, languages
from scheduling.recurrence import lenient_local

NOW = "now"
SOON = timedelta(hours=2)
PAGE = 50
_LATE = timedelta(hours=1)
_LAST_DAY = 6
_LONGEST = 80
_FURTHEST_PAGE = 100


@dataclass(frozen=True)
class Asked:
    """`when` is `now` for the next two hours, or the number of days from today."""

    when: str
    words: str
    kind: str
    language: str
    where: str
    page: int

    def wanted(self, zone: ZoneInfo, now: datetime) -> Wanted:
        return Wanted(span_of(self.when, zone, now), self.words, self.kind, self.language, self.where)

    @property
    def is_plain(self) -> bool:
        """Whether nothing but the time is asked for."""
        return not (self.words or self.kind or self.language or self.where)

    def link(self, **more: str) -> dict[str, str]:
        """The address's parts, without empty ones."""
        parts = {"when": self.when, "q": self.words, "type": self.kind, "language": self.language}
        return {name: value for name, value in (parts | {"where": self.where} | more).items() if value}


def asked(args: Mapping[str, str]) -> Asked:
    page = args.get("page", "")
    return Asked(
        when=_one_of(args.get("when"), {NOW, *map(str, range(_LAST_DAY + 1))}) or NOW,
        words=" ".join(args.get("q", "")[:_LONGEST].replace("\0", " ").split()),
        kind=_one_of(args.get("type"), set(CHOICES)),
        language=_one_of(args.get("language"), {code for code, _ in languages()}),
        where=_one_of(args.get("where"), {ONLINE, IN_PERSON}),
        page=min(int(page), _FURTHEST_PAGE) if page.isascii() and page.isdecimal() and len(page) < 4 else 0,  # noqa: PLR2004
    )


def span_of(when: str, zone: ZoneInfo, now: datetime) -> Interval:
    """Two hours, with what began within the last; or a day of the reader's, today from now on."""
    if when == NOW:
        return now - _LATE, now + SOON
    day = local_date(now, zone) + timedelta(days=int(when))
    start, end = (lenient_local(day + timedelta(days=days), 0, zone) for days in (0, 1))
    return (now, end) if when == "0" else (start, end)


def _one_of(value: str | None, allowed: set[str]) -> str:
    return value if value in allowed else ""
