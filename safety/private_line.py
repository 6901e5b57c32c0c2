"""The private line of an alert: between the person it is about and whoever is with them. Never limited."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auth.actor import Actor
from foundation.errors import DomainError
from safety.calls import take_calls_back
from safety.flags import Flag, NotClaimedByYou, UnknownFlag, find_flag
from safety.thread_records import ThreadMessage

LONGEST = 2000
"""Letters of one message of the team; a person in danger is kept up to twice that, never refused."""


class LineOver(DomainError):
    code = "line_over"
    default = "This conversation has ended, so nobody reads it now. Say below that you need somebody again."


class NothingSaid(DomainError):
    code = "nothing_said"
    default = "There is nothing written yet. A word is enough."


class SaidTooMuch(DomainError):
    code = "said_too_much"
    default = f"That is long for somebody who has a hard night. Keep to {LONGEST} letters at a time."


def say_on_line(
    session: Session, flag_id: str, actor: Actor, text: str, *, from_team: bool, now: datetime
) -> ThreadMessage:
    """One message. The person may always write while it is open, the team once one of them has claimed it.

    Raises UnknownFlag for anybody else, NotClaimedByYou, LineOver, NothingSaid, SaidTooMuch.
    """
    flag = find_flag(session, flag_id)
    if not from_team and flag.person_id != actor.person_id:
        raise UnknownFlag()
    if flag.state == "disposed":
        raise LineOver()
    if from_team and flag.claimed_by != actor.person_id:
        raise NotClaimedByYou("Claim it first, so that one person speaks with them.")
    said = _read(text, from_team)
    if from_team:
        take_calls_back(session, flag.id, now=now)
    return _keep(session, flag, actor.person_id, said, from_team, now)


def tell_on_line(session: Session, flag: Flag, author_id: str, text: str, *, now: datetime) -> ThreadMessage:
    """What the team lets the person know without being asked, such as that their contact was seen."""
    return _keep(session, flag, author_id, text, True, now)


def line_of(session: Session, flag_id: str) -> list[ThreadMessage]:
    """Everything said, the oldest first."""
    theirs = select(ThreadMessage).where(ThreadMessage.flag_id == flag_id)
    return list(session.scalars(theirs.order_by(ThreadMessage.at, ThreadMessage.id)))


def is_shown_to_person(session: Session, flag: Flag) -> bool:
    """A concern of another is not told to the person it is about, until the team speaks with them."""
    return flag.source != "concern" or any(said.from_team for said in line_of(session, flag.id))


def lines_of_person(session: Session, person_id: str) -> list[Flag]:
    """The person's lines that are open, the latest first."""
    theirs = Flag.person_id == person_id, Flag.state != "disposed"
    found = session.scalars(select(Flag).where(*theirs).order_by(Flag.raised_at.desc(), Flag.id))
    return [flag for flag in found if is_shown_to_person(session, flag)]


def _read(text: str, from_team: bool) -> str:
    said = text.replace("\r\n", "\n").strip()
    if not said:
        raise NothingSaid()
    if from_team and len(said) > LONGEST:
        raise SaidTooMuch()
    return said[: 2 * LONGEST]


def _keep(
    session: Session, flag: Flag, author_id: str, text: str, from_team: bool, now: datetime
) -> ThreadMessage:
    """The caller holds the flag. Two in one moment still have an order."""
    last = session.scalar(select(func.max(ThreadMessage.at)).where(ThreadMessage.flag_id == flag.id))
    at = now if last is None else max(now, last + timedelta(microseconds=1))
    message = ThreadMessage(flag_id=flag.id, author_id=author_id, from_team=from_team, text=text, at=at)
    session.add(message)
    session.flush()
    return message
