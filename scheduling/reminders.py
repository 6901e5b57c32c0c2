"""What is due before an appointment, and promising it to the outbox."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from foundation import outbox
from scheduling.appointment_records import Appointment, Status
from scheduling.reminder_choices import quiet_hours_of
from scheduling.reminder_links import new_link
from scheduling.reminder_quiet import NEVER_QUIET, QuietHours, kept_quiet

KIND = "appointment.reminder"
BEFORE = (timedelta(days=3), timedelta(days=1), timedelta(hours=1))


@dataclass(frozen=True)
class Reminder:
    """One reminder, `before` the start; `due_at` is earlier where quiet hours are in the way."""

    before: timedelta
    due_at: datetime

    @property
    def minutes(self) -> int:
        return int(self.before.total_seconds()) // 60


def plan(starts_at: datetime, now: datetime, quiet: QuietHours = NEVER_QUIET) -> list[Reminder]:
    """The reminders still ahead, by time: 3 days, 1 day and 1 hour of real time before the start.

    Of two that quiet hours bring to the same moment one is left.
    """
    ahead = [before for before in BEFORE if starts_at - before > now]
    moments = {kept_quiet(starts_at - before, starts_at, now, quiet): before for before in ahead}
    left = [(due_at, before) for due_at, before in moments.items() if due_at is not None]
    return [Reminder(before, due_at) for due_at, before in sorted(left)]


def promise_reminders(session: Session, appointment: Appointment, *, now: datetime) -> None:
    """Owe the reminders of this revision, never after the start."""
    outbox.promise_all(session, owed_reminders(session, appointment, now), now=now)


def owed_reminders(session: Session, appointment: Appointment, now: datetime) -> list[outbox.Promise]:
    """What both parties are owed before it; `before` is in minutes, `link` is the member's to answer by.

    Of a group session, its members: its leader would get as many as there are seats.
    """
    people = (appointment.member_id,) if appointment.occurrence_id else appointment.parties
    owed = {person: plan(appointment.starts_at, now, quiet_hours_of(session, person)) for person in people}
    link = {"link": new_link(session, appointment)} if owed[appointment.member_id] else {}
    return [
        _owed(appointment, one, person, link if person == appointment.member_id else {})
        for person in people
        for one in owed[person]
    ]


def _owed(appointment: Appointment, reminder: Reminder, person: str, more: dict[str, str]) -> outbox.Promise:
    refs = {
        "appointment": appointment.id,
        "revision": appointment.revision,
        "to": person,
        "before": reminder.minutes,
        **more,
    }
    key = _key(appointment, person, reminder)
    return outbox.Promise(KIND, refs, key, reminder.due_at, not_after=appointment.starts_at)


def _key(appointment: Appointment, person: str, reminder: Reminder) -> str:
    return f"{KIND}:{appointment.id}:{appointment.revision}:{person}:{reminder.minutes}"


def withdraw_reminders(session: Session, appointment: Appointment, *, now: datetime) -> int:
    """Drop the reminders of every revision so far that nobody is sending yet."""
    return outbox.withdraw(session, f"{KIND}:{appointment.id}:", now=now)


def put_reminders_right(session: Session, person_id: str, *, now: datetime) -> None:
    """Their quiet hours or their zone changed: what they are still owed comes by the new clock."""
    quiet = quiet_hours_of(session, person_id)
    moments = {
        _key(one, person_id, reminder): reminder.due_at
        for one in _ahead_of(session, person_id, now)
        for reminder in plan(one.starts_at, now, quiet)
    }
    outbox.put_off(session, moments)


def _ahead_of(session: Session, person_id: str, now: datetime) -> Iterable[Appointment]:
    theirs = or_(Appointment.member_id == person_id, Appointment.practitioner_id == person_id)
    ahead = Appointment.starts_at > now, Appointment.status == Status.BOOKED
    return session.scalars(select(Appointment).where(theirs, *ahead))
