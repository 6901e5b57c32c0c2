"""Telling both parties what became of an appointment, through the outbox."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from foundation import outbox
from scheduling.appointment_records import Appointment, Status
from scheduling.reminders import promise_reminders, withdraw_reminders

BOOKED = "appointment.booked"
MOVED = "appointment.moved"
CANCELLED = "appointment.cancelled"
REQUESTED = "appointment.requested"
DECLINED = "appointment.declined"


def announce(
    session: Session, appointment: Appointment, kind: str, *, now: datetime, to: Collection[str] | None = None
) -> None:
    """Owe each party the news of this revision; older news and reminders not yet on their way are dropped.

    Whoever declined knows; only the member is told. Reminders are for what is booked. `to` are those to tell
    where it is not both: of a group, its leader knows.
    """
    both = (appointment.member_id,) if kind == DECLINED else appointment.parties
    for old in (BOOKED, MOVED, REQUESTED):
        outbox.withdraw(session, f"{old}:{appointment.id}:", now=now)
    withdraw_reminders(session, appointment, now=now)
    for person in both if to is None else to:
        refs = {"appointment": appointment.id, "revision": appointment.revision, "to": person}
        key = f"{kind}:{appointment.id}:{appointment.revision}:{person}"
        outbox.promise(session, kind, refs, key=key, due_at=now, now=now, not_after=appointment.ends_at)
    if appointment.status == Status.BOOKED:
        promise_reminders(session, appointment, now=now)
