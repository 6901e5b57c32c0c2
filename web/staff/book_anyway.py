"""Another time than those on the page: what the rules say of it, and who may set them aside."""

from dataclasses import dataclass, field
from datetime import datetime

from flask import request
from sqlalchemy.orm import Session

from auth.permissions import NotAllowed, may
from foundation.timewords import clock
from scheduling.conflicts import Wish
from scheduling.hours import Schedule
from scheduling.services import Service
from web.context import actor, now, viewer_zone
from web.forms import LineField, refuse
from web.slot_days import SlotChoice, write_choice
from web.slot_picker import ANY, Picker
from web.staff.rules import Verdict, verdict_on
from web.staff.when_form import WhenForm, asked_when, is_asked

LONGEST_REASON = 500


@dataclass(frozen=True)
class Anyway:
    """A time that was typed or came from the calendar. `may_insist`: the reason is this person's to give."""

    form: WhenForm
    choice: tuple[str, datetime] | None = None
    verdict: Verdict = field(default_factory=Verdict)
    may_insist: bool = False

    @property
    def value(self) -> str:
        """What a form sends for it."""
        return write_choice(*self.choice) if self.choice else ""

    @property
    def chosen(self) -> SlotChoice | None:
        """The time as a choice like any other, when nothing speaks against it."""
        if self.choice is None or not self.verdict.is_free:
            return None
        return SlotChoice(*self.choice, clock(self.choice[1], viewer_zone()))


def typed_choice(picker: Picker) -> tuple[WhenForm, tuple[str, datetime] | None]:
    """The day and time of the form, with the practitioner who is chosen."""
    if not is_asked():
        return WhenForm(), None
    form = asked_when()
    at = form.instant(viewer_zone())
    return form, (_with_whom(picker), at) if at else None


def look_at(
    session: Session, service: Service, member_id: str, form: WhenForm, choice: tuple[str, datetime] | None
) -> Anyway:
    """What the rules say of it. A group's sessions are when they are."""
    if choice is None or service.is_group:
        return Anyway(form)
    verdict = verdict_on(session, Wish(service, choice[0], member_id, choice[1]), now=now())
    return Anyway(form, choice, verdict, may_insist(choice[0], member_id))


def may_insist(practitioner_id: str, member_id: str) -> bool:
    """The rules of a calendar are set aside by whoever keeps it, and never for oneself."""
    keeps = may(actor(), "schedule.edit", Schedule(practitioner_id=practitioner_id))
    return keeps and member_id != actor().person_id


def is_reasoned(reason: LineField, practitioner_id: str, member_id: str) -> bool:
    """Booking it all the same asks for a reason. Raises NotAllowed for somebody else's rules."""
    insists = request.form.get("do") == "anyway"
    if (insists or reason.data) and not may_insist(practitioner_id, member_id):
        raise NotAllowed("Only whoever keeps that calendar can book against its rules. Ask them.")
    if insists and not reason.data:
        refuse(reason, "Write one line: why this time, although the rules are against it.")
        return False
    return True


def _with_whom(picker: Picker) -> str:
    asked = request.values.get("with", "")
    ids = [one.id for one in picker.people]
    if asked in ids or not ids:
        return asked
    if picker.with_id != ANY:
        return picker.with_id
    return actor().person_id if actor().person_id in ids else ids[0]
