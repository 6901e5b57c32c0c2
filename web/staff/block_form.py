"""The form of a block: one day, from, until, and a title that only its owner reads."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from scheduling.availability import Interval
from scheduling.block_records import TimeBlock
from scheduling.blocks import LONGEST_TITLE
from web.forms import DayField, Form, LineField, MinuteField, instant_of

_USUAL = timedelta(hours=1)
_DAY = timedelta(days=1)


class BlockForm(Form):
    """`until` at or before `time` is on the next day."""

    day = DayField("Day")
    time = MinuteField("From")
    until = MinuteField("Until")
    title = LineField("What for", most=LONGEST_TITLE, missing=None)

    def start(self, zone: ZoneInfo) -> datetime | None:
        """When it begins, as far as that can be read."""
        return instant_of(self.day, self.time, zone) if self.day.data and not self.time.errors else None

    def span(self, zone: ZoneInfo) -> Interval | None:
        """Both ends; None with words at the field that needs another look."""
        if not self.validate():
            return None
        start = instant_of(self.day, self.time, zone)
        end = instant_of(self.day, self.until, zone)
        if start is None or end is None:
            return None
        return (start, end) if start < end else self._overnight(start, zone)

    def _overnight(self, start: datetime, zone: ZoneInfo) -> Interval | None:
        day, self.day.data = self.day.data, (self.day.data + _DAY if self.day.data else None)
        end = instant_of(self.day, self.until, zone)
        self.day.data = day
        return (start, end) if end else None


def form_for(start: datetime, block: TimeBlock | None, zone: ZoneInfo) -> BlockForm:
    """The form as it stands for a block, or for an hour from `start`."""
    end = block.ends_at if block else start + _USUAL
    first, last = start.astimezone(zone), end.astimezone(zone)
    values = {
        "day": first.date(),
        "time": first.hour * 60 + first.minute,
        "until": last.hour * 60 + last.minute,
        "title": block.title if block else "",
    }
    return BlockForm(data=values)
