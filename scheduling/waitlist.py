"""Waiting for a time or a seat: joining, leaving, and answering an offer. Offers are made in `offers`."""

from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from foundation import audit
from scheduling.appointment_records import Appointment
from scheduling.booking import Book, book
from scheduling.conflicts import lock_time
from scheduling.group_records import GroupOccurrence
from scheduling.group_seating import seats_of
from scheduling.memberships import join_group
from scheduling.offer_news import withdraw_news
from scheduling.offers import offer_freed, pass_on, release_offer, take_back
from scheduling.series_records import Series
from scheduling.service_invitations import require_may_book
from scheduling.services import service_of
from scheduling.waiting_lists import hold_lists, run_out
from scheduling.waitlist_records import WaitlistEntry, WaitState
from scheduling.waitlist_refusals import NoOffer, NotForWaiting, OfferOver, UnknownWait
from scheduling.waits_over import is_over

__all__ = [
    "NoOffer",
    "NotForWaiting",
    "OfferOver",
    "UnknownWait",
    "WaitState",
    "WaitlistEntry",
    "accept_offer",
    "decline_offer",
    "find_wait",
    "join_waitlist",
    "leave_waitlist",
    "offer_freed",
    "pass_on",
    "waits_for",
    "waits_of",
]
_LIVE = (WaitState.WAITING, WaitState.OFFERED)


def join_waitlist(
    session: Session,
    *,
    member_id: str,
    service_id: str,
    practitioner_id: str | None = None,
    occurrence_id: str | None = None,
    series_id: str | None = None,
    until_date: date | None = None,
    by: str,
    now: datetime,
) -> WaitlistEntry:
    """Wait for a service with one practitioner or anybody, for one group session, or for a weekly group.

    `until_date` is the last local date that suits the member. Joining again only changes that date.
    Raises UnknownService, NotForWaiting.
    """
    service = service_of(session, service_id)
    hold_lists(session, service.id)
    _check(session, service.id, occurrence_id, series_id, now)
    wanted = {
        "member_id": member_id,
        "service_id": service.id,
        "practitioner_id": practitioner_id,
        "occurrence_id": occurrence_id,
        "series_id": series_id,
    }
    entry = session.scalars(_live().filter_by(**wanted)).first()
    if entry is None:
        entry = WaitlistEntry(**wanted, created_at=now)
        session.add(entry)
    entry.until_date = until_date
    session.flush()
    session.refresh(entry)
    _record(session, "waitlist.join", entry, by, now)
    return entry


def leave_waitlist(session: Session, entry_id: str, *, by: str, now: datetime) -> WaitlistEntry:
    """Wait no more; an offer goes to the next person. Leaving twice changes nothing. Raises UnknownWait."""
    entry = _locked(session, entry_id, now)
    if entry.state == WaitState.OFFERED:
        release_offer(session, entry, now=now)
    if entry.state == WaitState.WAITING:
        entry.state = WaitState.LEFT.value
        withdraw_news(session, entry, now=now)
        _record(session, "waitlist.leave", entry, by, now)
    return entry


def accept_offer(session: Session, entry_id: str, *, by: str, now: datetime) -> Appointment:
    """Book what is kept; saying yes twice gives the same appointment, of a weekly group the first one.

    Raises UnknownWait, NoOffer, OfferOver, NotInvited, and what booking raises.
    """
    entry = _locked(session, entry_id, now)
    if entry.state == WaitState.ACCEPTED and entry.appointment_id:
        return session.get_one(Appointment, entry.appointment_id)
    _require_offer(entry, now)
    if by == entry.member_id:
        require_may_book(session, entry.service, entry.member_id)
    appointment = _book(session, entry, by, now)
    entry.state, entry.appointment_id = WaitState.ACCEPTED.value, appointment.id
    withdraw_news(session, entry, now=now)
    _record(session, "waitlist.accept", entry, by, now)
    return appointment


def decline_offer(session: Session, entry_id: str, *, by: str, now: datetime) -> WaitlistEntry:
    """Let it go to the next person at once, and wait on. Raises UnknownWait, NoOffer, OfferOver."""
    entry = _locked(session, entry_id, now)
    _require_offer(entry, now)
    release_offer(session, entry, now=now)
    withdraw_news(session, entry, now=now)
    _record(session, "waitlist.decline", entry, by, now)
    return entry


