"""Hours of somebody's clock in which no reminder comes. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

AHEAD = timedelta(minutes=15)
"""How long before quiet hours begin a reminder comes that would fall into them."""

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class QuietHours:
    """From minute `start` of the local day to minute `end`, past midnight when `end` is not later.

    The same minute twice means that there are none.
    """

    start: int
    end: int
    zone: ZoneInfo

    @property
    def minutes(self) -> int:
        return (self.end - self.start) % (24 * 60)

    def cover(self, instant: datetime) -> bool:
        local = instant.astimezone(self.zone)
        return (local.hour * 60 + local.minute - self.start) % (24 * 60) < self.minutes

    def began(self, instant: datetime) -> datetime:
        """When those began that cover the instant."""
        local = instant.astimezone(self.zone)
        is_past_midnight = local.hour * 60 + local.minute < self.start
        return self._at(local.date() - _DAY if is_past_midnight else local.date(), self.start)

    def end_after(self, instant: datetime) -> datetime:
        """When those end that cover the instant."""
        local = instant.astimezone(self.zone)
        is_next_day = local.hour * 60 + local.minute >= self.end
        return self._at(local.date() + _DAY if is_next_day else local.date(), self.end)

    def _at(self, day: date, minute: int) -> datetime:
        """A minute that the clocks jump over counts by the clock before the jump."""
        local = datetime.combine(day, time(minute // 60, minute % 60), self.zone)
        return local.astimezone(UTC)


NEVER_QUIET = QuietHours(0, 0, ZoneInfo("UTC"))


def kept_quiet(due_at: datetime, starts_at: datetime, now: datetime, quiet: QuietHours) -> datetime | None:
    """When to remind instead: before the quiet hours; where that is past, after them, if it has not begun.

    None when neither is left, as for somebody who books in the night for the early morning.
    """
    if not quiet.cover(due_at):
        return due_at
    before, after = quiet.began(due_at) - AHEAD, quiet.end_after(due_at)
    if before > now and not quiet.cover(before):
        return before
    return after if now < after < starts_at and not quiet.cover(after) else None
