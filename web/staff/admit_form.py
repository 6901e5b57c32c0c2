"""The one form of an admission: what is typed into it, and the admission that it means."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import request
from wtforms import HiddenField, SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from auth.contact_consents import ContactWay
from scheduling.aftercare.admitting import Admission
from scheduling.aftercare.arrangement import LEAVE_OUT, Arrangement, Choice, DateKey, read_key
from scheduling.aftercare.draft_text import DraftText, NewSupporter
from scheduling.aftercare.urge_plans import MOST_STEPS, STEP_LETTERS, TEXT_LETTERS, UrgePlanText
from web.form_fields import PhoneField
from web.forms import DayField, Form, LineField, MinuteField, TextField_, refuse
from web.slot_days import read_choice

ROWS = 3
LONGEST = 6000
WEEKDAYS: Any = dict(
    enumerate(("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"))
)
WAYS: Mapping[ContactWay, str] = {
    ContactWay.CALL: "Call them",
    ContactWay.TEXT: "Text them",
    ContactWay.MAIL: "Write them a mail",
    ContactWay.SUPPORTER: "Ring the people beside them, if nobody else is reached",
}
_WAYS: Any = {way.value: words for way, words in WAYS.items()}


class Boxes(SelectMultipleField):
    """Boxes to tick; a box that is not on offer is passed over."""

    def __init__(self, label: str = "", **kwargs: Any) -> None:
        looks: dict[str, Any] = {"widget": ListWidget(prefix_label=False), "option_widget": CheckboxInput()}
        super().__init__(label, validate_choice=False, **looks, **kwargs)

    @property
    def chosen(self) -> tuple[str, ...]:
        return tuple(one for one in self.data or () if one in (self.choices or {}))


class AdmissionForm(Form):
    """Nothing but the day is required: a draft is kept as far as it has come."""

    revision = HiddenField(default="")
    has_dates = HiddenField(default="")
    starts_on = DayField("Day of discharge")
    practitioner = SelectField("Who looks after them", validate_choice=False)
    template = SelectField("Contact schedule", validate_choice=False)
    assessment = TextField_("Assessment in short", most=LONGEST, missing=None)
    goals = TextField_("Goals, in their words", most=LONGEST, missing=None)
    triggers = TextField_("What brings it on", most=LONGEST, missing=None)
    signs = TextField_("How it begins", most=TEXT_LETTERS, missing=None)
    steps = TextField_("What to do, one step on each line", most=MOST_STEPS * STEP_LETTERS, missing=None)
    reasons = TextField_("What it is for", most=TEXT_LETTERS, missing=None)
    places = TextField_("Where to go", most=TEXT_LETTERS, missing=None)
    name_0 = LineField("Name", most=60, missing=None)
    phone_0 = PhoneField("Phone")
    relation_0 = LineField("Who they are to them", most=80, missing=None)
    name_1 = LineField("Name", most=60, missing=None)
    phone_1 = PhoneField("Phone")
    relation_1 = LineField("Who they are to them", most=80, missing=None)
    name_2 = LineField("Name", most=60, missing=None)
    phone_2 = PhoneField("Phone")
    relation_2 = LineField("Who they are to them", most=80, missing=None)
    ways = Boxes("They agree that we may", choices=_WAYS)
    meetings = Boxes("Meetings")
    groups = Boxes("Groups with a seat of their own")
    codes = Boxes("Questions")
    regular_service = SelectField("Calls and checkups", validate_choice=False)
    follow_up_service = SelectField("Follow-ups", validate_choice=False)
    weekday = SelectField("Usually on", coerce=int, choices=WEEKDAYS, validate_choice=False)
    minute = MinuteField("At")

    def validate(self, extra_validators: Any = None) -> bool:
        """A supporter is a name and a number, or nothing."""
        is_fit = super().validate(extra_validators)
        for number in range(ROWS):
            name, phone = self[f"name_{number}"], self[f"phone_{number}"]
            if bool(name.data) != bool(phone.data) and not (name.errors or phone.errors):
                refuse(phone if name.data else name, "Write both a name and a number, or neither.")
                is_fit = False
        return is_fit

    @property
    def seen(self) -> int | None:
        """The revision that the page showed; None when nothing was kept yet."""
        sent = self.revision.data or ""
        return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 9 else None  # noqa: PLR2004

    def fill(self, told: Admission) -> None:
        """Show an admission as it was kept."""
        text, chosen = told.text, told.arrangement
        flat = {
            "starts_on": told.starts_on,
            "practitioner": told.practitioner_id,
            "template": told.template_id,
            "assessment": told.assessment,
            "goals": told.goals,
            "triggers": told.triggers,
            "signs": text.urge.signs,
            "steps": "\n".join(text.urge.steps),
            "reasons": text.urge.reasons,
            "places": text.urge.places,
            "ways": list(text.ways),
            "meetings": list(chosen.meetings),
            "groups": list(chosen.groups),
            "regular_service": chosen.regular_service,
            "follow_up_service": chosen.follow_up_service,
            "weekday": chosen.weekday,
            "minute": chosen.minute,
        }
        flat["codes"] = list(self.codes.choices or ()) if chosen.codes is None else list(chosen.codes)
        for number, one in enumerate(text.supporters[:ROWS]):
            row = {"name": one.name, "phone": one.phone, "relation": one.relation}
            flat |= {f"{part}_{number}": value for part, value in row.items()}
        for name, value in flat.items():
            self[name].data = value

    def told(self, before: Mapping[DateKey, Choice]) -> Admission:
        """What a validated form means; `before` are the choices of dates, kept while none are shown."""
        assert self.starts_on.data is not None
        return Admission(
            self.practitioner.data,
            self.template.data,
            self.starts_on.data,
            self.assessment.data or "",
            self.goals.data or "",
            self.triggers.data or "",
            DraftText(self._urge(), tuple(self._supporters()), self.ways.chosen),
            self._arrangement(before),
        )

    def _urge(self) -> UrgePlanText:
        steps = tuple(line.strip() for line in (self.steps.data or "").splitlines() if line.strip())
        return UrgePlanText(self.signs.data or "", self.reasons.data or "", steps, self.places.data or "")

    def _supporters(self) -> Iterable[NewSupporter]:
        for number in range(ROWS):
            name, phone = self[f"name_{number}"].data, self[f"phone_{number}"].data
            if name and phone:
                yield NewSupporter(name, phone, self[f"relation_{number}"].data or "")

    def _arrangement(self, before: Mapping[DateKey, Choice]) -> Arrangement:
        return Arrangement(
            _offered(self.regular_service),
            _offered(self.follow_up_service),
            self.weekday.data if self.weekday.data in WEEKDAYS else 0,
            self.minute.data or 0,
            read_date_choices(request.form) if self.has_dates.data else before,
            self.meetings.chosen,
            self.groups.chosen,
            self.codes.chosen,
        )


def _offered(field: SelectField) -> str:
    """What was chosen, if it was there to choose."""
    return str(field.data) if field.data in (field.choices or {}) else ""


def read_date_choices(sent: Mapping[str, str]) -> dict[DateKey, Choice]:
    """`at-3-2027-03-02` is `leave`, or a time as slots are written; anything else is the usual time."""
    found: dict[DateKey, Choice] = {}
    for name, value in sent.items():
        key = _date_key(name)
        choice = _choice(value)
        if key is not None and choice is not None:
            found[key] = choice
    return found


def _date_key(name: str) -> DateKey | None:
    prefix, _, key = name.partition("-")
    try:
        return read_key(key) if prefix == "at" else None
    except ValueError:
        return None


def _choice(value: str) -> Choice | None:
    if value == LEAVE_OUT:
        return LEAVE_OUT
    read = read_choice(value)
    return read[1] if read else None
