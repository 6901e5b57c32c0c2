"""What an answer by mail does: it is noted for whom it concerns, and a no in time cancels (decision 0023).

The mail itself proves nothing. What counts is that it names a UID that only the two parties were sent, speaks
for one of them from that one's own address, and answers the newest state.
"""

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.addresses import BadAddress, normalise_address
from auth.people import Person, find_by_email
from foundation import audit, outbox
from foundation.zones import is_zone
from scheduling.appointment_records import HAPPENED, Appointment, Status
from scheduling.calendars.replying.reading import Reply
from scheduling.calendars.replying.records import CalendarReply
from scheduling.rebooking import cancel
from scheduling.series_records import Series

ASKED = "appointment.asked"
"""The mail that says: your calendar said no, and the appointment still stands."""


_TIME, _DAY = "%Y%m%dT%H%M%S", "%Y%m%d"


class Outcome(StrEnum):
    NOTED = "noted"
    CANCELLED = "cancelled"
    ASKED = "asked"
    UNKNOWN = "unknown"
    FORGED = "forged"
    OUTDATED = "outdated"
    OVER = "over"
    UNREADABLE = "unreadable"


def known_outcome(session: Session, reply_id: str) -> Outcome | None:
    """What became of this mail, if it was looked at before."""
    known = session.get(CalendarReply, reply_id)
    return None if known is None else Outcome(known.outcome)


def refuse(session: Session, reply_id: str, outcome: Outcome, *, now: datetime) -> Outcome:
    """Remember that this mail was looked at; of what it says nothing is kept."""
    if session.get(CalendarReply, reply_id) is None:
        session.add(CalendarReply(id=reply_id, outcome=outcome.value, received_at=now))
        session.flush()
    return outcome


def take_answer(session: Session, reply_id: str, reply: Reply, *, now: datetime) -> Outcome:
    """Do what the answer means, once: a second reading of the same mail changes nothing."""
    known = known_outcome(session, reply_id)
    if known is not None:
        return known
    appointment, sequence = _find(session, reply, now)
    if appointment is None:
        return refuse(session, reply_id, Outcome.UNKNOWN, now=now)
    person = find_by_email(session, reply.sender)
    if person is None or person.id not in appointment.parties or not _speaks_for_itself(person, reply):
        return refuse(session, reply_id, Outcome.FORGED, now=now)
    if reply.sequence < sequence:
        return refuse(session, reply_id, Outcome.OUTDATED, now=now)
    if appointment.starts_at <= now or appointment.is_cancelled or appointment.status in HAPPENED:
        return refuse(session, reply_id, Outcome.OVER, now=now)
    outcome = _act(session, appointment, person, reply, now)
    kept = {"appointment_id": appointment.id, "person_id": person.id, "answer": reply.answer}
    session.add(CalendarReply(id=reply_id, outcome=outcome.value, received_at=now, **kept))
    detail = {"answer": reply.answer, "outcome": outcome.value}
    _record(session, appointment, person, detail, now)
    return outcome


def latest_answers(session: Session, appointment: Appointment) -> dict[str, CalendarReply]:
    """By person, the newest answer about this appointment that was taken."""
    about = CalendarReply.appointment_id == appointment.id
    rows = session.scalars(select(CalendarReply).where(about).order_by(CalendarReply.received_at))
    return {str(one.person_id): one for one in rows}


def _act(session: Session, appointment: Appointment, person: Person, reply: Reply, now: datetime) -> Outcome:
    """A member's no to one date, in time, is a cancellation; any other no only asks what is meant."""
    if reply.answer != "DECLINED":
        return Outcome.NOTED
    one_date = not appointment.in_series or bool(reply.recurrence)
    in_time = now <= appointment.starts_at - timedelta(minutes=appointment.service.cancel_minutes)
    if person.id == appointment.member_id and one_date and in_time:
        cancel(session, appointment.id, by=person.id, now=now)
        return Outcome.CANCELLED
    refs = {"appointment": appointment.id, "revision": appointment.revision, "to": person.id}
    key = f"{ASKED}:{appointment.id}:{appointment.revision}:{person.id}"
    outbox.promise(session, ASKED, refs, key=key, due_at=now, now=now, not_after=appointment.starts_at)
    return Outcome.ASKED


def _find(session: Session, reply: Reply, now: datetime) -> tuple[Appointment | None, int]:
    """The appointment that is meant, and the number of the oldest invitation that still counts."""
    single = session.scalar(select(Appointment).where(Appointment.uid == reply.uid))
    if single is not None and not single.in_series:
        return single, single.revision
    series = session.scalar(select(Series).where(Series.uid == reply.uid))
    if series is None or series.member_id is None:
        return None, 0
    theirs = select(Appointment).where(
        Appointment.series_id == series.id, Appointment.occurrence_id.is_(None)
    )
    if reply.recurrence:
        one = theirs.where(Appointment.series_date == _original_day(reply, series))
    else:
        ahead = Appointment.starts_at > now, Appointment.status != Status.CANCELLED.value
        one = theirs.where(*ahead).order_by(Appointment.starts_at).limit(1)
    return session.scalar(one), series.sequence


def _original_day(reply: Reply, series: Series) -> date | None:
    """The local date of the series that the RECURRENCE-ID names, in whatever zone it is written."""
    try:
        return _local_day(reply, series)
    except (ValueError, OverflowError):
        return None


def _local_day(reply: Reply, series: Series) -> date:
    text = reply.recurrence
    wall = datetime.strptime(text.rstrip("Z"), _TIME if "T" in text else _DAY)  # noqa: DTZ007 - a wall
    here = ZoneInfo(series.timezone)
    if text.endswith("Z"):
        return wall.replace(tzinfo=UTC).astimezone(here).date()
    if "T" in text and is_zone(reply.recurrence_zone):
        return wall.replace(tzinfo=ZoneInfo(reply.recurrence_zone)).astimezone(here).date()
    return wall.date()


def _speaks_for_itself(person: Person, reply: Reply) -> bool:
    """The attendee is the sender: nobody answers for somebody else."""
    try:
        return normalise_address(reply.attendee) == person.email
    except BadAddress:
        return False


def _record(
    session: Session, appointment: Appointment, person: Person, detail: dict[str, str], now: datetime
) -> None:
    audit.record(
        session,
        actor=person.id,
        action="appointment.answered_by_mail",
        kind="appointment",
        object_id=appointment.id,
        now=now,
        detail=detail,
    )
