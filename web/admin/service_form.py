"""The form of a service's settings."""

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from auth.people import Person
from scheduling.questionnaire_records import Questionnaire
from scheduling.service_settings import ServiceSettings
from scheduling.services import COUPLE
from web.forms import Form, LineField, TextField_, refuse
from web.number_fields import NumberField, UnitField, in_units

ONE, TWO, GROUP = "one", "couple", "group"
_SMALLEST_GROUP = COUPLE + 1
_MODES: Any = {"video": "By video", "phone": "By phone", "in_person": "In person"}
_AUDIENCES: Any = {"members": "Members", "invitation": "Members who were invited", "public": "Everybody"}
_SEATS: Any = {ONE: "One person", TWO: "A couple", GROUP: "A group"}


class ServiceForm(Form):
    """Every setting; lengths as people say them."""

    revision = HiddenField(default="0")
    name = LineField("Name", most=80, missing="Write a name on one line.")
    slug = LineField("Word in its address", most=60, missing="Write a word, like first-talk.")
    summary = TextField_("What it is, in a sentence or two", most=400, missing=None)
    minutes = NumberField("Length, in minutes")
    gap_minutes = NumberField("Gap after it, in minutes")
    step_minutes = NumberField("Starting times every so many minutes")
    notice = NumberField("At least this long before")
    notice_unit = UnitField("Unit of the notice")
    horizon_days = NumberField("At most so many days ahead")
    cancel = NumberField("Cancelling is late within")
    cancel_unit = UnitField("Unit of the time for cancelling")
    offer = NumberField("A freed time is kept for the next one waiting for")
    offer_unit = UnitField("Unit of that time")
    seats = RadioField("For whom", choices=_SEATS, validate_choice=False)
    group_size = NumberField("Seats in the group")
    mode = RadioField("How", choices=_MODES, validate_choice=False)
    phone_fallback = BooleanField("If the video fails, phone them")
    place = TextField_("Where, when it is in person", most=400, missing=None)
    audience = RadioField("Who may book it", choices=_AUDIENCES, validate_choice=False)
    approval = BooleanField("The therapist says yes first")
    intake_id = SelectField("Form before a first session", validate_choice=False)
    practitioner_ids = SelectMultipleField(
        "Who offers it",
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    active = BooleanField("It can be booked")

    def offer_choices(self, people: list[Person], forms: list[Questionnaire]) -> None:
        offered: Any = {one.id: one.name for one in people}
        asked: Any = {"": "None", **{one.id: one.title for one in forms}}
        self.practitioner_ids.choices, self.intake_id.choices = offered, asked

    def validate(self, extra_validators: Any = None) -> bool:
        """The size is asked for groups alone."""
        if self.seats.data != GROUP:
            self.group_size.data = str(_SMALLEST_GROUP)
        return super().validate(extra_validators)

    def refuse_all(self, problems: Mapping[str, str]) -> None:
        """Each of the domain's refusals at the field that it is about."""
        for name, words in problems.items():
            refuse(self[self._field_of(name)], words)

    def _field_of(self, setting: str) -> str:
        if setting == "seats":
            return "group_size" if self.seats.data == GROUP else "seats"
        return setting if setting in self._fields else setting.removesuffix("_minutes")

    @property
    def settings(self) -> ServiceSettings:
        """What was typed, once it was validated."""
        return ServiceSettings(
            slug=self.slug.data or "",
            name=(self.name.data or "").strip(),
            summary=self.summary.data or "",
            minutes=self.minutes.number,
            gap_minutes=self.gap_minutes.number,
            step_minutes=self.step_minutes.number,
            notice_minutes=self.notice.number * self.notice_unit.minutes,
            horizon_days=self.horizon_days.number,
            cancel_minutes=self.cancel.number * self.cancel_unit.minutes,
            seats=_seats(str(self.seats.data), self.group_size.number),
            mode=str(self.mode.data),
            phone_fallback=bool(self.phone_fallback.data),
            place=self.place.data or "",
            audience=str(self.audience.data),
            approval=bool(self.approval.data),
            intake_id=self.intake_id.data or None,
            offer_minutes=self.offer.number * self.offer_unit.minutes,
            active=bool(self.active.data),
            practitioner_ids=frozenset(self.practitioner_ids.data or ()),
        )


def form_of(settings: ServiceSettings, revision: int) -> ServiceForm:
    """The form filled in with a service as it is."""
    kind = ONE if settings.seats < COUPLE else TWO if settings.seats == COUPLE else GROUP
    spans = {name: in_units(getattr(settings, f"{name}_minutes")) for name in ("notice", "cancel", "offer")}
    data: dict[str, Any] = {
        **settings.columns,
        **{name: number for name, (number, _unit) in spans.items()},
        **{f"{name}_unit": unit for name, (_number, unit) in spans.items()},
        **{name: str(getattr(settings, name)) for name in ("minutes", "gap_minutes", "step_minutes")},
        "horizon_days": str(settings.horizon_days),
        "seats": kind,
        "group_size": str(max(settings.seats, _SMALLEST_GROUP)),
        "intake_id": settings.intake_id or "",
        "practitioner_ids": sorted(settings.practitioner_ids),
        "revision": str(revision),
    }
    return ServiceForm(data=data)


def _seats(kind: str, size: int) -> int:
    """A group of two would be a couple, which is booked in another way: refused as too small."""
    if kind == GROUP:
        return size if size > COUPLE else 0
    return COUPLE if kind == TWO else 1
