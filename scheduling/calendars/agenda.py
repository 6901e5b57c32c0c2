"""What a feed has to show, looked up, and under which words. By default nothing here says who anybody is."""

from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduling.appointment_records import Appointment, Status
from scheduling.calendars import facts
from scheduling.calendars.events import Entry, Series
from scheduling.calendars.facts import DateFacts, SessionFacts, Whose
from scheduling.calendars.follow_ups import follow_ups, recurrence_id
from scheduling.calendars.render import Sheet
from scheduling.calendars.showing import Detail, FeedKind, Showing
from scheduling.calendars.stamps import since
from scheduling.meeting_records import Meeting
from scheduling.series_records import Series as SeriesRecord

HOSTED = "Meeting"
_COUNTED_FROM = datetime(2020, 1, 1, tzinfo=UTC)


def feed_sheet(session: Session, showing: Showing, *, origin: str, now: datetime) -> Sheet:
    """Dates from three months back on; for who works here also the groups and meetings they lead.

    Cancelled ones are left out: a program that polls takes the feed as the whole truth.
    """
    if showing.kind == FeedKind.MEETINGS:
        return open_meetings_sheet(session, name=showing.title, origin=origin)
    as_member = showing.kind == FeedKind.MEMBER
    people = facts.practitioners(session) if showing.kind == FeedKind.TEAM else [showing.owner_id]
    whose = Whose(people, as_member)
    told = _Words(showing)
    dates = facts.dates_of(session, whose, since(now))
    repeating = {one.series_id for one in dates if _in_series(one) and one.series_id}
    hosted = () if as_member else facts.hosted_meetings(session, people)
    sessions = facts.group_sessions(session, whose, since(now))
    return Sheet(
        showing.title,
        (
            *(_entry(one, told.of_date(one), origin) for one in dates if not _in_series(one)),
            *(_session(one, told.of_session(one), origin) for one in sessions),
        ),
        (*_follow_ups(session, repeating, told, origin), *(series(one, HOSTED, origin) for one in hosted)),
    )


def open_meetings_sheet(session: Session, *, name: str, origin: str) -> Sheet:
    """The meetings that everybody may see, under their public titles."""
    return Sheet(name, series=tuple(series(one, one.title, origin) for one in facts.open_meetings(session)))


class _Words:
    """What each date is called, as much as the owner chose to say."""

    def __init__(self, showing: Showing) -> None:
        self.showing = showing
        by_kind: dict[FeedKind, Callable[[DateFacts], str]] = {
            FeedKind.MEMBER: lambda one: one.practitioner,
            FeedKind.PRACTITIONER: lambda one: one.member,
            FeedKind.TEAM: lambda one: one.practitioner,
        }
        self.other = by_kind[showing.kind]

    def of_date(self, one: DateFacts) -> str:
        return self._said(one.service, self.other(one))

    def of_session(self, one: SessionFacts) -> str:
        """Nobody is named who sits in a group."""
        return self._said(one.service, one.practitioner if self.showing.kind == FeedKind.TEAM else "")

    def _said(self, service: str, name: str) -> str:
        """A team's calendar says who is busy, never with what."""
        word, detail = self.showing.wording, self.showing.detail
        if detail == Detail.INITIALS:
            return f"{word} ({initials(name)})" if name else word
        if detail == Detail.WORD:
            return word
        said = word if self.showing.kind == FeedKind.TEAM else service
        return f"{said}, {name}" if name else said


def _follow_ups(session: Session, ids: Collection[str], told: _Words, origin: str) -> Iterator[Series]:
    """The whole series of these ids, in a steady order."""
    if not ids:
        return
    records = {one.id: one for one in session.scalars(select(SeriesRecord).where(SeriesRecord.id.in_(ids)))}
    for series_id, group in groupby(facts.dates_of_series(session, ids), key=lambda one: one.series_id):
        dates = list(group)
        yield follow_ups(records[str(series_id)], dates, told.of_date(dates[0]), origin)


def _in_series(one: DateFacts) -> bool:
    return one.series_id is not None and one.occurrence_id is None


def _entry(one: DateFacts, summary: str, origin: str) -> Entry:
    return Entry(
        uid=one.uid,
        sequence=one.revision,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        changed_at=one.changed_at,
        summary=summary,
        url=f"{origin}/appointments/{one.id}",
        tentative=one.status == Status.PENDING,
    )


def _session(one: SessionFacts, summary: str, origin: str) -> Entry:
    """A session of a group has no number of its changes: the seconds until the last one rise as well."""
    group = f"{origin}/staff/groups/{one.series_id}" if one.series_id else f"{origin}/staff/groups"
    return Entry(
        uid=one.id,
        sequence=int((one.changed_at - _COUNTED_FROM).total_seconds()),
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        changed_at=one.changed_at,
        summary=summary,
        url=f"{group}/dates/{one.id}" if one.series_id else group,
    )


def entry(appointment: Appointment, summary: str, origin: str) -> Entry:
    """The appointment as invitations show it, under the UID that feeds have."""
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


def initials(name: str) -> str:
    """`JS` for Jane Smith."""
    parts = name.split()
    return "".join(part[0].upper() for part in (parts[:1] + parts[1:][-1:]))
