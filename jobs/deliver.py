"""Claim, render, send, mark: each step in a transaction of its own, the sending in none."""

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from foundation import audit, metrics, outbox
from foundation.database import Database
from foundation.outbox import LEASE, Claimed
from foundation.settings import Settings
from jobs import calling
from jobs.channels import choosing, many
from mail.compose import Unsendable
from mail.render import render
from mail.send import NotSent, Sender, Smtp, line_of
from safety.calls import AGAIN, NOT_NEEDED, PAGE
from scheduling import reminder_check_ins, reminders
from scheduling.reminder_facts import ReminderFacts

LINES, FEW = 2, 10
TOO_LATE, UNREADABLE = "too late", "what it says cannot be opened"
PATIENT = frozenset({reminders.KIND, reminder_check_ins.KIND})
"""Many at the same moment: whoever waits for a code, or for help, goes first."""
BATCH = 50
"""Claimed at once; what a slow server keeps past half of the lease is given back."""

_ONE_WRITER = threading.Lock()
"""Two lines that wait for SQLite's one writer would sleep for it; here the next goes at once."""

log = logging.getLogger("evenside.jobs")


@dataclass(frozen=True)
class Post:
    """What a worker delivers with."""

    database: Database
    settings: Settings
    sender: Sender
    clock: Callable[[], datetime]
    stop: threading.Event


def deliver_due(post: Post) -> int:
    """Deliver the next few that are due; returns how many were claimed."""
    claimed_at = post.clock()
    with post.database.write() as session:
        batch = outbox.claim(session, now=claimed_at, limit=BATCH, last=PATIENT)
    if not batch:
        return 0  # as nearly always: the loop asks twice a second
    with post.database.read() as session:
        ahead = many.read_ahead(session, batch)
    shares = _shared_out(post.sender, batch)
    with ThreadPoolExecutor(len(shares)) as lines:
        for done in [lines.submit(_deliver_share, post, share, ahead, claimed_at) for share in shares]:
            done.result()
    return len(batch)


def _shared_out(sender: Sender, batch: list[Claimed]) -> list[list[Claimed]]:
    """Many go over two lines to the mail server: while it takes one mail the next is written."""
    lines = LINES if isinstance(sender, Smtp) and len(batch) > FEW else 1
    return [batch[first::lines] for first in range(lines)]


def _deliver_share(
    post: Post, share: list[Claimed], ahead: Mapping[str, ReminderFacts], claimed_at: datetime
) -> None:
    """One after the other, until told to stop or too much of the lease is gone."""
    with line_of(post.sender) as line:
        over_it = replace(post, sender=line)
        for done, claimed in enumerate(share):
            if post.stop.is_set() or post.clock() >= claimed_at + LEASE / 2:
                _give_back(post, share[done:])
                return
            _deliver(over_it, claimed, ahead.get(claimed.id))


def _deliver(post: Post, claimed: Claimed, facts: ReminderFacts | None) -> None:
    """One mail. Whatever goes wrong with it stays with it, unless the database itself is away."""
    try:
        _send(post, claimed, facts)
    except NotSent as error:
        _failed(post, claimed, str(error), retry=error.retry)
    except Unsendable as error:
        _failed(post, claimed, error.code, retry=False)
    except SQLAlchemyError:
        raise
    except Exception as error:
        log.exception("a mail could not be written", extra={"delivery": claimed.id, "kind": claimed.kind})
        _failed(post, claimed, type(error).__name__, retry=True)


def _send(post: Post, claimed: Claimed, facts: ReminderFacts | None) -> None:
    now = post.clock()
    if not claimed.is_readable:
        raise NotSent(UNREADABLE, retry=True)
    if claimed.not_after is not None and now > claimed.not_after:
        _dropped(post, claimed, TOO_LATE)
        return
    if claimed.kind == AGAIN:
        _begin_round(post, claimed, now)
        return
    send = _read_ahead(post, claimed, facts, now) or _readied(post, claimed, now)
    if isinstance(send, str):
        _dropped(post, claimed, send)
        return
    send()
    _note_sent(post, claimed)
    metrics.deliveries_sent.inc()


def _note_sent(post: Post, claimed: Claimed) -> None:
    """Reminders wait for no disk: the note outlives any process, and after a power cut the last few may go
    out once more, under the same Message-ID."""
    with _ONE_WRITER:
        if claimed.kind in PATIENT:
            post.database.jot(outbox.SENT, its_id=claimed.id, now=post.clock())
            return
        with post.database.write() as session:
            calling.hold(session, claimed)
            outbox.mark_sent(session, claimed, now=post.clock())
            calling.note_sent(session, claimed, now=post.clock())


def _begin_round(post: Post, claimed: Claimed, now: datetime) -> None:
    """Nothing is sent: what it promises instead is committed with its own end."""
    with post.database.write() as session:
        rang = calling.begin_round(session, claimed, now=now)
    if not rang:
        _dropped(post, claimed, NOT_NEEDED)


def _read_ahead(
    post: Post, claimed: Claimed, facts: ReminderFacts | None, now: datetime
) -> Callable[[], None] | str | None:
    """The same from what was read for the whole batch, where that is enough."""
    if facts is None:
        return None
    means = choosing.Means(post.settings, post.sender, post.database)
    way = many.way_ahead(facts, claimed, means, now=now)
    return way.send if way is not None and not isinstance(way, str) else way


def _readied(post: Post, claimed: Claimed, now: datetime) -> Callable[[], None] | str:
    """What sends it, once no transaction is open; or why there is nothing to send."""
    with post.database.read() as session:
        if claimed.kind == PAGE:
            return calling.page(session, claimed, post.settings, now=now)
        if claimed.kind in choosing.KINDS:
            means = choosing.Means(post.settings, post.sender, post.database)
            way = choosing.way_of(session, claimed, means, now=now)
            return way if isinstance(way, str) else way.send
        mail = render(session, claimed, post.settings, now=now)
    return NOT_NEEDED if mail is None else lambda: post.sender.send(mail)


def _dropped(post: Post, claimed: Claimed, why: str) -> None:
    with post.database.write() as session:
        calling.hold(session, claimed)
        outbox.mark_dropped(session, claimed, now=post.clock(), why=why)
        if why == TOO_LATE:
            calling.note_trouble(session, claimed, now=post.clock())


def _failed(post: Post, claimed: Claimed, why: str, *, retry: bool) -> None:
    """Later again, or never: then it is noted where operators and auditors look."""
    now = post.clock()
    with post.database.write() as session:
        calling.hold(session, claimed)
        given_up = outbox.mark_failed(session, claimed, now=now, error=why, retry=retry)
        calling.note_trouble(session, claimed, now=now)
        if given_up:
            detail = {"kind": claimed.kind, "error": why}
            audit.record(
                session,
                actor=None,
                action="mail.failed",
                kind="delivery",
                object_id=claimed.id,
                now=now,
                detail=detail,
            )
    metrics.deliveries_failed.inc(given_up)
    level = logging.ERROR if given_up else logging.WARNING
    log.log(
        level,
        "mail not sent",
        extra={"delivery": claimed.id, "kind": claimed.kind, "why": why, "retry": not given_up},
    )


def _give_back(post: Post, batch: list[Claimed]) -> None:
    with post.database.write() as session:
        outbox.give_back(session, batch)
