"""May this time be taken? Asked before, and answered by the database in the end."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from foundation.database import lock, violates
from foundation.errors import DomainError
from scheduling.full_days import full_days
from scheduling.hours import Hours
from scheduling.occupancy import MEMBER_OVERLAP, PRACTITIONER_OVERLAP, Ignoring, busy, delete_expired
from scheduling.occurrences import hosted_time
from scheduling.openings import FreeTimes, Slot, fits_the_hours, free_times, horizon_of, hours_then
from scheduling.refusals import BeyondHorizon, LimitReached, NotASlot, OutsideNotice, SlotTaken
from scheduling.seat_counts import TAKEN_CHECK, is_in_session
from scheduling.services import Service, offers

_UTC = ZoneInfo("UTC")
_GUARDS = (PRACTITIONER_OVERLAP, MEMBER_OVERLAP, TAKEN_CHECK)
_NEAR = timedelta(days=14)
_MOST_ALTERNATIVES = 4
IMPORTED = "imported_busy"
"""The code of busy time that came from a calendar elsewhere; only an override meets it by name."""


@dataclass(frozen=True)
class Wish:
    """A time that somebody wants. `ignoring` is the appointment that would move there.

    With `override` the practitioner's own rules are set aside, never what is taken already. For a date of
    something that `repeats`, the horizon is a year further.
    """

    service: Service
    practitioner_id: str
    member_id: str
    starts_at: datetime
    ignoring: Ignoring = None
    override: bool = False
    repeats: bool = False

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.service.minutes)

    @property
    def taken_until(self) -> datetime:
        """The end with the gap that follows."""
        return self.ends_at + timedelta(minutes=self.service.gap_minutes)


def lock_time(session: Session, *people: str, also: tuple[str, ...] = ()) -> None:
    """Make others who want the time of these people wait until this transaction ends."""
    lock(session, *also, *(f"time:{person}" for person in people))


def require_open(session: Session, wish: Wish, *, now: datetime) -> tuple[str, ...]:
    """The codes of the rules that an override sets aside here; none without one.

    Raises SlotTaken, NotASlot, OutsideNotice, BeyondHorizon or LimitReached unless the time is among the
    openings. An override stops only at what is taken, at the past, and at a service not given.
    """
    if not offers(session, wish.service.id, wish.practitioner_id):
        raise NotASlot
    if wish.override:
        return _set_aside(session, wish, now)
    near = _near(session, wish, now)
    if not near.has(wish.practitioner_id, wish.starts_at):
        for objection in _objections(session, wish, near.hours, now):
            raise objection
        raise SlotTaken(alternatives=_nearest(near, wish))
    return ()


def take(session: Session, wish: Wish, write: Callable[[], None], *, now: datetime) -> None:
    """Let `write` take the time, all or nothing; an overlap that the database refuses is SlotTaken."""
    delete_expired(session, wish.practitioner_id, wish.member_id, now=now)
    try:
        with session.begin_nested():
            write()
            session.flush()
    except SlotTaken as refusal:
        raise SlotTaken(alternatives=alternatives(session, wish, now=now)) from refusal
    except IntegrityError as error:
        if any(violates(error, guard) for guard in _GUARDS):
            raise SlotTaken(alternatives=alternatives(session, wish, now=now)) from error
        raise


def alternatives(session: Session, wish: Wish, *, now: datetime) -> list[Slot]:
    """A few free times with the same practitioner, the nearest first."""
    return _nearest(_near(session, wish, now), wish)


def _near(session: Session, wish: Wish, now: datetime) -> FreeTimes:
    """The openings around the wish: one look says whether it is free, and what is free instead."""
    around = (wish.starts_at - _NEAR).date(), (wish.starts_at + _NEAR).date()
    return free_times(
        session,
        wish.service,
        [wish.practitioner_id],
        *around,
        _UTC,
        now=now,
        member_id=wish.member_id,
        ignoring=wish.ignoring,
        repeats=wish.repeats,
    )


def _nearest(free: FreeTimes, wish: Wish) -> list[Slot]:
    return free.nearest(wish.practitioner_id, wish.starts_at, _MOST_ALTERNATIVES)


def _objections(
    session: Session, wish: Wish, known: Mapping[str, Hours], now: datetime
) -> Iterator[DomainError]:
    """The rules that speak against the time, whatever is booked. `known` hours are not read again."""
    if wish.starts_at < now + timedelta(minutes=wish.service.notice_minutes):
        yield OutsideNotice()
    if wish.starts_at > now + horizon_of(wish.service, repeats=wish.repeats):
        yield BeyondHorizon()
    if _joins(session, wish):
        return
    hours = known.get(wish.practitioner_id) or hours_then(session, wish.practitioner_id, wish.starts_at)
    if hours is None or not fits_the_hours(wish.service, hours, wish.starts_at):
        yield NotASlot()
    if hours is not None and _is_full(session, wish, hours, now):
        yield LimitReached()


def _joins(session: Session, wish: Wish) -> bool:
    """Whether a group session takes place then, whose hours are its own."""
    return wish.service.is_group and is_in_session(
        session, wish.service.id, wish.practitioner_id, wish.starts_at
    )


def _is_full(session: Session, wish: Wish, hours: Hours, now: datetime) -> bool:
    theirs, at = {wish.practitioner_id: hours}, (wish.starts_at, wish.starts_at)
    full = full_days(session, theirs, at, now=now, ignoring=wish.ignoring)
    return any(start <= wish.starts_at < end for start, end in full.get(wish.practitioner_id, ()))


def _set_aside(session: Session, wish: Wish, now: datetime) -> tuple[str, ...]:
    if wish.starts_at <= now:
        raise OutsideNotice("That time is over. Choose one that is still ahead.")
    if wish.starts_at.second or wish.starts_at.microsecond:
        raise NotASlot("Choose a whole minute.")
    if _is_taken(session, wish, now, imported=False):
        raise SlotTaken(alternatives=alternatives(session, wish, now=now))
    codes = [objection.code for objection in _objections(session, wish, {}, now)]
    return tuple([*codes, IMPORTED] if _is_taken(session, wish, now, imported=True) else codes)


def _is_taken(session: Session, wish: Wish, now: datetime, *, imported: bool) -> bool:
    """Whether anything else is in the way: of either person, or a meeting that the practitioner hosts."""
    span, who = (wish.starts_at, wish.taken_until), [wish.practitioner_id]
    taken = busy(session, who, wish.member_id, span, now=now, ignoring=wish.ignoring, imported=imported)
    if _joins(session, wish):
        return bool(taken.get(wish.member_id))
    hosting = hosted_time(session, who, span)
    return any(taken.values()) or any(hosting.values())
