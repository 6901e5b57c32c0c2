"""Everything that takes a person's time, in one table where the database itself refuses an overlap.

A row's range includes the gap after the session. PostgreSQL keeps the promise by exclusion constraints over
btree_gist, SQLite by triggers; both stand in the migrations. Imported busy time is exempt: it may overlap.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    and_,
    cast,
    delete,
    extract,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from foundation.columns import Encrypted, Id, UtcDateTime, new_id
from foundation.database import Base
from scheduling.availability import Interval
from scheduling.group_records import GroupOccurrence
from scheduling.seat_counts import give_back_seats
from scheduling.seconds import Span, instant_at

LONGEST = timedelta(hours=24)
"""No row is longer, so that a range query finds every overlap by its start alone."""

Ignoring: TypeAlias = str | frozenset[str] | None
"""An appointment or a hold whose own time counts as free, or several."""

PRACTITIONER_OVERLAP = "occupancy_practitioner_overlap"
MEMBER_OVERLAP = "occupancy_member_overlap"


class Kind(StrEnum):
    APPOINTMENT = "appointment"
    HOLD = "hold"
    OFFER = "offer"
    GROUP = "group"
    BLOCK = "block"
    EXTERNAL = "external"


SESSIONS = (Kind.APPOINTMENT, Kind.HOLD, Kind.OFFER, Kind.GROUP)
"""What counts towards a practitioner's limits: sessions, and time that is kept for one."""


