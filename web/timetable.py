"""Meetings laid out for a reader: by day in their zone, with what is different said at the meeting."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from auth.actor import Actor
from auth.permissions import may
from foundation import timewords
from scheduling.meetings import Meeting, hosts, list_meetings
from scheduling.occurrences import Occurrence, upcoming
from scheduling.recurrence import lenient_local

LISTED_DAYS = 7
HORIZON = timedelta(days=60)
_SAME_EVENING = timedelta(hours=6)


@dataclass(frozen=True)
class Entry:
    """One occurrence with what a reader needs beside it. `change` is empty when everything is as usual."""

    occurrence: Occurrence
    open_to_all: bool
    hosts: str
    change: str
    back_on: datetime | None

    @property
    def minutes(self) -> int:
        return int((self.occurrence.ends_at - self.occurrence.starts_at).total_seconds() // 60)


@dataclass(frozen=True)
class Day:
    date: date
    name: str
    rest: str
    entries: tuple[Entry, ...]


def visible_meetings(session: Session, somebody: Actor | None) -> list[Meeting]:
    """All of them for those who belong here; strangers and guests see the open ones."""
    belongs = may(somebody, "room.join")
    return [meeting for meeting in list_meetings(session) if belongs or meeting.audience == "open"]


def entries(session: Session, meetings: Sequence[Meeting], zone: ZoneInfo, *, now: datetime) -> list[Entry]:
    """What these meetings hold from now on, in order; those under way included."""
    by_id = {meeting.id: meeting for meeting in meetings}
    names = {
        meeting.id: spoken_names([host.name for host in hosts(session, meeting.id)]) for meeting in meetings
    }
    coming = [one for one in upcoming(session, start=now, end=now + HORIZON) if one.meeting_id in by_id]
    return [
        Entry(
            occurrence=one,
            open_to_all=by_id[one.meeting_id].audience == "open",
            hosts=names[one.meeting_id],
            change=change_words(one, by_id[one.meeting_id], zone),
            back_on=_back_on(one, coming) if one.cancelled else None,
        )
        for one in coming
    ]


def by_day(listed: Iterable[Entry], zone: ZoneInfo, *, now: datetime) -> list[Day]:
    """Grouped by the reader's own calendar day."""
    groups: dict[date, list[Entry]] = {}
    for entry in listed:
        groups.setdefault(timewords.local_date(entry.occurrence.starts_at, zone), []).append(entry)
    return [_day(on, tuple(group), zone, now) for on, group in sorted(groups.items())]


def this_week(listed: Iterable[Entry], zone: ZoneInfo, *, now: datetime) -> list[Entry]:
    """Those of today and the six days after, in the reader's zone."""
    end = timewords.local_date(now, zone) + timedelta(days=LISTED_DAYS)
    return [entry for entry in listed if timewords.local_date(entry.occurrence.starts_at, zone) < end]


def further(listed: Sequence[Entry], week: Sequence[Entry]) -> list[Entry]:
    """The first occurrence of each meeting that this week does not have."""
    seen = {entry.occurrence.meeting_id for entry in week}
    first: dict[str, Entry] = {}
    for entry in listed:
        if entry.occurrence.meeting_id not in seen and not entry.occurrence.cancelled:
            first.setdefault(entry.occurrence.meeting_id, entry)
    return list(first.values())


def next_entry(listed: Iterable[Entry]) -> Entry | None:
    """The one under way, or else the next that takes place."""
    return next((entry for entry in listed if not entry.occurrence.cancelled), None)


def is_today(entry: Entry, zone: ZoneInfo, *, now: datetime) -> bool:
    """Today for the reader, or under way: then the door is what they look for, and the lamp is lit."""
    starts_at = entry.occurrence.starts_at
    return starts_at <= now or timewords.daypart(starts_at, now, zone) in {"Today", "Tonight"}


def change_words(one: Occurrence, meeting: Meeting, zone: ZoneInfo) -> str:
    """`30 minutes later, this week only`, or `Moved from Wednesday 2 December, 8:00 pm`."""
    if one.cancelled or not one.moved:
        return ""
    usual = lenient_local(one.date, meeting.minute_of_day, ZoneInfo(meeting.timezone))
    shift = one.starts_at - usual
    if shift and abs(shift) < _SAME_EVENING:
        return f"{_length(abs(shift))} {'later' if shift > timedelta(0) else 'earlier'}, this week only"
    return f"Moved from {timewords.day(usual, zone)}, {timewords.clock(usual, zone)}"


def spoken_names(names: Sequence[str]) -> str:
    """`Dana Whitlock and Teodor Marsh`."""
    if len(names) < 2:  # noqa: PLR2004 - one or nobody
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _day(on: date, group: tuple[Entry, ...], zone: ZoneInfo, now: datetime) -> Day:
    full = timewords.day(on, zone)
    weekday, rest = full.split(" ", 1)
    part = timewords.daypart(group[0].occurrence.starts_at, now, zone)
    return Day(on, part, full, group) if part else Day(on, weekday, rest, group)


def _back_on(one: Occurrence, coming: Sequence[Occurrence]) -> datetime | None:
    later = (
        o
        for o in coming
        if o.meeting_id == one.meeting_id and o.starts_at > one.starts_at and not o.cancelled
    )
    return next((o.starts_at for o in later), None)


def _length(shift: timedelta) -> str:
    minutes = int(shift.total_seconds() // 60)
    if minutes % 60:
        return f"{minutes} minutes"
    return "One hour" if minutes == 60 else f"{minutes // 60} hours"  # noqa: PLR2004 - minutes in an hour
