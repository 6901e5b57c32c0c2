"""The forms of a weekly meeting: its settings, and one date of it."""

from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from auth.people import Person
from scheduling.meeting_dates import NOTE_LETTERS, DateChange
from scheduling.meeting_settings import CallKind, MeetingSettings
from web.forms import DayField, Form, LineField, MinuteField, TextField_, ZoneField, refuse
from web.number_fields import NumberField
from web.staff.group_form import MaybeDay

_NAMES = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
WEEKDAYS: Any = dict(enumerate(_NAMES))
_AUDIENCES: Any = {"members": "Members", "open": "Everybody may read about it"}
_CALLS: Any = {
    CallKind.NONE.value: "None: people read and write",
    CallKind.LINK.value: "A link to a call",
    CallKind.JITSI.value: "Our own video server",
}
AS_PLANNED, MOVED, CANCELLED = "planned", "moved", "cancelled"
_STATES: Any = {AS_PLANNED: "As planned", MOVED: "Moved", CANCELLED: "Not this time"}


class MaybeNumber(NumberField):
    """A whole number that may be left out."""

    def __init__(self, label: str = "", **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.missing = None

    @property
    def maybe(self) -> int | None:
        return int(self.data) if self.data else None


class People(SelectMultipleField):
    """Boxes to tick, a person each."""

    def __init__(self, label: str = "", **kwargs: Any) -> None:
        looks: dict[str, Any] = {"widget": ListWidget(prefix_label=False), "option_widget": CheckboxInput()}
        super().__init__(label, validate_choice=False, **looks, **kwargs)


class MeetingForm(Form):
    """Every setting, times by the clock of `timezone`."""

    revision = HiddenField(default="0")
    title = LineField("Title", most=80, missing="Write a title on one line.")
    slug = LineField("Word in its address", most=60, missing="Write a word, like friday-group.")
    summary = TextField_("What it is, in a sentence or two", most=400, missing=None)
    description = TextField_("What it is like", most=4000, missing=None)
    weekday = SelectField("Every week on", coerce=int, choices=WEEKDAYS, validate_choice=False)
    time = MinuteField("At")
    minutes = NumberField("Length, in minutes")
    timezone = ZoneField("By the clock of")
    first_date = DayField("First date, or any day before it")
    until_date = MaybeDay("Last date")
    audience = RadioField("Who learns of it", choices=_AUDIENCES, validate_choice=False)
    capacity = MaybeNumber("Room for so many members")
    host_ids = People("Hosts")
    moderator_ids = People("Moderators")
    call_kind = RadioField("Video call", choices=_CALLS, validate_choice=False)
    call_url = LineField("Link to the call", most=500, missing=None)
    keep_days = MaybeNumber("Erase what was asked after so many days")

    def offer(self, people: list[Person]) -> None:
        choices: Any = {one.id: one.name for one in people}
        self.host_ids.choices = self.moderator_ids.choices = choices

    def refuse_all(self, problems: Mapping[str, str]) -> None:
        """Each of the domain's refusals at the field that it is about."""
        for name, words in problems.items():
            refuse(self["time" if name == "minute_of_day" else name], words)

    @property
    def settings(self) -> MeetingSettings:
        """What was typed, once it was validated."""
        names = ("slug", "title", "summary", "description", "timezone", "call_url")
        return MeetingSettings(
            **{name: str(self[name].data or "").strip() for name in names},
            weekday=int(self.weekday.data),
            minute_of_day=self.time.data or 0,
            minutes=self.minutes.number,
            first_date=self.first_date.data,  # type: ignore[arg-type]
            until_date=self.until_date.data,
            audience=str(self.audience.data),
            capacity=self.capacity.maybe,
            keep_days=self.keep_days.maybe,
            call_kind=str(self.call_kind.data),
            host_ids=frozenset(self.host_ids.data or ()),
            moderator_ids=frozenset(self.moderator_ids.data or ()),
        )


class DateForm(Form):
    """One date: as planned, moved, or not this time."""

    revision = HiddenField(default="0")
    state = RadioField("This date", choices=_STATES, validate_choice=False)
    day = DayField("New day")
    time = MinuteField("New time")
    note = TextField_("What members read beside it", most=NOTE_LETTERS, missing=None)

    def change(self, on: Any, usual_minute: int) -> DateChange:
        """What was typed, once it was validated; a time that is the usual one is no change of time."""
        note = self.note.data or ""
        if self.state.data == CANCELLED:
            return DateChange(on, cancelled=True, note=note)
        if self.state.data != MOVED:
            return DateChange(on, note=note)
        day, minute = self.day.data, self.time.data
        return DateChange(
            on,
            new_date=day if day != on else None,
            new_minute=minute if minute != usual_minute else None,
            note=note,
        )


def form_of(settings: MeetingSettings, revision: int) -> MeetingForm:
    """The form filled in with a meeting as it is."""
    names = ("slug", "title", "summary", "description", "timezone", "weekday", "audience", "call_kind")
    data: dict[str, Any] = {
        **{name: getattr(settings, name) for name in names},
        "call_url": settings.call_url,
        "time": settings.minute_of_day,
        "first_date": settings.first_date,
        "until_date": settings.until_date,
        "minutes": str(settings.minutes),
        **{name: _shown(getattr(settings, name)) for name in ("capacity", "keep_days")},
        "host_ids": sorted(settings.host_ids),
        "moderator_ids": sorted(settings.moderator_ids),
        "revision": str(revision),
    }
    return MeetingForm(data=data)


def _shown(number: int | None) -> str:
    return "" if number is None else str(number)
