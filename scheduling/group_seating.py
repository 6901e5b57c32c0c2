"""A member's seat on one date of a weekly group, given and taken back as part of something larger."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from scheduling.appointment_records import Appointment, Status
from scheduling.group_records import GroupOccurrence, Seat
from scheduling.occupancy import Occupancy, busy, delete_expired
from scheduling.offers import Freed, freed_by
from scheduling.reminders import promise_reminders, withdraw_reminders
from scheduling.seats import sit, stand_up

FULL, BUSY = "slot_taken", "already_booked"
"""Why somebody cannot sit there: no seat is left, or the member has something else then."""


def objection(session: Session, occurrence: GroupOccurrence, member_id: str, *, now: datetime) -> str | None:
    """The code of what stands in the way, or None; who sits there already is in nobody's way."""
    if is_seated(session, occurrence, member_id):
        return None
    if occurrence.taken >= occurrence.capacity:
        return FULL
    span = occurrence.starts_at, until_of(occurrence)
    theirs = busy(session, [], member_id, span, now=now, imported=False)
    return BUSY if theirs.get(member_id) else None


def is_seated(session: Session, occurrence: GroupOccurrence, member_id: str) -> bool:
    return session.get(Seat, (occurrence.id, member_id)) is not None


def seat_member(
    session: Session, occurrence: GroupOccurrence, member_id: str, *, by: str, now: datetime
) -> Appointment | None:
    """Seat them, with their reminders but without a mail; None when something stands in the way.

    The caller holds the time of the practitioner and of the member.
    """
    delete_expired(session, occurrence.practitioner_id, member_id, now=now)
    session.refresh(occurrence)
    if is_seated(session, occurrence, member_id) or objection(session, occurrence, member_id, now=now):
        return None
    appointment = Appointment(
        service_id=occurrence.service_id,
        practitioner_id=occurrence.practitioner_id,
        member_id=member_id,
        starts_at=occurrence.starts_at,
        ends_at=occurrence.ends_at,
        booked_by=by,
        created_at=now,
        changed_at=now,
    )
    session.add(appointment)
    session.flush()
    sit(session, appointment, occurrence, until_of(occurrence))
    session.refresh(appointment)
    promise_reminders(session, appointment, now=now)
    return appointment


def give_up(
    session: Session, appointment: Appointment, *, by: str | None, reason: str = "", now: datetime
) -> Freed:
    """Take the seat back, without a mail; returns what is free then."""
    freed = freed_by(appointment)
    appointment.status = Status.CANCELLED.value
    appointment.cancelled_by, appointment.cancel_reason = by, reason
    row = Occupancy.appointment_id == appointment.id
    session.execute(update(Occupancy).where(row).values(status="released"))
    stand_up(session, appointment)
    appointment.revision += 1
    appointment.changed_at = now
    session.flush()
    withdraw_reminders(session, appointment, now=now)
    return freed


def until_of(occurrence: GroupOccurrence) -> datetime:
    """The end with the gap that follows."""
    return occurrence.ends_at + timedelta(minutes=occurrence.service.gap_minutes)


def seats_of(session: Session, series_id: str, member_id: str, *, after: datetime) -> list[Appointment]:
    """A member's seats in a weekly group that are ahead, by time."""
    seated = (
        select(Appointment)
        .join(Seat, Seat.appointment_id == Appointment.id)
        .join(GroupOccurrence, GroupOccurrence.id == Seat.occurrence_id)
    )
    theirs = GroupOccurrence.series_id == series_id, Seat.member_id == member_id
    ahead = seated.where(*theirs, Appointment.starts_at > after)
    return list(session.scalars(ahead.order_by(Appointment.starts_at)))
