"""What was noted about contacts with one member; noting one, taking a slip back, seeing to a concern."""

from datetime import date
from urllib.parse import urlencode

from flask import Blueprint, flash, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField

from auth.people import Person, find_person
from foundation.errors import DomainError
from foundation.timewords import local_date, short_day
from scheduling.aftercare.checkup_records import Outcome
from scheduling.aftercare.concerns import (
    ReasonNeeded,
    UnknownConcern,
    end_concern,
    open_concerns,
    past_concerns,
)
from scheduling.aftercare.contacts import (
    SLIP,
    Checkup,
    ContactGone,
    SayWhatHappened,
    TooLateToTakeBack,
    contacts_made,
    note_contact,
    take_back_contact,
)
from scheduling.aftercare.plan_contacts import due_contacts
from scheduling.aftercare.plan_records import BY_STAFF, ContactKind, ContactState, PlannedContact
from scheduling.aftercare.worklist_reach import Reach, reach_of
from web.context import actor, db, now, viewer_zone
from web.errors import status_of
from web.forms import Form, TextField_, refuse
from web.guards import requires
from web.local_path import local_path
from web.reading_trail import note_reading
from web.staff.person import cared_for
from web.staff.worklist_words import ENDED, KINDS, NOTED, OUTCOMES

blueprint = Blueprint("staff_contacts", __name__, url_prefix="/staff/people/<member_id>/contacts")
_CHOICES = {
    Outcome.REACHED.value: "Reached",
    Outcome.LEFT_WORD.value: "Left word",
    Outcome.DECLINED.value: "Declined",
    Outcome.ESCALATE.value: "Call somebody out now",
}
HINTS = {
    Outcome.REACHED.value: "You spoke or wrote with each other. What was planned is done, and concerns end.",
    Outcome.LEFT_WORD.value: "No answer. They are back on the list tomorrow.",
    Outcome.DECLINED.value: "They do not want this contact. It counts neither for nor against them.",
    Outcome.ESCALATE.value: "Somebody may be in danger. Whoever is on call gets a mail, and a page where one "
    "is set. If it cannot wait, ring the emergency number yourself.",
}


class ContactForm(Form):
    """How it went. Nothing planned: a contact besides the plan."""

    outcome = RadioField("How did it go?", choices=_CHOICES, validate_choice=True)
    contact = SelectField("What was planned", validate_choice=False)
    note = TextField_("What to remember", most=4000, missing=None)


@blueprint.get("")
@requires("schedules")
def show(member_id: str) -> Response:
    asked = request.args.get("outcome", "")
    return _page(member_id, ContactForm(data={"outcome": asked, "contact": request.args.get("contact", "")}))


@blueprint.post("")
@requires("schedules")
def note(member_id: str) -> Response:
    form = ContactForm.sent()
    if not form.validate():
        return _page(member_id, form, status=422)
    try:
        with db().write() as session:
            member = cared_for(session, member_id)
            outcome = Outcome(form.outcome.data)
            noted = note_contact(
                session, member.id, outcome, planned_contact_id=form.contact.data or None,
                note=form.note.data or "", by=actor().person_id, now=now(),
            )  # fmt: skip
    except SayWhatHappened as error:
        refuse(form.note, error.message)
        return _page(member_id, form, status=422)
    except ContactGone as error:
        return _page(member_id, form, status=status_of(error)[0], error=error)
    flash(NOTED[outcome].format(member.name))
    return redirect(_after(member_id, noted), 303)


@blueprint.post("/<checkup_id>/back")
@requires("schedules")
def take_back(member_id: str, checkup_id: str) -> Response:
    try:
        with db().write() as session:
            cared_for(session, member_id)
            _require_theirs(session, member_id, checkup_id)
            take_back_contact(session, checkup_id, by=actor().person_id, now=now())
    except TooLateToTakeBack as error:
        return _page(member_id, ContactForm(), status=status_of(error)[0], error=error)
    flash("Taken back. What was planned is due again.")
    return redirect(local_path(request.form.get("next"), default=_here(member_id)), 303)


