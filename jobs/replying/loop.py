"""Reads answers beside the worker's own loop, so that a silent mail server delays no mail and no call."""

import logging
import threading
from hashlib import sha256

from sqlalchemy.exc import SQLAlchemyError

from jobs.deliver import Post
from jobs.replying.mailboxes import LARGEST, Mailbox, MailboxAway, mailbox_at
from scheduling.calendars.importing.parsing import Limits, parse
from scheduling.calendars.importing.refusals import CalendarRefused
from scheduling.calendars.replying.answers import Outcome, known_outcome, refuse, take_answer
from scheduling.calendars.replying.reading import Reply

REST_SECONDS = 60.0
READING = Limits(LARGEST, seconds=2, patience=10)

log = logging.getLogger("evenside.jobs")


def start_replying(post: Post) -> threading.Thread | None:
    """Look once a minute until the worker is told to stop; nothing without a mailbox."""
    if post.settings.replies_url is None:
        return None
    given = post, mailbox_at(post.settings.replies_url)
    thread = threading.Thread(target=run, args=given, daemon=True)
    thread.start()
    return thread


def run(post: Post, mailbox: Mailbox) -> None:
    while not post.stop.is_set():
        try:
            look(post, mailbox)
        except Exception:
            log.exception("answers could not be read this time")
        post.stop.wait(REST_SECONDS)


def look(post: Post, mailbox: Mailbox) -> list[Outcome]:
    """Deal with what is new; returns what became of each mail."""
    outcomes: list[Outcome] = []
    try:
        mailbox.read(lambda mail, name: outcomes.append(take(post, mail, name)))
    except MailboxAway as error:
        log.warning("answers cannot be read now", extra={"why": str(error)})
    except SQLAlchemyError:
        log.exception("the database is away; reading answers later")
    if outcomes:
        log.info("answers read", extra={"outcomes": sorted(one.value for one in outcomes)})
    return outcomes


def take(post: Post, mail: bytes | None, name: str) -> Outcome:
    """One mail: read in a child that can be killed, then acted upon in one transaction."""
    reply_id = sha256(name.encode() if mail is None else mail).hexdigest()
    with post.database.read() as session:
        known = known_outcome(session, reply_id)
    if known is not None:
        return known
    reply = None if mail is None else _read(mail)
    now = post.clock()
    if reply is None:
        return post.database.change(lambda session: refuse(session, reply_id, Outcome.UNREADABLE, now=now))
    return post.database.change(lambda session: take_answer(session, reply_id, reply, now=now))


def _read(mail: bytes) -> Reply | None:
    try:
        return Reply(**parse(mail, {"what": "reply"}, READING))
    except CalendarRefused:
        return None
