"""Giving a claim back, handing it on, and calling again: an alert is never left with somebody who is gone."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.audit import record
from foundation.errors import DomainError
from safety.calls import CALLED_AT_MOST, promise_about_silence, promise_mail, promise_round, take_calls_back
from safety.flags import PATIENCE, Flag, NotClaimedByYou, find_flag
from safety.oncall import on_call_order
from safety.thread_records import ThreadMessage


class NobodyToHandTo(DomainError):
    code = "nobody_to_hand_to"
    default = "Choose one of the team from the list, so that they are called at once."


def release_flag(session: Session, flag_id: str, *, by: str, now: datetime) -> Flag:
    """Let others have it: it waits anew, everybody is alerted, and the calls begin again after a minute."""
    flag = _let_go(session, flag_id, by, now)
    order = on_call_order(session, now, about=flag.person_id)
    flag.called_id = order[0].id if order else None
    promise_round(session, flag.id, [one.id for one in order[:1]], at=flag.call_at, now=now)
    record(session, actor=by, action="flag.released", kind="flag", object_id=flag.id, now=now)
    return flag


def hand_over_flag(session: Session, flag_id: str, *, by: str, to: str, now: datetime) -> Flag:
    """Ask one of the team to take it: they are called at once, and it waits openly until somebody claims it.

    It belongs to nobody meanwhile: whoever is handed something may be away from their screen.
    """
    flag = _let_go(session, flag_id, by, now)
    if to in {by, flag.person_id}:
        raise NobodyToHandTo()
    flag.called_id = to
    promise_mail(session, flag.id, to, now=now)
    promise_round(session, flag.id, [to], at=flag.call_at, now=now)
    record(session, actor=by, action="flag.handed_over", kind="flag", object_id=flag.id, now=now,
           detail={"to": to})  # fmt: skip
    return flag


def call_again(
    session: Session, flag_id: str, number: int, since: datetime | None, *, now: datetime
) -> Flag | None:
    """The next round, to one more person each time. None when nobody needs to be called any more."""
    flag = find_flag(session, flag_id)
    if not still_waits(session, flag, since):
        return None
    called = [one.id for one in on_call_order(session, now, about=flag.person_id)]
    people = called[: min(number, CALLED_AT_MOST)]
    promise_round(session, flag.id, people, at=now, now=now, number=number, since=since)
    return flag


def call_about_words(session: Session, flag: Flag, *, now: datetime, after: timedelta = PATIENCE) -> None:
    """Words on a line that somebody has: without an answer by then, others are called."""
    order = on_call_order(session, now, about=flag.person_id)
    promise_about_silence(session, flag.id, [one.id for one in order[:1]], at=now + after, now=now)


def still_waits(session: Session, flag: Flag, since: datetime | None) -> bool:
    """Nobody has it; or nobody of the team has said a word since that moment."""
    if flag.state == "raised":
        return True
    if flag.state == "disposed" or since is None:
        return False
    answered = ThreadMessage.flag_id == flag.id, ThreadMessage.from_team, ThreadMessage.at > since
    return session.scalar(select(ThreadMessage.id).where(*answered).limit(1)) is None


def _let_go(session: Session, flag_id: str, by: str, now: datetime) -> Flag:
    flag = find_flag(session, flag_id)
    if flag.state != "claimed" or flag.claimed_by != by:
        raise NotClaimedByYou("Whoever is with the person hands it over.")
    take_calls_back(session, flag.id, now=now)
    flag.state, flag.claimed_by, flag.claimed_at, flag.call_at = "raised", None, None, now + PATIENCE
    return flag
