"""What goes with a session or a group that does not take place: seats, offers, waits, memberships."""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from scheduling.appointment_records import Appointment
from scheduling.group_records import GroupOccurrence, Membership
from scheduling.group_seating import give_up
from scheduling.occupancy import Occupancy
from scheduling.offer_news import withdraw_news
from scheduling.offers import offered_alone, take_back
from scheduling.seats import members_in
from scheduling.waiting_lists import hold_lists
from scheduling.waitlist_records import WaitlistEntry, WaitState

_DAY = timedelta(days=1)
_LIVE = (WaitState.WAITING, WaitState.OFFERED)


def call_off(session: Session, occurrence: GroupOccurrence, by: str, reason: str, now: datetime) -> None:
    """No seat of it is offered or waited for any more."""
    occurrence.status, occurrence.changed_at = "cancelled", now
    hold_lists(session, occurrence.service_id)
    for entry in offered_alone(session, occurrence):
        take_back(session, entry)
        entry.state = WaitState.WAITING.value
        withdraw_news(session, entry, now=now)
    dismiss(session, WaitlistEntry.occurrence_id == occurrence.id, now)
    row = Occupancy.occurrence_id == occurrence.id
    session.execute(update(Occupancy).where(row).values(status="released"))
    session.flush()


def empty_seats(
    session: Session, occurrence: GroupOccurrence, by: str, reason: str, now: datetime
) -> list[Appointment]:
    """Those who sat there, each without the seat now."""
    seated = members_in(session, occurrence.id)
    for appointment in seated:
        give_up(session, appointment, by=by, reason=reason, now=now)
    return seated


def dismiss(session: Session, which: ColumnElement[bool], now: datetime) -> None:
    """What they wait for will not come."""
    waiting = select(WaitlistEntry).where(which, WaitlistEntry.state.in_(_LIVE))
    for entry in session.scalars(waiting):
        take_back(session, entry)
        entry.state = WaitState.LEFT.value
        withdraw_news(session, entry, now=now)


def end_memberships(session: Session, series_id: str, from_date: date) -> None:
    begun = Membership.series_id == series_id, Membership.from_date < from_date
    running = Membership.until_date.is_(None) | (Membership.until_date >= from_date)
    session.execute(update(Membership).where(*begun, running).values(until_date=from_date - _DAY))
    session.execute(
        delete(Membership).where(Membership.series_id == series_id, Membership.from_date >= from_date)
    )
