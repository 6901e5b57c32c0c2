"""Whether somebody came: arrived, there until the end, or missed. A slip of the finger can be put right."""

from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy.orm import Session

from foundation import audit, outbox
from foundation.errors import DomainError
from scheduling.aftercare.contact_following import follow_attendance
from scheduling.appointment_records import Appointment, Status
from scheduling.conflicts import lock_time
from scheduling.refusals import AlreadyCancelled, UnknownAppointment

CAME = frozenset({Status.ARRIVED, Status.FULFILLED})
EARLY = timedelta(minutes=15)
MISSED = "appointment.missed"
_SLIPS_ARE_SEEN = timedelta(minutes=30)
"""The mail waits so long, so that a mark made by mistake can be put right before anybody reads of it."""
_NEWS = timedelta(days=2)
"""What is noted later than this is bookkeeping, and nobody is written to about it."""


class TooEarly(DomainError):
    """Nobody can have come, or missed it, yet."""

    code: ClassVar[str] = "too_early"
    default: ClassVar[str] = "This has not begun yet. Note it when the time has come."


def arrive(session: Session, appointment_id: str, *, by: str, now: datetime) -> Appointment:
    """They are here; possible from a quarter of an hour before. Raises TooEarly, AlreadyCancelled."""
    return _note(session, appointment_id, Status.ARRIVED, by, now, opens=-EARLY)


def fulfil(session: Session, appointment_id: str, *, by: str, now: datetime) -> Appointment:
    """They were here. Raises TooEarly, AlreadyCancelled."""
    return _note(session, appointment_id, Status.FULFILLED, by, now)


def miss(session: Session, appointment_id: str, *, by: str, now: datetime) -> Appointment:
    """They did not come; possible once it has begun. Raises TooEarly, AlreadyCancelled."""
    return _note(session, appointment_id, Status.NOSHOW, by, now)


def _note(
    session: Session,
    appointment_id: str,
    status: Status,
    by: str,
    now: datetime,
    opens: timedelta = timedelta(0),
) -> Appointment:
    appointment = session.get(Appointment, appointment_id)
    if appointment is None:
        raise UnknownAppointment
    lock_time(session, *appointment.parties)
    session.refresh(appointment)
    if appointment.is_cancelled:
        raise AlreadyCancelled("This appointment was cancelled, so there is nobody to note.")
    if appointment.status == Status.PENDING:
        raise TooEarly("Nobody has said yes to this yet. Answer it first.")
    if now < appointment.starts_at + opens:
        raise TooEarly
    if appointment.status != status:
        _change(session, appointment, status, by, now)
    return appointment


def _change(session: Session, appointment: Appointment, status: Status, by: str, now: datetime) -> None:
    appointment.status, appointment.changed_at = status.value, now
    session.flush()
    follow_attendance(session, appointment.id, came=status in CAME, now=now)
    _tell(session, appointment, now)
    audit.record(
        session,
        actor=by,
        action=f"appointment.{status}",
        kind="appointment",
        object_id=appointment.id,
        now=now,
    )


def _tell(session: Session, appointment: Appointment, now: datetime) -> None:
    """Owe the member a kind word and a way to another time. The key names the moment: marks come twice."""
    outbox.withdraw(session, f"{MISSED}:{appointment.id}:", now=now)
    if appointment.status != Status.NOSHOW or now > appointment.ends_at + _NEWS:
        return
    refs = {"appointment": appointment.id, "to": appointment.member_id}
    key = f"{MISSED}:{appointment.id}:{int(now.timestamp())}"
    until = appointment.ends_at + 2 * _NEWS
    outbox.promise(session, MISSED, refs, key=key, due_at=now + _SLIPS_ARE_SEEN, now=now, not_after=until)
