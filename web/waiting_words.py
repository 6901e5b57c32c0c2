"""A place on the waiting list, and an offer, as the one who waits sees them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from auth.people import find_person
from foundation.timewords import relative
from scheduling.group_records import GroupOccurrence
from scheduling.series_records import Series
from scheduling.waitlist import WaitlistEntry, WaitState


@dataclass(frozen=True)
class OfferWords:
    """What is kept, with whom, until when; `dates` counts those of a weekly group."""

    starts_at: datetime
    ends_at: datetime
    expires_at: datetime
    first_name: str
    dates: int
    left: str


@dataclass(frozen=True)
class WaitWords:
    """`what` is the service or the group; `only_at` the one session that is waited for."""

    id: str
    what: str
    with_first: str
    since: datetime
    until_date: date | None
    only_at: datetime | None
    offer: OfferWords | None


def wait_words(session: Session, entry: WaitlistEntry, *, now: datetime) -> WaitWords:
    group = session.get(Series, entry.series_id) if entry.series_id else None
    only = session.get(GroupOccurrence, entry.occurrence_id) if entry.occurrence_id else None
    whom = group.practitioner_id if group else entry.practitioner_id
    return WaitWords(
        entry.id,
        group.title if group else entry.service.name,
        _first_name(session, whom) if whom else "",
        entry.created_at,
        entry.until_date,
        only.starts_at if only else None,
        _offer(session, entry, now),
    )


def _offer(session: Session, entry: WaitlistEntry, now: datetime) -> OfferWords | None:
    """None as well once its time is up, a moment before it goes to the next person."""
    starts_at, expires_at, whom = entry.starts_at, entry.expires_at, entry.offered_practitioner_id
    if entry.state != WaitState.OFFERED or starts_at is None or expires_at is None or whom is None:
        return None
    if expires_at <= now:
        return None
    ends_at = starts_at + timedelta(minutes=entry.service.minutes)
    left = relative(expires_at, now).removeprefix("in ")
    dates = len(entry.kept) if entry.series_id else 1
    first = _first_name(session, whom)
    return OfferWords(starts_at, ends_at, expires_at, first, dates, "a moment" if left == "now" else left)


def _first_name(session: Session, person_id: str) -> str:
    return find_person(session, person_id).name.split()[0]
