"""What repeats keeps its local time when a government changes its clocks: the dates ahead are told anew.

Neighbours move together: who stands where another goes moves first, or the other tries again.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from foundation import audit
from foundation.database import violates
from scheduling.announcements import MOVED, announce
from scheduling.appointment_records import Appointment
from scheduling.conflicts import lock_time
from scheduling.group_dates import members_on
from scheduling.group_moves import put_at
from scheduling.group_news import CHANGED as GROUP_CHANGED
from scheduling.group_news import tell_members
from scheduling.group_records import GroupOccurrence
from scheduling.occupancy import MEMBER_OVERLAP, PRACTITIONER_OVERLAP, Occupancy
from scheduling.refusals import SlotTaken
from scheduling.seats import members_in
from scheduling.series_news import CHANGED, announce_series
from scheduling.series_records import Series
from scheduling.stale_dates import Stale, appointments_off, sessions_off


def retell_series(session: Session, *, now: datetime) -> int:
    """Move the regular dates ahead, a member's and a group's, to where today's zone data put their local
    times. Returns how many.

    Where somebody else has that time by now, the date stays at its instant, as an exception.
    """
    people = _people(session, [*appointments_off(session, now=now), *sessions_off(session, now=now)])
    if not people:
        return 0
    lock_time(session, *people)
    single, groups = appointments_off(session, now=now), sessions_off(session, now=now)
    for one in _appointments(single):
        one.revision, one.changed_at = one.revision + 1, now
    session.flush()
    for stale in _move_all(session, single, groups, now):
        stale.one.exception = True
    session.flush()
    _tell_all(session, single, groups, now)
    return len(single) + len(groups)


def _people(session: Session, found: Iterable[Stale]) -> set[str]:
    people: set[str] = set()
    for one in (stale.one for stale in found):
        seated = members_in(session, one.id) if isinstance(one, GroupOccurrence) else [one]
        people |= {one.practitioner_id, *(seat.member_id for seat in seated)}
    return people


def _move_all(
    session: Session, single: Sequence[Stale], groups: Sequence[Stale], now: datetime
) -> list[Stale]:
    """In rounds, as long as somebody finds room; returns who found none.

    Groups come last in a round: nobody loses a seat to an appointment that is about to move itself.
    """
    left, before = [*single, *groups], -1
    while left and len(left) != before:
        before = len(left)
        left = [stale for stale in left if not _moves(session, stale, now)]
    return left


def _moves(session: Session, stale: Stale, now: datetime) -> bool:
    try:
        with session.begin_nested():
            if isinstance(stale.one, GroupOccurrence):
                put_at(session, stale.one, stale.starts_at, None, now, tell=False)
            else:
                _put(session, stale.one, stale.starts_at)
    except SlotTaken:
        return False
    except IntegrityError as error:
        if not (violates(error, PRACTITIONER_OVERLAP) or violates(error, MEMBER_OVERLAP)):
            raise
        return False
    return True


def _put(session: Session, one: Appointment, starts_at: datetime) -> None:
    row = session.scalars(select(Occupancy).where(Occupancy.appointment_id == one.id)).one()
    by = starts_at - one.starts_at
    row.starts_at, row.ends_at = row.starts_at + by, row.ends_at + by
    one.starts_at, one.ends_at = one.starts_at + by, one.ends_at + by
    session.flush()


def _tell_all(session: Session, single: Iterable[Stale], groups: Iterable[Stale], now: datetime) -> None:
    for series, dates in _by_series(session, single):
        _raise_sequence(session, series, len(dates), now)
        announce_series(session, series, CHANGED, _appointments(dates), now=now)
    for series, dates in _by_series(session, groups):
        _raise_sequence(session, series, len(dates), now)
        _tell_group(session, series, dates, now)


def _appointments(found: Iterable[Stale]) -> list[Appointment]:
    return [stale.one for stale in found if isinstance(stale.one, Appointment)]


def _by_series(session: Session, found: Iterable[Stale]) -> list[tuple[Series, list[Stale]]]:
    in_order = sorted(found, key=lambda stale: (stale.series_id, stale.day))
    together = groupby(in_order, key=lambda stale: stale.series_id)
    return [(session.get_one(Series, series_id), list(dates)) for series_id, dates in together]


def _tell_group(session: Session, series: Series, dates: Sequence[Stale], now: datetime) -> None:
    """Its members once for all dates; whoever only came for one is told of that one."""
    told = {one.member_id for one in members_on(session, series.id, dates[0].day)}
    tell_members(session, series, GROUP_CHANGED, told, from_date=dates[0].day, now=now)
    for seat in (seat for stale in dates for seat in members_in(session, stale.one.id)):
        if seat.member_id not in told:
            announce(session, seat, MOVED, now=now, to=[seat.member_id])


def _raise_sequence(session: Session, series: Series, dates: int, now: datetime) -> None:
    series.sequence += 1
    series.changed_at = now
    session.flush()
    audit.record(
        session,
        actor=None,
        action="series.retell",
        kind="series",
        object_id=series.id,
        now=now,
        detail={"dates": dates},
    )
