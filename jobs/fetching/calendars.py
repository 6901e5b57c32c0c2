"""Looks at the calendars that are kept elsewhere: fetched and read outside of transactions, kept in one."""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from auth.people import Person
from jobs.deliver import Post
from jobs.fetching.failures import NotFetched
from jobs.fetching.fetch import Fetched, Fetcher
from scheduling.calendars.importing.health import tell_owner
from scheduling.calendars.importing.leases import (
    Lease,
    Validators,
    claim_next,
    note_broken,
    note_good,
    still_holds,
)
from scheduling.calendars.importing.parsing import FETCHED, parse_calendar
from scheduling.calendars.importing.reading import Reading
from scheduling.calendars.importing.records import BusySource
from scheduling.calendars.importing.refusals import CalendarRefused
from scheduling.calendars.importing.sources import keep
from scheduling.conflicts import lock_time
from scheduling.hours import load_hours

_ACCEPT = "text/calendar, text/plain;q=0.5, */*;q=0.1"

log = logging.getLogger("evenside.jobs")


@dataclass(frozen=True)
class _Due:
    """What one look needs; `zone` is the owner's."""

    lease: Lease
    owner_id: str
    zone: str


def look_at_one(post: Post, fetcher: Fetcher) -> bool:
    """Fetch the calendar that has waited longest, if one is due. Whatever goes wrong is noted with it."""
    due = _claimed(post)
    if due is None:
        return False
    try:
        found = _read(due, fetcher, now=post.clock())
    except NotFetched as error:
        _note(post, due, error)
    except CalendarRefused as refusal:
        _note(post, due, NotFetched(refusal.words, lasting=True))
    else:
        _keep(post, due, *found)
    return True


def _claimed(post: Post) -> _Due | None:
    with post.database.write() as session:
        lease = claim_next(session, BusySource, now=post.clock())
        if lease is None:
            return None
        source = session.get_one(BusySource, lease.id)
        owner = session.get_one(Person, source.owner_id)
        if owner.departed_at is not None:
            source.next_at = source.claimed_until = None
            return None
        return _Due(lease, source.owner_id, load_hours(session, source.owner_id).timezone)


def _read(due: _Due, fetcher: Fetcher, *, now: datetime) -> tuple[Reading | None, Validators]:
    """None when nothing has changed since the last good copy."""
    lease = due.lease
    fetched: Fetched = fetcher.get(
        lease.address, most=FETCHED.bytes, accept=_ACCEPT, validators=lease.validators
    )
    if fetched.body is None:
        return None, fetched.validators
    return parse_calendar(fetched.body, zone=due.zone, now=now, limits=FETCHED), fetched.validators


def _keep(post: Post, due: _Due, reading: Reading | None, validators: Validators) -> None:
    def write(session: Session) -> None:
        source = _held(session, due)
        if source is None:
            return
        if reading is None:
            note_good(source, now=post.clock(), validators=None)
        else:
            keep(session, source, reading, validators, now=post.clock())

    post.database.change(write)
    log.info("a calendar was read", extra={"source": due.lease.id, "changed": reading is not None})


def _note(post: Post, due: _Due, error: NotFetched) -> None:
    def write(session: Session) -> None:
        source = _held(session, due)
        if source is not None:
            note_broken(source, error.words, now=post.clock(), not_before=error.not_before)
            tell_owner(session, source, lasting=error.lasting, now=post.clock())

    post.database.change(write)
    log.warning("a calendar was not read", extra={"source": due.lease.id, "lasting": error.lasting})


def _held(session: Session, due: _Due) -> BusySource | None:
    """The source, its owner's time held; None when it was removed, or another worker has it by now."""
    lock_time(session, due.owner_id)
    source = session.get(BusySource, due.lease.id, populate_existing=True)
    return source if still_holds(source, due.lease) else None
