"""Blocking time by a form: adding, changing and removing a block, with a way back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, flash, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth.permissions import allow, may
from foundation.errors import DomainError
from scheduling.blocks import (
    BadBlock,
    BlockOver,
    BlockOverlaps,
    TimeBlock,
    add_block,
    find_block,
    move_block,
    remove_block,
    restore_block,
)
from web.context import actor, db, now, viewer_zone
from web.errors import status_of
from web.guards import requires
from web.reading_trail import note_reading
from web.slot_days import write_choice
from web.staff.block_form import BlockForm, form_for
from web.staff.when_form import asked_when, is_asked
from web.staff.whose import Whose, asked_whose, whose

blueprint = Blueprint("staff_blocks", __name__, url_prefix="/staff")
_REFUSALS = (BadBlock, BlockOver, BlockOverlaps)
_USUAL = timedelta(hours=1)


@dataclass(frozen=True)
class Shown:
    """A form about a block as it stands, and what stood in its way."""

    form: BlockForm
    error: DomainError | None = None

    @property
    def status(self) -> int:
        if self.error:
            return status_of(self.error)[0]
        return 422 if self.form.errors else 200


@blueprint.get("/add")
@requires("schedules")
def add() -> Response:
    """An empty time: book somebody there, or block it. A coordinator says in whose calendar."""
    if "who" not in request.args and not may(actor(), "practitioner"):
        return redirect("/staff/calendars", 303)
    return _add_page(Shown(form_for(_asked_start(), None, viewer_zone())))


@blueprint.post("/blocks")
@requires("schedules")
def block() -> Response:
    form = BlockForm.sent()
    span = form.span(viewer_zone())
    if span is None:
        return _add_page(Shown(form))
    try:
        with db().write() as session:
            whom = asked_whose(session)
            made = add_block(
                session,
                practitioner_id=whom.id,
                starts_at=span[0],
                ends_at=span[1],
                title=form.title.data or "",
                by=actor().person_id,
                now=now(),
            )
    except _REFUSALS as error:
        return _add_page(Shown(form, error))
    flash("Blocked. Nobody can book that time.")
    return redirect(_week(whom, made.starts_at), 303)


@blueprint.get("/blocks/<block_id>")
@requires("schedules")
def show(block_id: str) -> Response:
    with db().read() as session:
        one = _own(session, block_id)
    return _block_page(one, Shown(form_for(one.starts_at, one, viewer_zone())))


@blueprint.post("/blocks/<block_id>")
@requires("schedules")
def change(block_id: str) -> Response:
    form = BlockForm.sent()
    with db().read() as session:
        one = _own(session, block_id)
    span = form.span(viewer_zone())
    if span is None:
        return _block_page(one, Shown(form))
    title = form.title.data if one.practitioner_id == actor().person_id else None
    try:
        with db().write() as session:
            by = actor().person_id
            one = move_block(session, _own(session, block_id).id, *span, title=title, by=by, now=now())
            whom = whose(session, one.practitioner_id)
    except _REFUSALS as error:
        return _block_page(one, Shown(form, error))
    flash("The block is changed.")
    return redirect(_week(whom, one.starts_at), 303)


@blueprint.post("/blocks/<block_id>/remove")
@requires("schedules")
def remove(block_id: str) -> Response:
    with db().write() as session:
        one = remove_block(session, _own(session, block_id).id, by=actor().person_id, now=now())
        whom = whose(session, one.practitioner_id)
    return redirect(_week(whom, one.starts_at, removed=one.id), 303)


@blueprint.post("/blocks/<block_id>/restore")
@requires("schedules")
def restore(block_id: str) -> Response:
    try:
        with db().write() as session:
            one = restore_block(session, _own(session, block_id).id, by=actor().person_id, now=now())
            whom = whose(session, one.practitioner_id)
    except _REFUSALS as error:
        with db().read() as session:
            one = _own(session, block_id)
        return _block_page(one, Shown(form_for(one.starts_at, one, viewer_zone()), error))
    flash("It is back.")
    return redirect(_week(whom, one.starts_at), 303)


def _own(session: Session, block_id: str) -> TimeBlock:
    """One that this person may keep. Raises UnknownBlock, NotYours."""
    one = find_block(session, block_id)
    allow(actor(), "schedule.edit", one)
    return one


def _asked_start() -> datetime:
    """The time that was chosen; otherwise the next full hour."""
    if is_asked() and (chosen := asked_when().instant(viewer_zone())):
        return chosen
    return now().replace(minute=0, second=0, microsecond=0) + _USUAL


def _week(whom: Whose, starts_at: datetime, **more: str) -> str:
    if request.values.get("view") == "day":
        more["view"] = "day"
    return whom.day(starts_at.astimezone(viewer_zone()).date(), **more)


def _add_page(shown: Shown) -> Response:
    with db().read() as session:
        whom = asked_whose(session)
    start = shown.form.start(viewer_zone())
    slot = write_choice(whom.id, start) if start else ""
    body = render_template(
        "staff/add.html", whose=whom, shown=shown, start=start, slot=slot, error=shown.error
    )
    return make_response(body, shown.status)


def _block_page(one: TimeBlock, shown: Shown) -> Response:
    with db().read() as session:
        whom = whose(session, one.practitioner_id)
    if not whom.is_own:
        note_reading("block.read", "block", one.id)
    back = _week(whom, one.starts_at)
    body = render_template(
        "staff/block.html", whose=whom, block=one, shown=shown, error=shown.error, back=back
    )
    return make_response(body, shown.status)
