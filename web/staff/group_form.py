"""The forms of weekly groups: adding one, and single numbers and days of it."""

from datetime import date
from typing import Any

from wtforms import IntegerField, SelectField
from wtforms.validators import NumberRange

from web.forms import DayField, Form, LineField, MinuteField, ZoneField

_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKDAYS: Any = dict(enumerate(_NAMES))
_NONE_YET: Any = {}
_LEAST, _MOST = 3, 500
_SEATS = NumberRange(_LEAST, _MOST, f"A group has {_LEAST} to {_MOST} seats.")


class MaybeDay(DayField):
    """A day that may be left out."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist and str(valuelist[0]).strip():
            super().process_formdata(valuelist)
        else:
            self.data = None


class GroupForm(Form):
    """A group as it is first agreed; the time is by the clock of `timezone`."""

    title = LineField("Name", most=80)
    service_id = SelectField("Service", choices=_NONE_YET)
    practitioner_id = SelectField("Led by", choices=_NONE_YET)
    weekday = SelectField("Every", coerce=int, choices=_WEEKDAYS)
    time = MinuteField("At")
    minutes = IntegerField("Minutes", [NumberRange(5, 480, "It lasts 5 to 480 minutes.")])
    timezone = ZoneField("By the clock of")
    first_date = DayField("From")
    until_date = MaybeDay("Until (may be left empty)")
    capacity = IntegerField("Seats", [_SEATS])

    def offer(self, services: dict[str, str], people: dict[str, str]) -> "GroupForm":
        """What can be chosen."""
        chosen: Any = (services, people)
        self.service_id.choices, self.practitioner_id.choices = chosen
        return self

    @property
    def terms(self) -> dict[str, Any]:
        """As `add_group` wants them."""
        return {
            "title": self.title.data,
            "service_id": self.service_id.data,
            "practitioner_id": self.practitioner_id.data,
            "weekday": self.weekday.data,
            "minute_of_day": self.time.data,
            "minutes": self.minutes.data,
            "timezone": self.timezone.data,
            "first_date": self.first_date.data,
            "until_date": self.until_date.data,
            "capacity": self.capacity.data,
        }


class SeatsForm(Form):
    capacity = IntegerField("Seats", [_SEATS])


class FromForm(Form):
    """From which of its dates on."""

    from_date = DayField("From")


class FollowingForm(FromForm):
    """From a date on, at another time; on another weekday if `day` is one."""

    day = DayField("Its day is then")
    time = MinuteField("At")


def first_error(form: Form) -> str:
    """The first thing to put right, for a page of many small forms."""
    return next((str(one.errors[0]) for one in form if one.errors), "")


def prefilled(
    day: date, minute: int, seats: int, minutes: int, timezone: str, person_id: str
) -> dict[str, Any]:
    """A sensible start for a new group."""
    return {
        "first_date": day,
        "weekday": day.weekday(),
        "time": minute,
        "minutes": minutes,
        "timezone": timezone,
        "capacity": seats,
        "practitioner_id": person_id,
    }
