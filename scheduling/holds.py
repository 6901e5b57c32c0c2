"""A time kept for somebody while they fill in the form: exclusive, and it expires by itself."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduling.conflicts import Wish, lock_time, require_open, take
from scheduling.guest_limit import require_room
from scheduling.occupancy import Kind, Occupancy, take_away
from scheduling.offers import pass_on
from scheduling.seats import keep_seat, session_at
from scheduling.service_invitations import require_may_book
from scheduling.services import service_of

KEPT_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Hold:
    """Until `expires_at`, nobody else can take the time."""

    id: str
    expires_at: datetime


def hold(
    session: Session,
    *,
    service_id: str,
    practitioner_id: str,
    member_id: str,
    starts_at: datetime,
    now: datetime,
) -> Hold:
    """Keep a time for the member for ten minutes, in place of any other they hold.

    Asking again for the same time gives the same hold. Raises what `require_open` raises, NotInvited, and
    EnoughAhead.
    """
    starts_at = starts_at.astimezone(UTC)
    wish = Wish(service_of(session, service_id), practitioner_id, member_id, starts_at)
    lock_time(session, practitioner_id, member_id)
    kept = _same(session, wish, now)
    if kept is None:
        require_may_book(session, wish.service, member_id)
        require_room(session, member_id, now=now)
        drop_holds(session, member_id)
        pass_on(session, now=now, practitioner_ids=[practitioner_id])
        require_open(session, wish, now=now)
        kept = _row(wish, now)
        take(session, wish, lambda: _keep(session, wish, kept, now), now=now)
    return Hold(kept.id, kept.expires_at or now)


def release(session: Session, hold_id: str, member_id: str, *, now: datetime) -> None:
    """Give a held time back. Nothing happens if it is gone, expired, or another member's."""
    own = Occupancy.id == hold_id, Occupancy.member_id == member_id, Occupancy.kind == Kind.HOLD
    take_away(session, *own)


def drop_holds(session: Session, member_id: str) -> None:
    """Take away what the member holds, because they take something instead."""
    take_away(session, Occupancy.member_id == member_id, Occupancy.kind == Kind.HOLD)


def _keep(session: Session, wish: Wish, row: Occupancy, now: datetime) -> None:
    """Of a group, a seat: the session is the practitioner's own row."""
    if wish.service.is_group:
        times = wish.starts_at, wish.ends_at, wish.taken_until
        keep_seat(session, row, wish.service, wish.practitioner_id, times, now=now)
    session.add(row)


def _same(session: Session, wish: Wish, now: datetime) -> Occupancy | None:
    with_them = Occupancy.practitioner_id == wish.practitioner_id
    if wish.service.is_group:
        there = session_at(session, wish.service.id, wish.practitioner_id, wish.starts_at)
        with_them = Occupancy.seat_of == (there.id if there else None)
    return session.scalar(
        select(Occupancy).where(
            Occupancy.kind == Kind.HOLD,
            with_them,
            Occupancy.member_id == wish.member_id,
            Occupancy.starts_at == wish.starts_at,
            Occupancy.ends_at == wish.taken_until,
            Occupancy.expires_at > now,
        )
    )


def _row(wish: Wish, now: datetime) -> Occupancy:
    return Occupancy(
        practitioner_id=wish.practitioner_id,
        member_id=wish.member_id,
        starts_at=wish.starts_at,
        ends_at=wish.taken_until,
        kind=Kind.HOLD.value,
        expires_at=now + KEPT_FOR,
    )
