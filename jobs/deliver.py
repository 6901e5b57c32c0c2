"""Claim, render, send, mark: each step in a transaction of its own, the sending in none."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from foundation import audit, metrics, outbox
from foundation.database import Database
from foundation.outbox import LEASE, Claimed
from foundation.settings import Settings
from jobs import calling
from jobs.channels import choosing
from mail.compose import Unsendable
from mail.render import render
from mail.send import NotSent, Sender
from safety.calls import AGAIN, NOT_NEEDED, PAGE

TOO_LATE = "too late"
BATCH = 5
"""Few at a time, so that mails to a silent server do not outlast the lease of those behind them."""

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
        batch = outbox.claim(session, now=claimed_at, limit=BATCH)
    for done, claimed in enumerate(batch):
        if post.stop.is_set() or post.clock() >= claimed_at + LEASE / 2:
            _give_back(post, batch[done:])
            break
        _deliver(post, claimed)
    return len(batch)


def _deliver(post: Post, claimed: Claimed) -> None:
    """One mail. Whatever goes wrong with it stays with it, unless the database itself is away."""
    try:
        _send(post, claimed)
    except NotSent as error:
        _failed(post, claimed, str(error), retry=error.retry)
    except Unsendable as error:
        _failed(post, claimed, error.code, retry=False)
    except SQLAlchemyError:
        raise
    except Exception as error:
        log.exception("a mail could not be written", extra={"delivery": claimed.id, "kind": claimed.kind})
        _failed(post, claimed, type(error).__name__, retry=True)


def _send(post: Post, claimed: Claimed) -> None:
    now = post.clock()
    if claimed.not_after is not None and now > claimed.not_after:
        _dropped(post, claimed, TOO_LATE)
        return
    if claimed.kind == AGAIN:
        _begin_round(post, claimed, now)
        return
    send = _readied(post, claimed, now)
    if isinstance(send, str):
        _dropped(post, claimed, send)
        return
    send()
    with post.database.write() as session:
        calling.hold(session, claimed)
        outbox.mark_sent(session, claimed, now=post.clock())
        calling.note_sent(session, claimed, now=post.clock())
    metrics.deliveries_sent.inc()


def _begin_round(post: Post, claimed: Claimed, now: datetime) -> None:
    """Nothing is sent: what it promises instead is committed with its own end."""
    with post.database.write() as session:
        rang = calling.begin_round(session, claimed, now=now)
    if not rang:
        _dropped(post, claimed, NOT_NEEDED)


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
