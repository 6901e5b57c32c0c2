"""May this time be taken? Asked before, and answered by the database in the end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from foundation.database import lock, violates
from scheduling.occupancy import MEMBER_OVERLAP, PRACTITIONER_OVERLAP, delete_expired
from scheduling.openings import Slot, fits_the_hours, openings
from scheduling.refusals import BeyondHorizon, NotASlot, OutsideNotice, SlotTaken
from scheduling.services import Service, offers

_UTC = ZoneInfo("UTC")
_NEAR = timedelta(days=14)
_MOST_ALTERNATIVES = 4


@dataclass(frozen=True)
class Wish:
    """A time that somebody wants. `ignoring` is the appointment that would move there."""

    service: Service
    practitioner_id: str
    member_id: str
    starts_at: datetime
    ignoring: str | None = None

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


def require_open(session: Session, wish: Wish, *, now: datetime) -> None:
    """Raises SlotTaken, NotASlot, OutsideNotice or BeyondHorizon unless the time is among the openings."""
    if not offers(session, wish.service.id, wish.practitioner_id):
        raise NotASlot
    day = wish.starts_at.astimezone(UTC).date()
    free = openings(
        session,
        wish.service,
        [wish.practitioner_id],
        day,
        day,
        _UTC,
        now=now,
        member_id=wish.member_id,
        ignoring=wish.ignoring,
    )
    if all(slot.starts_at != wish.starts_at for slot in free):
        _refuse(session, wish, now)


def take(session: Session, wish: Wish, write: Callable[[], None], *, now: datetime) -> None:
    """Let `write` take the time, all or nothing; an overlap that the database refuses is SlotTaken."""
    delete_expired(session, wish.practitioner_id, wish.member_id, now=now)
    try:
        with session.begin_nested():
            write()
            session.flush()
    except IntegrityError as error:
        if violates(error, PRACTITIONER_OVERLAP) or violates(error, MEMBER_OVERLAP):
            raise SlotTaken(alternatives=alternatives(session, wish, now=now)) from error
        raise


def alternatives(session: Session, wish: Wish, *, now: datetime) -> list[Slot]:
    """A few free times with the same practitioner, the nearest first."""
    around = (wish.starts_at - _NEAR).date(), (wish.starts_at + _NEAR).date()
    free = openings(
        session,
        wish.service,
        [wish.practitioner_id],
        *around,
        _UTC,
        now=now,
        member_id=wish.member_id,
        ignoring=wish.ignoring,
    )
    free.sort(key=lambda slot: (abs(slot.starts_at - wish.starts_at), slot.starts_at))
    return free[:_MOST_ALTERNATIVES]


def _refuse(session: Session, wish: Wish, now: datetime) -> None:
    if wish.starts_at < now + timedelta(minutes=wish.service.notice_minutes):
        raise OutsideNotice
    if wish.starts_at > now + timedelta(days=wish.service.horizon_days):
        raise BeyondHorizon
    if not fits_the_hours(session, wish.service, wish.practitioner_id, wish.starts_at):
        raise NotASlot
    raise SlotTaken(alternatives=alternatives(session, wish, now=now))
