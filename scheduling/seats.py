"""Seats in a group session: the first one opens it, each further one is counted, the last one gone closes it.

Whoever calls holds the practitioner's time (`conflicts.lock_time`); the counts are in `seat_counts`.
"""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from scheduling.appointment_records import Appointment
from scheduling.group_records import GroupOccurrence, Seat
from scheduling.occupancy import Kind, Occupancy
from scheduling.refusals import SlotTaken
from scheduling.seat_counts import count_in, give_back_seats
from scheduling.services import Service


def session_at(
    session: Session, service_id: str, practitioner_id: str, starts_at: datetime
) -> GroupOccurrence | None:
    """The group session that takes place then."""
    there = select(GroupOccurrence).where(
        GroupOccurrence.service_id == service_id,
        GroupOccurrence.practitioner_id == practitioner_id,
        GroupOccurrence.starts_at == starts_at,
        GroupOccurrence.status == "active",
    )
    return session.scalars(there.order_by(GroupOccurrence.id)).first()


def session_for(
    session: Session,
    service: Service,
    practitioner_id: str,
    times: tuple[datetime, datetime, datetime],
    *,
    now: datetime,
) -> GroupOccurrence:
    """The one that takes place then; otherwise a new one. `times`: start, end, end of the gap."""
    found = session_at(session, service.id, practitioner_id, times[0])
    return found or open_session(
        session,
        GroupOccurrence(
            service_id=service.id,
            practitioner_id=practitioner_id,
            starts_at=times[0],
            ends_at=times[1],
            capacity=service.seats,
            changed_at=now,
        ),
        until=times[2],
    )


def open_session(session: Session, occurrence: GroupOccurrence, *, until: datetime) -> GroupOccurrence:
    """Put it into the practitioner's time, gap included; nobody sits in it yet."""
    session.add(occurrence)
    session.flush()
    session.add(
        Occupancy(
            practitioner_id=occurrence.practitioner_id,
            starts_at=occurrence.starts_at,
            ends_at=until,
            kind=Kind.GROUP.value,
            occurrence_id=occurrence.id,
        )
    )
    session.flush()
    return occurrence


def take_seat(
    session: Session, appointment: Appointment, service: Service, until: datetime, *, now: datetime
) -> None:
    """A seat in the session at the appointment's time, which it may open. Raises SlotTaken."""
    times = appointment.starts_at, appointment.ends_at, until
    sit(
        session,
        appointment,
        session_for(session, service, appointment.practitioner_id, times, now=now),
        until,
    )


def keep_seat(
    session: Session,
    row: Occupancy,
    service: Service,
    practitioner_id: str,
    times: tuple[datetime, datetime, datetime],
    *,
    now: datetime,
) -> None:
    """Let a hold keep a seat: the row is the member's alone. Raises SlotTaken."""
    occurrence = session_for(session, service, practitioner_id, times, now=now)
    _count_in(session, occurrence.id)
    row.practitioner_id, row.seat_of = None, occurrence.id


def sit(session: Session, appointment: Appointment, occurrence: GroupOccurrence, until: datetime) -> None:
    """Give the member of this appointment a seat, and take the member's time. Raises SlotTaken."""
    _count_in(session, occurrence.id)
    appointment.occurrence_id = occurrence.id
    session.add(_seat(appointment, occurrence))
    session.add(
        Occupancy(
            member_id=appointment.member_id,
            starts_at=appointment.starts_at,
            ends_at=until,
            kind=Kind.APPOINTMENT.value,
            appointment_id=appointment.id,
            seat_of=occurrence.id,
        )
    )
    session.flush()


def change_seat(session: Session, appointment: Appointment, row: Occupancy, *, now: datetime) -> None:
    """Its seat in the session at the time that it has now, for the one it had. Raises SlotTaken."""
    stand_up(session, appointment)
    times = appointment.starts_at, appointment.ends_at, row.ends_at
    there = session_for(session, appointment.service, appointment.practitioner_id, times, now=now)
    _count_in(session, there.id)
    appointment.occurrence_id, row.seat_of = there.id, there.id
    session.add(_seat(appointment, there))


def stand_up(session: Session, appointment: Appointment) -> None:
    """Give the seat back, if it is one. A session that a booking had opened may close."""
    gone = delete(Seat).where(Seat.appointment_id == appointment.id).returning(Seat.occurrence_id)
    give_back_seats(session, list(session.scalars(gone)))


def members_in(session: Session, occurrence_id: str) -> list[Appointment]:
    """The appointments of those who sit in it, in the order in which they came."""
    seated = select(Appointment).join(Seat, Seat.appointment_id == Appointment.id)
    rows = seated.where(Seat.occurrence_id == occurrence_id)
    return list(session.scalars(rows.order_by(Appointment.created_at, Appointment.id)))


def _count_in(session: Session, occurrence_id: str) -> None:
    if not count_in(session, occurrence_id):
        raise SlotTaken


def _seat(appointment: Appointment, occurrence: GroupOccurrence) -> Seat:
    return Seat(occurrence_id=occurrence.id, member_id=appointment.member_id, appointment_id=appointment.id)
