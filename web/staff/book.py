"""Booking for somebody: find the member, choose what and when, confirm. The member gets the mail."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth.people import Person, find_member
from auth.permissions import may
from foundation.columns import new_id
from foundation.errors import DomainError
from scheduling.appointments import Appointment, Book, KeyReused, NotASlot, SlotTaken, book
from scheduling.members import MemberPage, find_members
from scheduling.services import Service, find_service, list_services, offers
from web.context import actor, db, now, viewer_zone
from web.errors import status_of
from web.forms import Form, LineField, TextField_
from web.guards import requires
from web.reading_trail import note_reading
from web.slot_days import Marked, SlotChoice, read_choice
from web.slot_loss import REFUSALS, loss_of
from web.slot_picker import Ask, Picker, build_picker
from web.staff.book_anyway import LONGEST_REASON, Anyway, is_reasoned, look_at, typed_choice
from web.staff.people import SearchForm
from web.zone_words import clock_there

blueprint = Blueprint("staff_book", __name__, url_prefix="/staff/book")
_MOST_FOUND = 20


class NoteForm(Form):
    """With a `reason` it is booked against the rules."""

    note = TextField_("A note for whoever sees them", most=2000, missing=None)
    reason = LineField("Why it is booked all the same", most=LONGEST_REASON, missing=None)


@dataclass(frozen=True)
class Shown:
    """What the page says besides the times; what was typed stays."""

    form: NoteForm
    choice: tuple[str, datetime] | None = None
    error: DomainError | None = None
    status: int = 200


@blueprint.get("")
@requires("book.for_member")
def ask_for_whom() -> str:
    return render_template("staff/book_for.html", form=SearchForm(), found=None, carried=_carried())


@blueprint.post("")
@requires("book.for_member")
def find() -> Response:
    form = SearchForm.sent()
    found: MemberPage | None = None
    if form.validate():
        with db().read() as session:
            found = find_members(session, form.name.data or "", now=now(), limit=_MOST_FOUND)
        note_reading("people.listed", "people", "members", people=[one.id for one in found.lines])
    body = render_template("staff/book_for.html", form=form, found=found, carried=_carried())
    return make_response(body, 422 if form.errors else 200)


@blueprint.get("/<member_id>")
@requires("book.for_member")
def choose_service(member_id: str) -> str | Response:
    with db().read() as session:
        member = find_member(session, member_id)
        offered = _given_then(session)
    note_reading("person.read", "person", member.id)
    if len(offered) == 1:
        return redirect(f"/staff/book/{member.id}/{offered[0].slug}{_carried()}", 303)
    return render_template("staff/book_service.html", member=member, services=offered, carried=_carried())


def _given_then(session: Session) -> list[Service]:
    """With a time chosen in somebody's calendar, what that practitioner gives; without one, everything."""
    choice, all_of_them = read_choice(request.args.get("slot", "")), list_services(session)
    given = [one for one in all_of_them if choice and offers(session, one.id, choice[0])]
    return given or all_of_them


@blueprint.get("/<member_id>/<slug>")
@requires("book.for_member")
def choose_time(member_id: str, slug: str) -> Response:
    return _page(member_id, slug, Shown(NoteForm(), read_choice(request.args.get("slot", ""))))


@blueprint.post("/<member_id>/<slug>")
@requires("book.for_member")
def confirm(member_id: str, slug: str) -> Response:
    """The form's key makes the same form, sent twice, book once."""
    form, choice = NoteForm.sent(), read_choice(request.form.get("slot", ""))
    if choice is None:
        return _page(member_id, slug, Shown(form, error=NotASlot(), status=422))
    if not form.validate() or not is_reasoned(form.reason, choice[0], member_id):
        return _page(member_id, slug, Shown(form, choice, status=422))
    try:
        booked = _book(member_id, slug, *choice, form)
    except (*REFUSALS, KeyReused) as error:
        return _page(member_id, slug, Shown(form, choice, error, status_of(error)[0]))
    flash("Booked. They get a mail with the time.")
    return redirect(_next_page(booked), 303)


def _carried() -> str:
    """What the calendar sent along: a time, or with whom."""
    asked = {name: request.values[name] for name in ("slot", "with") if request.values.get(name)}
    return f"?{urlencode(asked)}" if asked else ""


def _next_page(booked: Appointment) -> str:
    """What was booked with a colleague is theirs to see from here on."""
    return f"/staff/appointments/{booked.id}" if may(actor(), "appointment.see", booked) else "/staff/people"


def _book(
    member_id: str, slug: str, practitioner_id: str, starts_at: datetime, form: NoteForm
) -> Appointment:
    def take(session: Session) -> Appointment:
        order = Book(
            service_id=find_service(session, slug).id,
            practitioner_id=practitioner_id,
            member_id=find_member(session, member_id).id,
            starts_at=starts_at,
            booked_by=actor().person_id,
            note=form.note.data or "",
            key=request.form.get("key", "")[:64] or None,
            override=form.reason.data or "",
        )
        return book(session, order, now=now())

    return db().change(take)


def _page(member_id: str, slug: str, shown: Shown) -> Response:
    with db().read() as session:
        member, service = find_member(session, member_id), find_service(session, slug)
        picker = build_picker(session, _ask(member, service, shown))
        several = len(list_services(session)) > 1
        anyway = _anyway(session, service, member, picker, shown)
    note_reading("person.read", "person", member.id)
    chosen = None if shown.error else anyway.chosen or _found(picker, shown)
    body = render_template(
        "staff/book_time.html",
        member=member,
        service=service,
        several=several,
        picker=picker,
        chosen=chosen,
        their_clock=clock_there(viewer_zone(), ZoneInfo(member.timezone), chosen.starts_at) if chosen else "",
        with_name=_name(picker, chosen.practitioner_id) if chosen else "",
        form=shown.form,
        anyway=anyway,
        longest=LONGEST_REASON,
        key=new_id(),
        loss=loss_of(shown.error, shown.choice, picker),
    )
    return make_response(body, shown.status)


def _anyway(session: Session, service: Service, member: Person, picker: Picker, shown: Shown) -> Anyway:
    """A chosen time that is not among those shown, looked at by itself."""
    form, choice = typed_choice(picker)
    return look_at(
        session, service, member.id, form, choice or (None if _found(picker, shown) else shown.choice)
    )


def _found(picker: Picker, shown: Shown) -> SlotChoice | None:
    return picker.find(shown.choice[1]) if shown.choice else None


def _ask(member: Person, service: Service, shown: Shown) -> Ask:
    lost = isinstance(shown.error, SlotTaken) and shown.choice is not None
    whom, on = shown.choice or ("", None)
    return Ask(
        service,
        f"/staff/book/{member.id}/{service.slug}",
        viewer_zone(),
        now(),
        member.id,
        with_id=request.values.get("with", "") or whom or actor().person_id,
        first=request.values.get("from", "") or _date(on),
        marks=[Marked(*shown.choice, "taken")] if lost and shown.choice else [],
    )


def _date(instant: datetime | None) -> str:
    return instant.astimezone(viewer_zone()).date().isoformat() if instant else ""


def _name(picker: Picker, practitioner_id: str) -> str:
    someone = picker.person(practitioner_id)
    return someone.name if someone else ""