class Occupancy(Base):
    """A range of time taken from a practitioner, a member or both. `released` rows take none any more.

    A group session takes the practitioner's by one row, its `occurrence_id`; who sits in it, or holds a seat,
    has a row of the member alone: `seat_of`.
    """

    __tablename__ = "occupancy"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="forwards"),
        CheckConstraint("status IN ('active', 'released')", name="status"),
        Index("ix_occupancy_practitioner_start", "practitioner_id", "starts_at", "ends_at"),
        Index("ix_occupancy_member_start", "member_id", "starts_at", "ends_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    practitioner_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    member_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(12))
    status: Mapped[str] = mapped_column(String(10), default="active")
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    appointment_id: Mapped[str | None] = mapped_column(ForeignKey("appointment.id"), unique=True)
    occurrence_id: Mapped[str | None] = mapped_column(ForeignKey(GroupOccurrence.id), unique=True, index=True)
    seat_of: Mapped[str | None] = mapped_column(ForeignKey(GroupOccurrence.id), index=True)
    typed: Mapped[str | None] = mapped_column(Encrypted("occupancy.typed"))


def busy_spans(
    session: Session,
    practitioner_ids: Collection[str],
    member_id: str | None,
    span: Interval,
    *,
    now: datetime,
    ignoring: Ignoring = None,
    imported: bool = True,
) -> dict[str, list[Span]]:
    """What takes each person's time within `span`, in seconds, without expired holds and `ignoring`'s own.

    `ignoring` names an appointment or a hold, or several. Without `imported`, only what may not overlap.
    The database counts the seconds: making two datetimes of each row would cost more than all the rest.
    """
    times = _seconds(Occupancy.starts_at), _seconds(Occupancy.ends_at)
    rows = select(Occupancy.practitioner_id, Occupancy.member_id, *times).where(
        _theirs(practitioner_ids, member_id, span),
        Occupancy.ends_at > span[0],
        Occupancy.status == "active",
        _live(now),
    )
    if ignoring:
        rows = rows.where(*_but(ignoring))
    if not imported:
        rows = rows.where(Occupancy.kind != Kind.EXTERNAL)
    found: dict[str, list[Span]] = {}
    for practitioner, member, start, end in session.execute(rows):
        if practitioner is not None:
            found.setdefault(practitioner, []).append((start, end))
        if member is not None:
            found.setdefault(member, []).append((start, end))
    return found


def busy(
    session: Session,
    practitioner_ids: Collection[str],
    member_id: str | None,
    span: Interval,
    *,
    now: datetime,
    ignoring: Ignoring = None,
    imported: bool = True,
) -> dict[str, list[Interval]]:
    """Like `busy_spans`, as instants."""
    found = busy_spans(
        session, practitioner_ids, member_id, span, now=now, ignoring=ignoring, imported=imported
    )
    return {
        one: [(instant_at(start), instant_at(end)) for start, end in theirs] for one, theirs in found.items()
    }


def session_starts(
    session: Session,
    practitioner_ids: Collection[str],
    span: Interval,
    *,
    now: datetime,
    ignoring: Ignoring = None,
) -> dict[str, list[datetime]]:
    """When the sessions of each practitioner start within `span`: what their limits count."""
    rows = select(Occupancy.practitioner_id, Occupancy.starts_at).where(
        Occupancy.practitioner_id.in_(practitioner_ids),
        Occupancy.starts_at.between(*span),
        Occupancy.kind.in_(SESSIONS),
        Occupancy.status == "active",
        _live(now),
    )
    if ignoring:
        rows = rows.where(*_but(ignoring))
    found: dict[str, list[datetime]] = {}
    for one, starts_at in session.execute(rows):
        found.setdefault(str(one), []).append(starts_at)
    return found


def _seconds(instant: InstrumentedAttribute[datetime]) -> ColumnElement[int]:
    """Since 1970; whatever takes time begins and ends on a whole one."""
    return cast(extract("epoch", instant), BigInteger)


def _live(now: datetime) -> ColumnElement[bool]:
    return or_(Occupancy.expires_at.is_(None), Occupancy.expires_at > now)


def _but(ignoring: str | frozenset[str]) -> tuple[ColumnElement[bool], ...]:
    ids = [ignoring] if isinstance(ignoring, str) else sorted(ignoring)
    others = or_(Occupancy.appointment_id.is_(None), Occupancy.appointment_id.not_in(ids))
    return others, Occupancy.id.not_in(ids)


def _theirs(practitioner_ids: Collection[str], member_id: str | None, span: Interval) -> ColumnElement[bool]:
    """Each side carries the range, so that each is one walk along its own index."""
    near = (Occupancy.starts_at > span[0] - LONGEST, Occupancy.starts_at < span[1])
    led = and_(Occupancy.practitioner_id.in_(practitioner_ids), *near)
    return led if member_id is None else or_(led, and_(Occupancy.member_id == member_id, *near))


def is_gone(session: Session, practitioner_id: str, member_id: str, at: datetime) -> bool:
    """Whether an appointment of somebody else than this member has the practitioner at that instant."""
    theirs = (
        Occupancy.practitioner_id == practitioner_id,
        Occupancy.starts_at > at - LONGEST,
        Occupancy.starts_at <= at,
        Occupancy.ends_at > at,
        Occupancy.kind == Kind.APPOINTMENT,
        Occupancy.status == "active",
        Occupancy.member_id != member_id,
    )
    return session.scalar(select(Occupancy.id).where(*theirs).limit(1)) is not None


def delete_expired(session: Session, *people: str, now: datetime) -> int:
    """Take away the holds and offers whose time is up, of these people or of all; returns how many.

    The constraints cannot know the time, so this comes before anything new takes some. Rows that somebody
    else is taking away are left to them: waiting for one another could go round in a ring.
    """
    over = select(Occupancy.id).where(Occupancy.expires_at <= now)
    if people:
        theirs = select(GroupOccurrence.id).where(GroupOccurrence.practitioner_id.in_(people))
        sides = Occupancy.practitioner_id.in_(people), Occupancy.member_id.in_(people)
        over = over.where(or_(*sides, Occupancy.seat_of.in_(theirs)))
    return take_away(session, Occupancy.id.in_(over.with_for_update(skip_locked=True)))


def take_away(session: Session, *which: ColumnElement[bool]) -> int:
    """Delete holds, and give back the seats that they kept; returns how many."""
    gone = delete(Occupancy).where(*which).returning(Occupancy.seat_of)
    kept = list(session.scalars(gone))
    give_back_seats(session, [one for one in kept if one is not None])
    return len(kept)