@blueprint.post("/concerns/<concern_id>")
@requires("schedules")
def see_to(member_id: str, concern_id: str) -> Response:
    """Without a contact: a clinician has looked, and says why no more is needed."""
    try:
        with db().write() as session:
            member = cared_for(session, member_id)
            if concern_id not in {one.id for one in open_concerns(session, member.id)}:
                raise UnknownConcern
            reason = request.form.get("reason", "")
            end_concern(session, concern_id, by=actor().person_id, reason=reason, now=now())
    except (ReasonNeeded, UnknownConcern) as error:
        return _page(member_id, ContactForm(), status=status_of(error)[0], error=error, about=concern_id)
    flash("Noted. It is off the list.")
    return redirect(_here(member_id), 303)


def _page(
    member_id: str, form: ContactForm, *, status: int = 200, error: DomainError | None = None, about: str = ""
) -> Response:
    with db().read() as session:
        member = cared_for(session, member_id)
        made = contacts_made(session, member.id)
        concerns, past = open_concerns(session, member.id), past_concerns(session, member.id)
        form.contact.choices = _planned(session, member)
        if request.method == "GET" and not form.contact.data:
            form.contact.data = form.contact.choices[0][0]
        reach = reach_of(session, [member.id], now=now()).get(member.id, Reach())
        names = _names(session, {one.by_id for one in made} | {one.ended_by for one in past if one.ended_by})
    note_reading("contacts.read", "person", member.id)
    body = render_template(
        "staff/contacts.html", member=member, form=form, made=made, concerns=concerns, past=past, reach=reach,
        names=names, error=error, about=about, hints=HINTS, outcomes=OUTCOMES, ended=ENDED, back=_back(),
        may_take_back={one.id for one in made if _is_slip(one)}, typed_reason=request.form.get("reason", ""),
    )  # fmt: skip
    return make_response(body, status)


def _planned(session: Session, member: Person) -> list[tuple[str, str]]:
    """What could be meant, first what one touch on Today would finish, and what was besides the plan."""
    today = local_date(now(), viewer_zone())
    due = due_contacts(session, member_ids=[member.id], today=today)
    ours = sorted((one for one in due if one.kind in BY_STAFF), key=lambda one: _likely(one, today))
    return [*((one.id, _called(one)) for one in ours), ("", "Nothing; it was besides the plan")]


def _likely(one: PlannedContact, today: date) -> tuple[bool, bool, int]:
    """The next to run out, then the last that ran out: finishing it settles what ran out before."""
    over = one.due_by < today
    days = (one.due_by - today).days
    return one.state != ContactState.DUE, over, -days if over else days


def _called(one: PlannedContact) -> str:
    first, last = (short_day(day, viewer_zone()) for day in (one.due_from, one.due_by))
    return f"{KINDS[ContactKind(one.kind)]}, {first} to {last}"


def _is_slip(one: Checkup) -> bool:
    mine = one.by_id == actor().person_id and one.outcome != Outcome.ESCALATE
    return mine and now() <= one.at + SLIP


def _names(session: Session, person_ids: set[str]) -> dict[str, str]:
    return {one: find_person(session, one).name for one in person_ids}


def _require_theirs(session: Session, member_id: str, checkup_id: str) -> None:
    checkup = session.get(Checkup, checkup_id)
    if checkup is None or checkup.member_id != member_id:
        raise TooLateToTakeBack


def _back() -> str:
    return local_path(request.values.get("next"), default="")


def _here(member_id: str) -> str:
    return f"/staff/people/{member_id}/contacts"


def _after(member_id: str, noted: Checkup) -> str:
    """Back to where it was noted, which offers to take it back."""
    back = _back()
    if not back:
        return _here(member_id)
    joined = "&" if "?" in back else "?"
    return f"{back}{joined}{urlencode({'noted': noted.id})}"
