"""Putting one group session, and everybody in it, at another time."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from foundation.database import violates
from scheduling.announcements import CANCELLED, MOVED, announce
from scheduling.appointment_records import Appointment
from scheduling.group_records import GroupOccurrence
from scheduling.group_seating import give_up, until_of
from scheduling.occupancy import MEMBER_OVERLAP, Occupancy, busy, delete_expired
from scheduling.offers import Freed, offer, offer_anew
from scheduling.refusals import SlotTaken
from scheduling.seats import members_in


def put_at(
    session: Session,
    occurrence: GroupOccurrence,
    starts_at: datetime,
    by: str | None,
    now: datetime,
    *,
    tell: bool = True,
) -> list[str]:
    """Move the session and everybody in it; whoever has something else then gives up the seat."""
    if starts_at == occurrence.starts_at:
        return []
    _require_free(session, occurrence, starts_at, now)
    length = occurrence.ends_at - occurrence.starts_at
    gap = until_of(occurrence) - occurrence.ends_at
    seated, without = members_in(session, occurrence.id), []
    freed: list[Freed] = []
    occurrence.starts_at, occurrence.ends_at = starts_at, starts_at + length
    row = Occupancy.occurrence_id == occurrence.id
    times = {"starts_at": starts_at, "ends_at": occurrence.ends_at + gap}
    session.flush()
    session.execute(update(Occupancy).where(row).values(times))
    for appointment in seated:
        if not _follows(session, appointment, occurrence, times, by, now):
            freed.append(give_up(session, appointment, by=by, now=now))
            announce(session, appointment, CANCELLED, now=now, to=[appointment.member_id])
            without.append(appointment.member_id)
        elif tell:
            announce(session, appointment, MOVED, now=now, to=[appointment.member_id])
    offer_anew(session, occurrence, now=now)
    for one in freed:
        offer(session, replace(one, starts_at=starts_at), now=now)
    return without


def _follows(
    session: Session,
    appointment: Appointment,
    occurrence: GroupOccurrence,
    times: dict[str, datetime],
    by: str | None,
    now: datetime,
) -> bool:
    """Whether the seat could go along. Whoever sat down a moment ago is not locked: the guard tells then."""
    if _has_something(session, appointment, (times["starts_at"], times["ends_at"]), now):
        return False
    try:
        with session.begin_nested():
            _move_seat(session, appointment, occurrence, times, by, now)
    except IntegrityError as error:
        if not violates(error, MEMBER_OVERLAP):
            raise
        return False
    return True


def _move_seat(
    session: Session,
    appointment: Appointment,
    occurrence: GroupOccurrence,
    times: dict[str, datetime],
    by: str | None,
    now: datetime,
) -> None:
    appointment.moved_from, appointment.moved_by = appointment.starts_at, by
    appointment.starts_at, appointment.ends_at = occurrence.starts_at, occurrence.ends_at
    appointment.revision += 1
    appointment.changed_at = now
    session.flush()
    session.execute(update(Occupancy).where(Occupancy.appointment_id == appointment.id).values(times))
    announce(session, appointment, MOVED, now=now, to=[])


def _require_free(session: Session, occurrence: GroupOccurrence, starts_at: datetime, now: datetime) -> None:
    who = occurrence.practitioner_id
    until = starts_at + (until_of(occurrence) - occurrence.starts_at)
    delete_expired(session, who, now=now)
    others = select(Occupancy.id).where(Occupancy.occurrence_id == occurrence.id)
    own = session.scalar(others)
    if busy(session, [who], None, (starts_at, until), now=now, ignoring=own, imported=False):
        raise SlotTaken("You have something else then. Choose another time.")


def _has_something(
    session: Session, appointment: Appointment, span: tuple[datetime, datetime], now: datetime
) -> bool:
    one = appointment.member_id
    delete_expired(session, one, now=now)
    return bool(busy(session, [], one, span, now=now, ignoring=appointment.id, imported=False).get(one))
