"""The base of every form: what was typed stays, extra fields are ignored, and CSRF is checked before."""

from datetime import date, datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

import wtforms
from flask import request

from foundation.timewords import clock, zone_city
from scheduling.recurrence import NonExistentTime, resolve_local
from web.form_fields import (
    AddressField,
    DayField,
    LineField,
    MinuteField,
    PhoneField,
    TextField_,
    ZoneField,
)

__all__ = [
    "AddressField",
    "DayField",
    "Form",
    "LineField",
    "MinuteField",
    "PhoneField",
    "TextField_",
    "ZoneField",
    "instant_of",
    "refuse",
]


class Form(wtforms.Form):
    """`SomeForm.sent()` reads a POST; `SomeForm(obj=...)` or `SomeForm(data=...)` prefills a page."""

    @classmethod
    def sent(cls, **kwargs: Any) -> Self:
        return cls(request.form, **kwargs)


def refuse(field: wtforms.Field, message: str) -> None:
    """Add an error that only a command could find, so that the page shows it at the field."""
    field.errors = [*field.errors, message]


def instant_of(day: DayField, minute: MinuteField, zone: ZoneInfo) -> datetime | None:
    """The UTC instant of a validated day and time; the first of two when the clocks go back.

    A time that the clocks jump over is refused at `minute`, and the answer is None.
    """
    if day.data is None or minute.data is None:
        return None
    try:
        return resolve_local(day.data, minute.data, zone)
    except NonExistentTime:
        refuse(minute, _no_such_time(day.data, minute.data, zone))
        return None


def _no_such_time(day: date, minute: int, zone: ZoneInfo) -> str:
    valid = clock(next_valid(day, minute, zone), zone)
    return f"That day the clocks go forward in {zone_city(zone)} and skip this time. The next one is {valid}."


def next_valid(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The first instant, as UTC, that a clock in `zone` shows at or after this local time."""
    while True:
        try:
            return resolve_local(day, minute, zone)
        except NonExistentTime:
            minute += 1
            day, minute = day + timedelta(days=minute // 1440), minute % 1440
