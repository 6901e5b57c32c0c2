"""Who of many came to one meeting: ticked on one sheet by whoever looks after them."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduling.attendance_journal import mark
from scheduling.journal_records import MeetingAttendance
from scheduling.occurrences import Occurrence, upcoming

LATELY = timedelta(days=14)


def held_lately(session: Session, *, now: datetime) -> list[Occurrence]:
    """The dates of two weeks that have begun, the latest first."""
    found = upcoming(session, start=now - LATELY, end=now)
    return [one for one in reversed(found) if not one.cancelled and one.starts_at <= now]


def came_to(session: Session, occurrence_id: str, member_ids: Collection[str]) -> frozenset[str]:
    """Those of them who came, as far as anybody knows."""
    those = MeetingAttendance.occurrence_id == occurrence_id, MeetingAttendance.person_id.in_(member_ids)
    came = select(MeetingAttendance.person_id).where(*those, MeetingAttendance.came)
    return frozenset(session.scalars(came))


def mark_sheet(
    session: Session,
    occurrence_id: str,
    member_ids: Collection[str],
    *,
    ticked: Collection[str],
    were_ticked: Collection[str],
    by: str,
    now: datetime,
) -> int:
    """Note what was changed on the sheet: new ticks, and ticks taken away. Returns how many.

    Only of `member_ids`, those on whoever's sheet. A tick that the room has set since the sheet was shown
    is nobody's to take away by sending an old one. Raises what `mark` raises.
    """
    came = came_to(session, occurrence_id, member_ids)
    changes = {one: True for one in member_ids if one in ticked and one not in came}
    changes |= {one: False for one in came if one in were_ticked and one not in ticked}
    for one in sorted(changes):
        mark(session, one, occurrence_id, came=changes[one], by=by, now=now)
    return len(changes)
