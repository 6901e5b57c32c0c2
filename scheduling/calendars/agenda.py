"""What a feed has to show, looked up. Nothing here says who anybody is, or why they come."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from auth.people import Person
from scheduling.appointment_records import Appointment, Status
from scheduling.calendars.events import Entry, Series
from scheduling.calendars.feeds import CalendarFeed, FeedKind
from scheduling.calendars.follow_ups import HIDDEN, all_follow_ups, recurrence_id
from scheduling.calendars.render import Sheet
from scheduling.meetings import Duty, Meeting, MeetingAudience, MeetingPerson

_MONTHS_BACK = 3
HOSTED = "Meeting"


def feed_sheet(session: Session, feed: CalendarFeed, *, origin: str, now: datetime) -> Sheet:
    """The owner's appointments from three months back on; a practitioner's also the meetings they host.

    Cancelled ones are left out: a program that polls takes the feed as the whole truth.
    """
    if feed.kind == FeedKind.MEMBER:
        return _sheet(session, feed, Appointment.member_id, lambda one: feed.wording, origin, now)
    own = _sheet(
        session,
        feed,
        Appointment.practitioner_id,
        lambda one: f"{feed.wording} ({initials(one.member)})",
        origin,
        now,
    )
    hosted = (series(one, HOSTED, origin) for one in _hosted(session, feed.owner_id))
    return replace(own, series=(*own.series, *hosted))


def open_meetings_sheet(session: Session, *, name: str, origin: str) -> Sheet:
    """The meetings that everybody may see, under their public titles."""
    everybodys = select(Meeting).where(Meeting.audience == MeetingAudience.OPEN).order_by(Meeting.slug)
    return Sheet(name, series=tuple(series(one, one.title, origin) for one in session.scalars(everybodys)))


def _sheet(
    session: Session,
    feed: CalendarFeed,
    side: InstrumentedAttribute[str],
    summary: Callable[[Appointment], str],
    origin: str,
    now: datetime,
) -> Sheet:
    """The owner's single appointments one by one, and each series as one."""
    found = list(_appointments(session, side == feed.owner_id, now))
    single = tuple(entry(one, summary(one), origin) for one in found if not one.in_series)
    repeating = [one for one in found if one.in_series]
    return Sheet(
        feed.title, single, tuple(all_follow_ups(session, repeating, summary, origin) if repeating else ())
    )


def entry(appointment: Appointment, summary: str, origin: str) -> Entry:
    """The appointment as feeds and invitations both show it, under one UID."""
    known = _known_as(appointment)
    return Entry(
        uid=known.uid,
        sequence=known.sequence,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        changed_at=appointment.changed_at,
        summary=summary,
        url=f"{origin}/appointments/{appointment.id}",
        tentative=appointment.status == Status.PENDING,
        recurrence_id=known.recurrence_id,
    )


class _Known(NamedTuple):
    uid: str
    sequence: int
    recurrence_id: datetime | None = None


def _known_as(appointment: Appointment) -> _Known:
    """One date of a series goes by the series' uid, with a later sequence than the series itself."""
    record = appointment.series if appointment.in_series else None
    if record is None:
        return _Known(appointment.uid, appointment.revision)
    return _Known(record.uid, record.sequence + 1, recurrence_id(record, appointment))


def series(meeting: Meeting, summary: str, origin: str) -> Series:
    """A lasting change starts a rule with a new first date, and with that a new UID."""
    return Series(
        uid=f"{meeting.id}-{meeting.first_date:%Y%m%d}",
        sequence=meeting.sequence,
        rule=meeting.rule,
        changes=tuple(change.exception for change in meeting.changes),
        changed_at=meeting.changed_at,
        summary=summary,
        url=f"{origin}/meetings/{meeting.slug}",
    )


def initials(person: Person) -> str:
    """`JS` for Jane Smith."""
    words = person.name.split()
    return "".join(word[0].upper() for word in (words[:1] + words[1:][-1:]))


def _appointments(session: Session, whose: ColumnElement[bool], now: datetime) -> Iterable[Appointment]:
    recent = Appointment.starts_at >= _months_back(now), Appointment.status.not_in(HIDDEN)
    in_order = select(Appointment).where(whose, *recent).order_by(Appointment.starts_at, Appointment.id)
    return session.scalars(in_order)


def _hosted(session: Session, person_id: str) -> Iterable[Meeting]:
    leads = MeetingPerson.meeting_id == Meeting.id
    theirs = MeetingPerson.person_id == person_id, MeetingPerson.duty == Duty.HOST
    return session.scalars(select(Meeting).join(MeetingPerson, leads).where(*theirs).order_by(Meeting.slug))


def _months_back(now: datetime) -> datetime:
    """The first of a month, so that a feed does not change from one reading to the next."""
    months = now.year * 12 + now.month - 1 - _MONTHS_BACK
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)
