"""A time that comes free is kept for the next person who waits, until it is taken, declined or passed on.

Always in the transaction that frees it, so that nobody else can slip in between. Whoever calls holds the
practitioner's time; the lock of a waiting list comes after that of people.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session

from auth.people import find_person
from scheduling.appointment_records import Appointment
from scheduling.conflicts import lock_time
from scheduling.group_records import GroupOccurrence
from scheduling.occupancy import Kind, Occupancy, delete_expired
from scheduling.offer_news import OFFERED, OVER, tell, withdraw_news
from scheduling.offer_times import offer_until
from scheduling.openings import openings
from scheduling.seat_counts import count_in, give_back_seats
from scheduling.seats import session_for
from scheduling.service_invitations import may_book_with
from scheduling.services import Service
from scheduling.waiting_lists import hold_lists, offers_over
from scheduling.waitlist_records import WaitlistEntry, WaitState


@dataclass(frozen=True)
class Freed:
    """A time that somebody gave back. Of a group: one seat, in `occurrence_id` while that takes place."""

    service: Service
    practitioner_id: str
    starts_at: datetime
    occurrence_id: str | None = None
    given_back_by: str | None = None

    @property
    def times(self) -> tuple[datetime, datetime, datetime]:
        """Start, end, and the end of the gap."""
        ends_at = self.starts_at + timedelta(minutes=self.service.minutes)
        return self.starts_at, ends_at, ends_at + timedelta(minutes=self.service.gap_minutes)

    @property
    def mark(self) -> str:
        """How an entry remembers that it was asked for this time."""
        return f"{self.practitioner_id}.{self.starts_at.astimezone(UTC):%Y%m%dT%H%M}"

    @property
    def latest(self) -> datetime:
        """The last moment at which it could still be booked."""
        return self.starts_at - timedelta(minutes=self.service.notice_minutes)


def freed_by(appointment: Appointment) -> Freed:
    """What it would give back. Ask before moving it, and offer after."""
    return Freed(
        appointment.service,
        appointment.practitioner_id,
        appointment.starts_at,
        appointment.occurrence_id,
        appointment.member_id,
    )


def offer_freed(session: Session, appointment: Appointment, *, now: datetime) -> WaitlistEntry | None:
    """Keep a cancelled appointment's time for the next who waits; None when nobody is asked."""
    return offer(session, freed_by(appointment), now=now)


def offer(session: Session, freed: Freed, *, now: datetime) -> WaitlistEntry | None:
    """Keep this time for the first waiting person whom it fits, if any."""
    if freed.latest <= now:
        return None
    hold_lists(session, freed.service.id)
    for entry in _in_turn(session, freed):
        if _fits(session, entry, freed, now):
            return _keep_for(session, entry, freed, now)
    return None


def pass_on(
    session: Session, *, now: datetime, practitioner_ids: Collection[str] = (), also: Collection[str] = ()
) -> int:
    """Give every offer whose time is up to the next person; returns how many were up.

    With `practitioner_ids`, whose time the caller holds, only theirs; otherwise all, and their time is taken
    hold of here, first of all. `also` are services of which the caller will give something back.
    """
    over = offers_over(session, now, practitioner_ids)
    if over and not practitioner_ids:
        lock_time(session, *{one.offered_practitioner_id or "" for one in over})
        over = offers_over(session, now, [one.offered_practitioner_id or "" for one in over])
    hold_lists(session, *also, *(one.service_id for one in over))
    for entry in over:
        session.refresh(entry)
        if entry.state == WaitState.OFFERED and entry.expires_at is not None and entry.expires_at <= now:
            tell(session, entry, OVER, now=now)
            release_offer(session, entry, now=now)
    return len(over)


def offered_alone(session: Session, occurrence: GroupOccurrence) -> list[WaitlistEntry]:
    """The offers that keep a seat in this session and nothing else."""
    theirs = WaitlistEntry.offered_occurrence_id == occurrence.id
    offered = select(WaitlistEntry).where(WaitlistEntry.state == WaitState.OFFERED, theirs)
    found = session.scalars(offered.execution_options(populate_existing=True))
    return [entry for entry in found if entry.kept == [occurrence.id]]


def offer_anew(session: Session, occurrence: GroupOccurrence, *, now: datetime) -> None:
    """The session has moved: whoever was offered a seat is asked about the new time, or else the next."""
    hold_lists(session, occurrence.service_id)
    freed = Freed(occurrence.service, occurrence.practitioner_id, occurrence.starts_at, occurrence.id)
    for entry in offered_alone(session, occurrence):
        take_back(session, entry)
        entry.state = WaitState.WAITING.value
        withdraw_news(session, entry, now=now)
        session.flush()
        if freed.latest <= now or not _fits(session, entry, freed, now):
            offer(session, freed, now=now)
        else:
            _keep_for(session, entry, freed, now)


def release_offer(session: Session, entry: WaitlistEntry, *, now: datetime) -> None:
    """It was let pass: they wait on, behind the others, and the next person is asked."""
    freed = [replace(one, given_back_by=entry.member_id) for one in take_back(session, entry)]
    entry.state = WaitState.WAITING.value
    entry.passed = [*entry.passed, *(one.mark for one in freed if one.mark not in entry.passed)]
    session.flush()
    if entry.series_id is None:
        for one in freed:
            offer(session, one, now=now)
    else:
        offer_membership(session, entry.series_id, freed, now=now)


