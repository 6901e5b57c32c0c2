"""Places on the waiting list that are over: the last day that suited the member has passed."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.people import find_person
from scheduling.offer_news import withdraw_news
from scheduling.waiting_lists import hold_lists
from scheduling.waitlist_records import WaitlistEntry, WaitState

_DAY = timedelta(days=1)


def is_over(session: Session, entry: WaitlistEntry, *, now: datetime) -> bool:
    """By the member's own clock. What is offered is theirs to answer first."""
    if entry.until_date is None or entry.state != WaitState.WAITING:
        return False
    return entry.until_date < _today(session, entry, now)


def drop_over(session: Session, *, now: datetime) -> int:
    """The worker's sweep: they are on no list any more. Returns how many."""
    waiting = WaitlistEntry.state == WaitState.WAITING, WaitlistEntry.until_date <= now.date() + _DAY
    over = [
        one
        for one in session.scalars(select(WaitlistEntry).where(*waiting))
        if is_over(session, one, now=now)
    ]
    hold_lists(session, *(one.service_id for one in over))
    for entry in over:
        session.refresh(entry)
    left = [one for one in over if is_over(session, one, now=now)]
    for entry in left:
        entry.state = WaitState.LEFT.value
        withdraw_news(session, entry, now=now)
    session.flush()
    return len(left)


def _today(session: Session, entry: WaitlistEntry, now: datetime) -> date:
    return now.astimezone(ZoneInfo(find_person(session, entry.member_id).timezone)).date()
