"""The rules of repetition that a series may be ordered by: weekly, so many times or until a date. Pure.

RFC 5545 has far more to say; whatever is not on this list is refused rather than half understood.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from web.api.refusals import BadRule

_PART = re.compile(r"(FREQ|INTERVAL|COUNT|UNTIL)=([A-Z0-9]{1,16})")
_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
_DATE, _INSTANT = "%Y%m%d", "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Rule:
    """Every `every_weeks` weeks, `count` times or until `until`: a local date, included, or an instant."""

    every_weeks: int
    count: int | None
    until: date | datetime | None

    def dates(self, starts_at: datetime, zone: ZoneInfo) -> int:
        """How many dates it has when it begins at `starts_at`, at the same local time in `zone`."""
        if self.count is not None or self.until is None:
            return self.count or 0
        first, stride = starts_at.astimezone(zone), timedelta(weeks=self.every_weeks)
        last = self.until.astimezone(zone) if isinstance(self.until, datetime) else self.until
        if isinstance(last, datetime):
            return max(0, (last.replace(tzinfo=None) - first.replace(tzinfo=None)) // stride + 1)
        return max(0, (last - first.date()) // stride + 1)


def read_rule(text: str) -> Rule:
    """Raises BadRule."""
    found: dict[str, str] = {}
    for part in text.split(";"):
        named = _PART.fullmatch(part)
        if named is None or named[1] in found:
            raise BadRule
        found[named[1]] = named[2]
    if found.get("FREQ") != "WEEKLY" or ("COUNT" in found) == ("UNTIL" in found):
        raise BadRule
    count = _number(found["COUNT"]) if "COUNT" in found else None
    until = _until(found["UNTIL"]) if "UNTIL" in found else None
    return Rule(_number(found.get("INTERVAL", "1")), count, until)


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise BadRule
    return int(text)


def _until(text: str) -> date | datetime:
    try:
        if len(text) == len("20270330"):
            return datetime.strptime(text, _DATE).replace(tzinfo=UTC).date()
        return datetime.strptime(text, _INSTANT).replace(tzinfo=UTC)
    except ValueError as error:
        raise BadRule from error
