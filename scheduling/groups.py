"""Weekly groups: adding one, moving or cancelling a date, changing what follows, ending it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete
from sqlalchemy.orm import Session

from auth.people import checked_zone
from foundation import audit
from scheduling.announcements import CANCELLED, MOVED, announce
from scheduling.conflicts import lock_time
from scheduling.group_dates import (
    dates_of,
    extend_groups,
    find_group,
    groups_of,
    materialise,
    members_on,
    missing_dates,
    people_of,
)
from scheduling.group_endings import call_off, dismiss, empty_seats, end_memberships
from scheduling.group_moves import put_at
from scheduling.group_news import CHANGED, ENDED, tell_members
from scheduling.group_records import GroupOccurrence
from scheduling.group_refusals import BadGroup, DateIsOff, UnknownGroup
from scheduling.group_seating import BUSY, FULL
from scheduling.offers import Freed, offer_membership
from scheduling.seats import members_in
from scheduling.series_dates import regular_start
from scheduling.series_records import Series, SeriesShift
from scheduling.services import offers, service_of
from scheduling.waiting_lists import hold_lists
from scheduling.waitlist_records import WaitlistEntry

__all__ = [
    "BUSY",
    "FULL",
    "MovedDate",
    "add_group",
    "cancel_date",
    "change_following",
    "change_seats",
    "dates_of",
    "end_group",
    "extend_groups",
    "find_date",
    "find_group",
    "groups_of",
    "members_on",
    "missing_dates",
    "move_date",
]
_FEWEST, _MOST = 3, 500
_DAY = timedelta(days=1)
_LONGEST = 480


@dataclass(frozen=True)
class MovedDate:
    """A date after its move; `without` are members who have something else then, and gave up their seat."""

    occurrence: GroupOccurrence
    without: tuple[str, ...]


def add_group(
    session: Session,
    *,
    service_id: str,
    practitioner_id: str,
    title: str,
    timezone: str,
    weekday: int,
    minute_of_day: int,
    minutes: int,
    first_date: date,
    until_date: date | None = None,
    capacity: int | None = None,
    by: str,
    now: datetime,
) -> Series:
    """A group that meets every week at this local time; dates in which its leader is busy are left out.

    Its dates become rows, twelve weeks ahead; `missing_dates` names those that could not.
    Raises UnknownService, BadGroup, BadZone.
    """
    service = service_of(session, service_id)
    seats = service.seats if capacity is None else capacity
    sound = 0 <= weekday < 7 and 0 <= minute_of_day < 1440 and 5 <= minutes <= _LONGEST  # noqa: PLR2004
    ahead = until_date is None or until_date >= max(first_date, now.date())
    given = service.is_group and offers(session, service.id, practitioner_id)
    if not (sound and ahead and given and _FEWEST <= seats <= _MOST and title.strip()):
        raise BadGroup
    lock_time(session, practitioner_id)
    series = Series(
        service_id=service.id,
        practitioner_id=practitioner_id,
        title=title.strip(),
        timezone=checked_zone(timezone),
        weekday=weekday,
        minute_of_day=minute_of_day,
        minutes=minutes,
        first_date=first_date,
        until_date=until_date,
        capacity=seats,
        booked_by=by,
        created_at=now,
        changed_at=now,
    )
    session.add(series)
    session.flush()
    session.refresh(series)
    materialise(session, series, now=now)
    _record(session, "group.add", series.id, by, now)
    return series


def find_date(session: Session, occurrence_id: str) -> GroupOccurrence:
    """Raises UnknownGroup."""
    found = session.get(GroupOccurrence, occurrence_id)
    if found is None:
        raise UnknownGroup
    return found


def move_date(
    session: Session, occurrence_id: str, starts_at: datetime, *, by: str, now: datetime
) -> MovedDate:
    """Put one date at another time; everybody who sits there is told.

    Raises UnknownGroup, DateIsOff, SlotTaken when its leader has something else then.
    """
    occurrence = _locked(session, occurrence_id, now)
    if starts_at <= now:
        raise DateIsOff("That time is over. Choose one that is still ahead.")
    without = put_at(session, occurrence, starts_at.astimezone(UTC), by, now)
    occurrence.exception = True
    _changed(session, occurrence, now)
    _record(session, "group.move_date", occurrence.id, by, now)
    return MovedDate(occurrence, tuple(without))


def cancel_date(
    session: Session, occurrence_id: str, *, by: str, reason: str = "", now: datetime
) -> GroupOccurrence:
    """One date does not take place; everybody who sits there is told. Raises UnknownGroup, DateIsOff."""
    occurrence = _locked(session, occurrence_id, now)
    call_off(session, occurrence, by, reason, now)
    for appointment in empty_seats(session, occurrence, by, reason, now):
        announce(session, appointment, CANCELLED, now=now, to=[appointment.member_id])
    _record(session, "group.cancel_date", occurrence.id, by, now)
    return occurrence


def change_following(
    session: Session, series_id: str, from_date: date, starts_at: datetime, *, by: str, now: datetime
) -> list[MovedDate]:
    """From the date known as `from_date` on, the group meets at the local weekday and time of `starts_at`.

    Dates that were moved or cancelled by themselves stay as they are. Raises UnknownGroup, SlotTaken.
    """
    series = find_group(session, series_id)
    lock_time(session, *people_of(session, series), *_guests(session, series_id, now))
    local = starts_at.astimezone(ZoneInfo(series.timezone))
    later = SeriesShift.series_id == series.id, SeriesShift.from_date >= from_date
    session.execute(delete(SeriesShift).where(*later))
    shift = SeriesShift(
        series_id=series.id,
        from_date=from_date,
        days=(local.date() - from_date).days,
        minute_of_day=local.hour * 60 + local.minute,
    )
    session.add(shift)
    _raise_sequence(session, series, now)
    moved = [
        MovedDate(one, tuple(put_at(session, one, to, by, now, tell=False)))
        for one, to in _new_times(session, series, from_date, now)
    ]
    told = {one.member_id for one in members_on(session, series.id, from_date)}
    tell_members(session, series, CHANGED, told, from_date=from_date, now=now)
    _tell_guests(session, moved, told, now)
    materialise(session, series, now=now)
    _record(session, "group.change", series.id, by, now)
    return moved


def change_seats(session: Session, series_id: str, capacity: int, *, by: str, now: datetime) -> Series:
    """So many seats from now on; a date on which more are taken keeps those. Raises BadGroup."""
    series = find_group(session, series_id)
    if not _FEWEST <= capacity <= _MOST:
        raise BadGroup
    lock_time(session, series.practitioner_id)
    series.capacity = capacity
    more: list[Freed] = []
    for one in dates_of(session, series.id, after=now):
        if one.status == "active" and capacity > one.capacity:
            more.append(Freed(one.service, one.practitioner_id, one.starts_at, one.id))
        one.capacity = max(capacity, one.taken)
    session.flush()
    offer_membership(session, series.id, more, now=now)
    _record(session, "group.seats", series.id, by, now)
    return series


def end_group(session: Session, series_id: str, *, from_date: date, by: str, now: datetime) -> Series:
    """Its last date is the one before `from_date`; everybody in it is told. Raises UnknownGroup."""
    series = find_group(session, series_id)
    lock_time(session, *people_of(session, series), *_guests(session, series_id, now))
    hold_lists(session, series.service_id)
    told = {one.member_id for one in members_on(session, series.id, from_date)}
    series.until_date = max(from_date - _DAY, series.first_date - _DAY)
    _raise_sequence(session, series, now)
    for occurrence in _following(session, series, from_date, now):
        call_off(session, occurrence, by, "", now)
        for appointment in empty_seats(session, occurrence, by, "", now):
            if appointment.member_id not in told:
                announce(session, appointment, CANCELLED, now=now, to=[appointment.member_id])
    end_memberships(session, series.id, from_date)
    dismiss(session, WaitlistEntry.series_id == series.id, now)
    tell_members(session, series, ENDED, told, from_date=from_date, now=now)
    _record(session, "group.end", series.id, by, now)
    return series


def _locked(session: Session, occurrence_id: str, now: datetime) -> GroupOccurrence:
    """As it is now, with the time of its leader and of everybody in it held."""
    occurrence = find_date(session, occurrence_id)
    seated = [one.member_id for one in members_in(session, occurrence.id)]
    lock_time(session, occurrence.practitioner_id, *seated)
    session.refresh(occurrence)
    if occurrence.status != "active" or occurrence.starts_at <= now:
        raise DateIsOff
    return occurrence


def _following(session: Session, series: Series, from_date: date, now: datetime) -> list[GroupOccurrence]:
    ahead = dates_of(session, series.id, after=now)
    return [
        one
        for one in ahead
        if one.status == "active" and one.series_date is not None and one.series_date >= from_date
    ]


def _new_times(
    session: Session, series: Series, from_date: date, now: datetime
) -> list[tuple[GroupOccurrence, datetime]]:
    """Where each regular date goes, in an order in which none is in the way of the next. Raises DateIsOff."""
    following = _following(session, series, from_date, now)
    regular = [(one, one.series_date) for one in following if one.series_date and not one.exception]
    found = [(one, regular_start(series, day)) for one, day in regular]
    if any(to <= now for _one, to in found):
        raise DateIsOff("The first of these times is over. Choose one that is still ahead.")
    later = any(to > one.starts_at for one, to in found)
    return found[::-1] if later else found


def _guests(session: Session, series_id: str, now: datetime) -> set[str]:
    """Whoever sits on one of the dates ahead, with a membership or without."""
    return {
        appointment.member_id
        for one in dates_of(session, series_id, after=now)
        for appointment in members_in(session, one.id)
    }


def _tell_guests(session: Session, moved: Iterable[MovedDate], told: set[str], now: datetime) -> None:
    for one in moved:
        for appointment in members_in(session, one.occurrence.id):
            if appointment.member_id not in told:
                announce(session, appointment, MOVED, now=now, to=[appointment.member_id])


def _raise_sequence(session: Session, series: Series, now: datetime) -> None:
    series.sequence += 1
    series.changed_at = now
    session.flush()
    session.refresh(series)


def _changed(session: Session, occurrence: GroupOccurrence, now: datetime) -> None:
    occurrence.changed_at = now
    session.flush()


def _record(session: Session, action: str, object_id: str, by: str, now: datetime) -> None:
    audit.record(session, actor=by, action=action, kind="group", object_id=object_id, now=now)
