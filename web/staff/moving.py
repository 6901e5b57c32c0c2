"""Moving what stands in the calendar to a chosen time: a page that asks, and says what stands in the way.

The calendar's script shows the same question in a dialog after a drop; without it, a form leads here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import Blueprint, flash, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth.permissions import NotYours, allow
from foundation.errors import DomainError
from foundation.timewords import clock, day
from scheduling.appointments import Appointment, Stale, find_appointment, move
from scheduling.blocks import BadBlock, BlockOver, BlockOverlaps, TimeBlock, find_block, move_block
from scheduling.conflicts import Wish, alternatives
from scheduling.openings import Slot
from scheduling.refusals import AlreadyCancelled, AlreadyOver
from web.context import actor, db, now, viewer_zone
from web.errors import status_of
from web.guards import requires
from web.reading_trail import note_appointment_read
from web.revisions import sent_revision
from web.slot_loss import REFUSALS
from web.staff.rules import Verdict, verdict_on
from web.staff.when_form import WhenForm, asked_when, at_link, form_at, is_asked
from web.staff.whose import Whose, whose

blueprint = Blueprint("staff_moving", __name__, url_prefix="/staff")
_SETTLED = (AlreadyOver, AlreadyCancelled)
_LONGEST_REASON = 500


@dataclass(frozen=True)
class Target:
    """Where it would go, and free times near it. `late` is what happened since the question was asked."""

    form: WhenForm
    at: datetime | None
    late: DomainError | None = None
    verdict: Verdict = field(default_factory=Verdict)
    near: tuple[Slot, ...] = ()

    @property
    def status(self) -> int:
        if self.late:
            return status_of(self.late)[0]
        return 422 if self.form.errors else 200


@blueprint.get("/appointments/<appointment_id>/move-to")
@requires("book.for_member")
def ask_appointment(appointment_id: str) -> Response:
    return _appointment_page(appointment_id)


@blueprint.post("/appointments/<appointment_id>/move-to")
@requires("book.for_member")
def move_appointment(appointment_id: str) -> Response:
    """With a reason it is moved against the practitioner's own rules."""
    at = asked_when().instant(viewer_zone())
    if at is None:
        return _appointment_page(appointment_id)
    try:
        one, whom = db().change(lambda session: _move(session, appointment_id, at))
    except (*REFUSALS, *_SETTLED, Stale) as error:
        return _appointment_page(appointment_id, error)
    flash(f"Moved to {day(one.starts_at, viewer_zone())}, {clock(one.starts_at, viewer_zone())}.")
    return redirect(_back(whom, one.starts_at), 303)


@blueprint.get("/blocks/<block_id>/move-to")
@requires("schedules")
def ask_block(block_id: str) -> Response:
    return _block_page(block_id)


@blueprint.post("/blocks/<block_id>/move-to")
@requires("schedules")
def move_one_block(block_id: str) -> Response:
    at = asked_when().instant(viewer_zone())
    if at is None:
        return _block_page(block_id)
    try:
        one, whom = db().change(lambda session: _move_block(session, block_id, at))
    except (BadBlock, BlockOver, BlockOverlaps) as error:
        return _block_page(block_id, error)
    flash(f"Moved to {day(one.starts_at, viewer_zone())}, {clock(one.starts_at, viewer_zone())}.")
    return redirect(_back(whom, one.starts_at), 303)


def _move(session: Session, appointment_id: str, at: datetime) -> tuple[Appointment, Whose]:
    one = _appointment(session, appointment_id)
    reason = request.form.get("reason", "").strip()[:_LONGEST_REASON]
    moved = move(
        session, one.id, at, revision=sent_revision(), by=actor().person_id, now=now(), override=reason
    )
    return moved, _calendar_of(session, moved)


def _move_block(session: Session, block_id: str, at: datetime) -> tuple[TimeBlock, Whose]:
    one = _block(session, block_id)
    length = one.ends_at - one.starts_at
    moved = move_block(session, one.id, at, at + length, by=actor().person_id, now=now())
    return moved, whose(session, moved.practitioner_id)


def _appointment(session: Session, appointment_id: str) -> Appointment:
    """One of this person's clients', or anybody's for a coordinator; never one's own as a member."""
    one = find_appointment(session, appointment_id)
    allow(actor(), "appointment.change", one)
    if one.member_id == actor().person_id or one.occurrence_id:
        raise NotYours
    return one


def _block(session: Session, block_id: str) -> TimeBlock:
    one = find_block(session, block_id)
    allow(actor(), "schedule.edit", one)
    return one


def _calendar_of(session: Session, one: Appointment) -> Whose:
    return whose(session, one.practitioner_id)


def _appointment_page(appointment_id: str, late: DomainError | None = None) -> Response:
    with db().read() as session:
        one = _appointment(session, appointment_id)
        whom = _calendar_of(session, one)
        target = _target(session, one, late)
    note_appointment_read(one)
    body = render_template(
        "staff/move_to.html",
        one=one,
        whose=whom,
        target=target,
        settled=one.is_cancelled or one.starts_at <= now(),
        others=_links(f"/staff/appointments/{one.id}/move-to", target.near),
        back=_back(whom, one.starts_at),
        longest=_LONGEST_REASON,
    )
    return make_response(body, target.status)


def _block_page(block_id: str, late: DomainError | None = None) -> Response:
    with db().read() as session:
        one = _block(session, block_id)
        whom = whose(session, one.practitioner_id)
    form = asked_when() if is_asked() else form_at(one.starts_at, viewer_zone())
    at = form.instant(viewer_zone()) if is_asked() else None
    ends_at = at + (one.ends_at - one.starts_at) if at else None
    body = render_template(
        "staff/move_block.html",
        block=one,
        whose=whom,
        target=Target(form, at, late),
        ends_at=ends_at,
        back=_back(whom, one.starts_at),
    )
    return make_response(body, Target(form, at, late).status)


def _target(session: Session, one: Appointment, late: DomainError | None) -> Target:
    form = asked_when() if is_asked() else form_at(one.starts_at, viewer_zone())
    at = form.instant(viewer_zone()) if is_asked() else None
    if at is None or at == one.starts_at:
        return Target(form, at, late)
    wish = Wish(one.service, one.practitioner_id, one.member_id, at, ignoring=one.id, repeats=one.in_series)
    verdict = verdict_on(session, wish, now=now())
    near = () if verdict.is_free else alternatives(session, wish, now=now())
    return Target(form, at, late, verdict, tuple(sorted(near, key=lambda slot: slot.starts_at)))


def _links(path: str, slots: Sequence[Slot]) -> list[tuple[datetime, str]]:
    more = {"view": "day"} if request.values.get("view") == "day" else {}
    return [(slot.starts_at, at_link(path, slot.starts_at, viewer_zone(), **more)) for slot in slots]


def _back(whom: Whose, starts_at: datetime) -> str:
    more = {"view": "day"} if request.values.get("view") == "day" else {}
    return whom.day(starts_at.astimezone(viewer_zone()).date(), **more)
