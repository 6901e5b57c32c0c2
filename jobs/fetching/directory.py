"""Looks at the feeds of other programs' meetings, as it looks at calendars."""

import logging
from typing import Any

from sqlalchemy.orm import Session

from jobs.deliver import Post
from jobs.fetching.failures import NotFetched
from jobs.fetching.fetch import Fetcher
from scheduling.calendars.importing.leases import (
    Lease,
    Validators,
    claim_next,
    note_broken,
    note_good,
    still_holds,
)
from scheduling.calendars.importing.parsing import FETCHED, parse
from scheduling.calendars.importing.refusals import CalendarRefused
from scheduling.meeting_guide.records import DirectorySource
from scheduling.meeting_guide.sources import keep_meetings

_ACCEPT = "application/json, */*;q=0.1"

log = logging.getLogger("evenside.jobs")


def look_at_one(post: Post, fetcher: Fetcher) -> bool:
    """Fetch the feed that has waited longest, if one is due. Whatever goes wrong is noted with it."""
    with post.database.write() as session:
        lease = claim_next(session, DirectorySource, now=post.clock())
    if lease is None:
        return False
    try:
        read, validators = _read(lease, fetcher)
    except NotFetched as error:
        _note(post, lease, error)
    except CalendarRefused as refusal:
        _note(post, lease, NotFetched(refusal.words, lasting=True))
    else:
        _keep(post, lease, read, validators)
    return True


def _read(lease: Lease, fetcher: Fetcher) -> tuple[dict[str, Any] | None, Validators]:
    fetched = fetcher.get(lease.address, most=FETCHED.bytes, accept=_ACCEPT, validators=lease.validators)
    if fetched.body is None:
        return None, fetched.validators
    return parse(fetched.body, {"what": "meetings"}, FETCHED), fetched.validators


def _keep(post: Post, lease: Lease, read: dict[str, Any] | None, validators: Validators) -> None:
    def write(session: Session) -> None:
        source = _held(session, lease)
        if source is not None and read is None:
            note_good(source, now=post.clock(), validators=None)
        elif source is not None and read is not None:
            keep_meetings(session, source, read["rows"], read["skipped"])
            note_good(source, now=post.clock(), validators=validators)

    post.database.change(write)
    log.info("a feed of meetings was read", extra={"source": lease.id, "changed": read is not None})


def _note(post: Post, lease: Lease, error: NotFetched) -> None:
    def write(session: Session) -> None:
        source = _held(session, lease)
        if source is not None:
            note_broken(source, error.words, now=post.clock(), not_before=error.not_before)

    post.database.change(write)
    log.warning("a feed of meetings was not read", extra={"source": lease.id, "lasting": error.lasting})


def _held(session: Session, lease: Lease) -> DirectorySource | None:
    source = session.get(DirectorySource, lease.id, with_for_update=True, populate_existing=True)
    return source if still_holds(source, lease) else None
