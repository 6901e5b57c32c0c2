"""What is due before an appointment, and promising it to the outbox."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from foundation import outbox
from scheduling.appointment_records import Appointment

KIND = "appointment.reminder"
BEFORE = (timedelta(days=3), timedelta(days=1), timedelta(hours=1))


@dataclass(frozen=True)
class Reminder:
    """One reminder, `before` the start."""

    before: timedelta
    due_at: datetime

    @property
    def minutes(self) -> int:
        return int(self.before.total_seconds()) // 60


def plan(starts_at: datetime, now: datetime) -> list[Reminder]:
    """The reminders still ahead, by time: 3 days, 1 day and 1 hour of real time before the start."""
    planned = (Reminder(before, starts_at - before) for before in BEFORE)
    return [reminder for reminder in planned if reminder.due_at > now]


def promise_reminders(session: Session, appointment: Appointment, *, now: datetime) -> None:
    """Owe the reminders of this revision, never after the start."""
    outbox.promise_all(session, reminders_of(appointment, now), now=now)


def reminders_of(appointment: Appointment, now: datetime) -> list[outbox.Promise]:
    """What both parties are owed before it; `before` is in minutes.

    Of a group session, its members: its leader would get as many as there are seats.
    """
    people = (appointment.member_id,) if appointment.occurrence_id else appointment.parties
    return [_owed(appointment, one, person) for one in plan(appointment.starts_at, now) for person in people]


def _owed(appointment: Appointment, reminder: Reminder, person: str) -> outbox.Promise:
    refs = {
        "appointment": appointment.id,
        "revision": appointment.revision,
        "to": person,
        "before": reminder.minutes,
    }
    key = f"{KIND}:{appointment.id}:{appointment.revision}:{person}:{reminder.minutes}"
    return outbox.Promise(KIND, refs, key, reminder.due_at, not_after=appointment.starts_at)


def withdraw_reminders(session: Session, appointment: Appointment, *, now: datetime) -> int:
    """Drop the reminders of every revision so far that nobody is sending yet."""
    return outbox.withdraw(session, f"{KIND}:{appointment.id}:", now=now)