def take_back(session: Session, entry: WaitlistEntry) -> list[Freed]:
    """The time that the offer kept is kept no more; whoever calls gives it to somebody at once."""
    freed = kept_by(session, entry)
    give_back_seats(session, entry.kept)
    offer_id, entry.offer_id, entry.kept = entry.offer_id, None, []
    session.flush()
    if offer_id:
        session.execute(delete(Occupancy).where(Occupancy.id == offer_id))
    return freed


def kept_by(session: Session, entry: WaitlistEntry) -> list[Freed]:
    """What the offer keeps, by time."""
    if entry.kept:
        sessions = select(GroupOccurrence).where(GroupOccurrence.id.in_(entry.kept))
        found = session.scalars(sessions.order_by(GroupOccurrence.starts_at))
        return [Freed(one.service, one.practitioner_id, one.starts_at, one.id) for one in found]
    if entry.starts_at is None or entry.offered_practitioner_id is None:
        return []
    return [Freed(entry.service, entry.offered_practitioner_id, entry.starts_at)]


def offer_membership(
    session: Session, series_id: str, freed: Iterable[Freed], *, now: datetime
) -> WaitlistEntry | None:
    """Keep a seat on each of these dates for the first who waits for the whole weekly group.

    Nobody waits for it: each date is offered by itself to those who wait for one.
    """
    open_dates = [one for one in freed if one.latest > now and one.occurrence_id]
    if not open_dates:
        return None
    first = open_dates[0]
    hold_lists(session, first.service.id)
    waiting = _waiting(first).where(WaitlistEntry.series_id == series_id)
    for entry in session.scalars(waiting.execution_options(populate_existing=True)):
        fitting = [one for one in open_dates if _fits(session, entry, one, now)]
        kept = [
            one.occurrence_id for one in fitting if one.occurrence_id and count_in(session, one.occurrence_id)
        ]
        if kept:
            return _ask(session, entry, fitting[0], kept, now)
    for one in open_dates:
        offer(session, one, now=now)
    return None


def _waiting(freed: Freed) -> Select[WaitlistEntry]:
    """Who waits for this service with this practitioner: those not asked yet first, then by age."""
    whoever = or_(
        WaitlistEntry.practitioner_id.is_(None), WaitlistEntry.practitioner_id == freed.practitioner_id
    )
    return (
        select(WaitlistEntry)
        .where(
            WaitlistEntry.service_id == freed.service.id, WaitlistEntry.state == WaitState.WAITING, whoever
        )
        .where(WaitlistEntry.member_id != (freed.given_back_by or ""))
        .order_by(
            WaitlistEntry.asked_at.is_not(None),
            WaitlistEntry.asked_at,
            WaitlistEntry.created_at,
            WaitlistEntry.id,
        )
    )


def _in_turn(session: Session, freed: Freed) -> list[WaitlistEntry]:
    """Those whom a single time would suit, and those who wait for this very session."""
    this_one = or_(
        WaitlistEntry.occurrence_id.is_(None), WaitlistEntry.occurrence_id == (freed.occurrence_id or "")
    )
    single = _waiting(freed).where(this_one, WaitlistEntry.series_id.is_(None))
    return list(session.scalars(single.execution_options(populate_existing=True)))


def _fits(session: Session, entry: WaitlistEntry, freed: Freed, now: datetime) -> bool:
    """Whether they could book it now, by its date too, and were not asked for it before."""
    if not may_book_with(session, freed.service, freed.practitioner_id, entry.member_id):
        return False
    zone = ZoneInfo(find_person(session, entry.member_id).timezone)
    too_late = entry.until_date is not None and freed.starts_at.astimezone(zone).date() > entry.until_date
    if too_late or freed.mark in entry.passed:
        return False
    day, utc = freed.starts_at.astimezone(UTC).date(), ZoneInfo("UTC")
    whom = [freed.practitioner_id]
    free = openings(
        session,
        freed.service,
        whom,
        day,
        day,
        utc,
        now=now,
        member_id=entry.member_id,
        repeats=entry.series_id is not None,
    )
    return any(slot.starts_at == freed.starts_at for slot in free)


def _keep_for(session: Session, entry: WaitlistEntry, freed: Freed, now: datetime) -> WaitlistEntry | None:
    delete_expired(session, freed.practitioner_id, now=now)
    if freed.service.is_group:
        there = session_for(session, freed.service, freed.practitioner_id, freed.times, now=now)
        return _ask(session, entry, freed, [there.id], now) if count_in(session, there.id) else None
    row = Occupancy(
        practitioner_id=freed.practitioner_id,
        starts_at=freed.starts_at,
        ends_at=freed.times[2],
        kind=Kind.OFFER.value,
    )
    session.add(row)
    session.flush()
    entry.offer_id = row.id
    return _ask(session, entry, freed, [], now)


def _ask(
    session: Session, entry: WaitlistEntry, freed: Freed, kept: list[str], now: datetime
) -> WaitlistEntry:
    zone = ZoneInfo(find_person(session, entry.member_id).timezone)
    entry.state, entry.kept = WaitState.OFFERED.value, kept
    entry.offered_practitioner_id, entry.starts_at = freed.practitioner_id, freed.starts_at
    entry.offered_occurrence_id = kept[0] if kept else None
    entry.expires_at = offer_until(now, zone, freed.service.offer_minutes, freed.latest)
    entry.asked_at, entry.offers = now, entry.offers + 1
    session.flush()
    tell(session, entry, OFFERED, now=now)
    return entry
