"""A day and a time on the clock, typed or dropped, in the zone of whoever looks."""

from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import request

from web.forms import DayField, Form, MinuteField, instant_of


class WhenForm(Form):
    """`day=2026-12-02&time=15:30`, in an address as in a form. Fields of others in the form are ignored."""

    day = DayField("Day")
    time = MinuteField("Time")

    def instant(self, zone: ZoneInfo) -> datetime | None:
        """The moment it says; None with words at the field that needs another look."""
        return instant_of(self.day, self.time, zone) if self.validate() else None


def asked_when() -> WhenForm:
    """What the address or the form says."""
    return WhenForm(request.values)


def is_asked() -> bool:
    """Whether anybody named a time at all."""
    return bool(request.values.get("day") or request.values.get("time"))


def form_at(instant: datetime, zone: ZoneInfo) -> WhenForm:
    """The form as it stands when this moment is chosen."""
    local = instant.astimezone(zone)
    return WhenForm(data={"day": local.date(), "time": local.hour * 60 + local.minute})


def written(instant: datetime, zone: ZoneInfo) -> dict[str, str]:
    """The address's values for a moment."""
    local = instant.astimezone(zone)
    return {"day": local.date().isoformat(), "time": f"{local:%H:%M}"}


def at_link(path: str, instant: datetime, zone: ZoneInfo, **more: str) -> str:
    """`path` at that moment."""
    return f"{path}?{urlencode(written(instant, zone) | more)}"
