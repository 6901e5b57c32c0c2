"""Booking for somebody again and again: every date is shown before anything is booked."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth.people import Person, find_member, find_person
from auth.permissions import may
from foundation.columns import new_id
from foundation.errors import DomainError
from foundation.timewords import clock
from scheduling.appointments import KeyReused, NotASlot
from scheduling.hours import load_hours
from scheduling.series import BookSeries, PlannedDate, SeriesConflict, book_series, plan_series
from scheduling.series_orders import MOST_DATES
from scheduling.series_records import Series
from scheduling.series_refusals import BadSeries
from scheduling.services import Service, find_service
from web.context import actor, db, now, viewer_zone
from web.errors import status_of
from web.form_fields import TextField_
from web.forms import Form, LineField
from web.guards import requires
from web.reading_trail import note_reading
from web.series_words import Choices, in_the_way, lines_of, read_choices, rule_words, times
from web.slot_days import read_choice
from web.staff.book_anyway import LONGEST_REASON, is_reasoned, may_insist
from web.staff.rules import rule_lines
from web.zone_words import where_they_are

blueprint = Blueprint("staff_repeat", __name__, url_prefix="/staff/book")
EVERY = {1: "Every week", 2: "Every two weeks", 3: "Every three weeks", 4: "Every four weeks"}
_USUAL, _MOST_DIGITS = 12, 3


class NoteForm(Form):
    """With a `reason` they are booked against the rules."""

    note = TextField_("A note for whoever sees them", most=2000, missing=None)
    reason = LineField("Why they are booked all the same", most=LONGEST_REASON, missing=None)


@dataclass(frozen=True)
class Plan:
    """The order as it was typed, and what would become of each date of it."""

    member: Person
    practitioner: Person
    service: Service
    zone: ZoneInfo
    order: BookSeries
    bare: list[PlannedDate]
    chosen: list[PlannedDate]
    against_rules: list[PlannedDate]

    @property
    def taken_in(self) -> int:
        """How many dates would be booked as it stands."""
        return sum(one.wanted for one in self.chosen)


@blueprint.get("/<member_id>/<slug>/repeat")
@requires("book.for_member")
def show(member_id: str, slug: str) -> Response:
    return _page(member_id, slug, NoteForm())


@blueprint.post("/<member_id>/<slug>/repeat")
@requires("book.for_member")
def confirm(member_id: str, slug: str) -> Response:
    """All dates but those left out, or none; the form's key makes the same form, sent twice, book once."""
    form, choice = NoteForm.sent(), read_choice(request.form.get("slot", ""))
    if not form.validate() or (choice and not is_reasoned(form.reason, choice[0], member_id)):
        return _page(member_id, slug, form, status=422)
    try:
        series = db().change(lambda session: _book(session, member_id, slug, form))
    except (SeriesConflict, BadSeries, NotASlot, KeyReused) as error:
        return _page(member_id, slug, form, error, status_of(error)[0])
    flash("Booked. They get one mail with all the times.")
    return redirect(
        f"/staff/series/{series.id}" if may(actor(), "series.see", series) else "/staff/people", 303
    )


def _book(session: Session, member_id: str, slug: str, form: NoteForm) -> Series:
    order = _order(session, member_id, find_service(session, slug), read_choices(request.form))
    key = request.form.get("key", "")[:64] or None
    order = replace(order, note=form.note.data or "", override=_reason(form), key=key)
    return book_series(session, order, now=now())


def _reason(form: NoteForm) -> str:
    """Only the button for it sets rules aside."""
    return (form.reason.data or "") if request.form.get("do") == "anyway" else ""


def _order(session: Session, member_id: str, service: Service, choices: Choices) -> BookSeries:
    choice = read_choice(request.values.get("slot", ""))
    if choice is None:
        raise NotASlot
    return BookSeries(
        service_id=service.id,
        practitioner_id=find_person(session, choice[0]).id,
        member_id=find_member(session, member_id).id,
        starts_at=choice[1],
        count=_number("count", _USUAL),
        every_weeks=_number("every", 1),
        booked_by=actor().person_id,
        skip=choices.skip,
        moved=choices.moved,
    )


def _number(name: str, usual: int) -> int:
    sent = request.values.get(name, "").strip()
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) <= _MOST_DIGITS else usual


def _page(
    member_id: str, slug: str, form: NoteForm, error: DomainError | None = None, status: int = 200
) -> Response:
    choices = read_choices(request.values)
    path = f"/staff/book/{member_id}/{slug}"
    try:
        with db().read() as session:
            plan = _plan(session, member_id, slug, choices, _reason(form) if error else "")
    except (BadSeries, NotASlot) as refused:
        return _start_again(path, refused)
    note_reading("person.read", "person", member_id)
    asked = [one.conflict for one in plan.bare if one.conflict]
    body = render_template(
        "staff/repeat.html",
        plan=plan,
        path=path,
        every=EVERY,
        most=MOST_DATES,
        title=_title(plan),
        summary=in_the_way(plan.chosen if error else plan.bare),
        lines=lines_of(plan.chosen, asked, choices, viewer_zone()),
        where=where_they_are(
            plan.practitioner.name.split()[0], viewer_zone(), plan.zone, plan.order.starts_at
        ),
        theirs=where_they_are(
            plan.member.name.split()[0], viewer_zone(), ZoneInfo(plan.member.timezone), plan.order.starts_at
        ),
        clock_there=clock(plan.order.starts_at, plan.zone),
        slot=request.values.get("slot", ""),
        rule_lines=rule_lines,
        longest=LONGEST_REASON,
        form=form,
        key=new_id(),
        error=error,
    )
    return make_response(body, status)


def _plan(session: Session, member_id: str, slug: str, choices: Choices, reason: str) -> Plan:
    """As the dates fall, for what is in the way; and with what was chosen for single dates, or set aside."""
    service = find_service(session, slug)
    bare = _order(session, member_id, service, Choices(frozenset(), {}))
    planned = plan_series(session, bare, now=now())
    order = replace(bare, skip=choices.skip, moved=choices.moved, override=reason)
    chosen = plan_series(session, order, now=now()) if order != bare else planned
    against = _against_rules(session, order) if any(one.conflict for one in planned) else []
    practitioner = find_person(session, order.practitioner_id)
    zone = load_hours(session, practitioner.id).zone
    return Plan(find_member(session, member_id), practitioner, service, zone, order, planned, chosen, against)


def _against_rules(session: Session, order: BookSeries) -> list[PlannedDate]:
    """The dates that a reason would allow, if it is this person's to give."""
    if not may_insist(order.practitioner_id, order.member_id):
        return []
    planned = plan_series(session, replace(order, override="asked"), now=now())
    return [one for one in planned if one.wanted and one.set_aside]


def _title(plan: Plan) -> str:
    order = plan.order
    return f"{rule_words(order.starts_at, viewer_zone(), order.every_weeks)}, {times(order.count)}"


def _start_again(path: str, refused: DomainError) -> Response:
    """Nothing to show a plan of: back to the times, with the reason."""
    flash(refused.message, "refused")
    slot = request.values.get("slot", "")
    return redirect(f"{path}?{urlencode({'slot': slot})}" if read_choice(slot) else path, 303)