def find_wait(session: Session, entry_id: str) -> WaitlistEntry:
    """Raises UnknownWait."""
    entry = session.get(WaitlistEntry, entry_id)
    if entry is None:
        raise UnknownWait
    return entry


def waits_of(session: Session, member_id: str, *, now: datetime) -> list[WaitlistEntry]:
    """What a member waits for now, offers first, then the oldest."""
    theirs = _live().where(WaitlistEntry.member_id == member_id)
    in_order = theirs.order_by(WaitlistEntry.state != WaitState.OFFERED, WaitlistEntry.created_at)
    return [one for one in session.scalars(in_order) if not is_over(session, one, now=now)]


def waits_for(session: Session, service_id: str, *, now: datetime) -> list[WaitlistEntry]:
    """Who waits for a service, in the order in which they would be asked."""
    waiting = _live().where(WaitlistEntry.service_id == service_id)
    in_order = waiting.order_by(
        WaitlistEntry.state != WaitState.OFFERED,
        WaitlistEntry.asked_at.is_not(None),
        WaitlistEntry.asked_at,
        WaitlistEntry.created_at,
    )
    return [one for one in session.scalars(in_order) if not is_over(session, one, now=now)]


def _live() -> Select[WaitlistEntry]:
    return select(WaitlistEntry).where(WaitlistEntry.state.in_(_LIVE))


def _check(
    session: Session, service_id: str, occurrence_id: str | None, series_id: str | None, now: datetime
) -> None:
    if occurrence_id is not None:
        there = session.get(GroupOccurrence, occurrence_id)
        if there is None or there.service_id != service_id or there.starts_at <= now:
            raise NotForWaiting
    if series_id is not None:
        group = session.get(Series, series_id)
        if group is None or group.service_id != service_id or group.member_id is not None:
            raise NotForWaiting
        if group.until_date is not None and group.until_date < now.date():
            raise NotForWaiting("That group has ended. The list of groups shows those there are.")


def _locked(session: Session, entry_id: str, now: datetime) -> WaitlistEntry:
    """As it is now; the time of everybody whom an answer touches is held."""
    entry = find_wait(session, entry_id)
    lock_time(session, entry.member_id, *filter(None, [entry.offered_practitioner_id]))
    asked_about = entry.offered_practitioner_id
    hold_lists(session, entry.service_id, *run_out(session, asked_about, now=now))
    session.refresh(entry)
    if entry.state == WaitState.OFFERED and entry.offered_practitioner_id != asked_about:
        raise OfferOver  # another offer came meanwhile; its time is not held here
    return entry


def _require_offer(entry: WaitlistEntry, now: datetime) -> None:
    if entry.state == WaitState.WAITING and entry.offers:
        raise OfferOver
    if entry.state != WaitState.OFFERED or entry.expires_at is None:
        raise NoOffer
    if entry.expires_at <= now:
        raise OfferOver


def _book(session: Session, entry: WaitlistEntry, by: str, now: datetime) -> Appointment:
    """The kept time is given up and booked in the same transaction, so nobody comes in between."""
    kept = take_back(session, entry)
    if entry.series_id is not None:
        return _join(session, entry, [one.occurrence_id or "" for one in kept], by, now)
    return book(
        session,
        Book(
            service_id=entry.service_id,
            practitioner_id=kept[0].practitioner_id,
            member_id=entry.member_id,
            starts_at=kept[0].starts_at,
            booked_by=by,
        ),
        now=now,
    )


def _join(session: Session, entry: WaitlistEntry, kept: list[str], by: str, now: datetime) -> Appointment:
    """Belong to the weekly group from the first kept date on, but for dates that are full all the same."""
    first = session.get_one(GroupOccurrence, kept[0])
    day = first.series_date or first.starts_at.date()
    join_group(
        session, first.series_id or "", entry.member_id, from_date=day, on_conflict="skip", by=by, now=now
    )
    return seats_of(session, first.series_id or "", entry.member_id, after=now)[0]


def _record(session: Session, action: str, entry: WaitlistEntry, by: str, now: datetime) -> None:
    audit.record(session, actor=by, action=action, kind="wait", object_id=entry.id, now=now)
