"""Changing an appointment: its time, its status, or calling it off."""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from auth.permissions import NotAllowed, allow, may
from scheduling.appointments import (
    AlreadyCancelled,
    AlreadyOver,
    Appointment,
    Stale,
    Status,
    UnknownAppointment,
    cancel,
    move,
)
from scheduling.approval import approve, decline
from scheduling.attendance import TooEarly, arrive, fulfil, miss
from scheduling.conflicts import lock_time
from scheduling.listening import NOTE, hear_about
from web.api.access import api_room
from web.api.appointment_schemas import AppointmentChange, AppointmentTold, Cancellation, NewStatus, tagged
from web.api.appointments import seen
from web.api.calls import Answer, call
from web.api.hearing import heard_anyway
from web.api.holds import NOT_FREE
from web.api.reading import seen_revision
from web.api.refusals import OneChange
from web.context import actor, db, now
from web.guards import requires

blueprint = api_room("changes")
_SETTLED = (UnknownAppointment, Stale, AlreadyCancelled, AlreadyOver)
_COMMANDS: Mapping[NewStatus, Callable[..., Appointment]] = {
    NewStatus.BOOKED: approve,
    NewStatus.ARRIVED: arrive,
    NewStatus.FULFILLED: fulfil,
    NewStatus.NOSHOW: miss,
}


@blueprint.patch("/appointments/<appointment_id>")
@requires("member")
@call(
    "Move it (starts_at), say yes to it or note whether somebody came (status)",
    AppointmentTold,
    body=AppointmentChange,
    versioned=True,
    refuses=(*_SETTLED, *NOT_FREE, TooEarly, OneChange, NotAllowed),
    answer_headers=("ETag",),
)
def change(appointment_id: str, body: AppointmentChange) -> Answer:
    if (body.starts_at is None) == (body.status is None):
        raise OneChange
    revision = seen_revision(body.revision)
    if body.starts_at is not None:
        return tagged(db().change(lambda session: _move(session, appointment_id, body, revision)))
    return tagged(db().change(lambda session: _note(session, appointment_id, body, revision)))


@blueprint.post("/appointments/<appointment_id>/cancel")
@requires("member")
@call(
    "Cancel it, or (the practitioner, while it is pending) decline it",
    AppointmentTold,
    body=Cancellation,
    body_optional=True,
    versioned=True,
    refuses=_SETTLED,
    answer_headers=("ETag",),
)
def call_off(appointment_id: str, body: Cancellation) -> Answer:
    with heard_anyway(body.reason):
        revision = seen_revision(body.revision)
        return tagged(db().change(lambda session: _cancel(session, appointment_id, body, revision)))


def _move(
    session: Session, appointment_id: str, body: AppointmentChange, revision: int | None
) -> Appointment:
    """Without a revision, whatever it is now is what is moved."""
    one = _current(session, appointment_id, revision)
    if body.override:
        allow(actor(), "book.for_member")
    assert body.starts_at is not None
    return move(
        session,
        one.id,
        body.starts_at,
        revision=one.revision,
        by=actor().person_id,
        now=now(),
        override=body.override,
    )


def _note(
    session: Session, appointment_id: str, body: AppointmentChange, revision: int | None
) -> Appointment:
    one = _current(session, appointment_id, revision)
    if not may(actor(), "appointment.note", one):
        raise NotAllowed("That is for whoever holds the session to say.")
    assert body.status is not None
    return _COMMANDS[body.status](session, one.id, by=actor().person_id, now=now())


def _cancel(session: Session, appointment_id: str, body: Cancellation, revision: int | None) -> Appointment:
    one = _current(session, appointment_id, revision)
    own = one.member_id == actor().person_id
    if own:
        hear_about(session, one.id, one.member_id, body.reason, NOTE, now=now())
    end = decline if one.status == Status.PENDING and not own else cancel
    return end(session, one.id, by=actor().person_id, reason=body.reason, now=now())


def _current(session: Session, appointment_id: str, revision: int | None) -> Appointment:
    """As it is now, with nobody else changing it. Raises Stale, AlreadyCancelled."""
    one = seen(session, appointment_id, "appointment.change")
    lock_time(session, *one.parties)
    session.refresh(one)
    if revision not in {None, one.revision}:
        raise AlreadyCancelled if one.is_cancelled else Stale
    return one
