"""The calls about an alert that waits: promised to the outbox in rounds, each round promising the next.

A round is a mail to each of the first few in the on-call order and one page. What comes of a round does not
decide about the next one, so that neither a mail server nor a pager that is away can end the calling.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from foundation.columns import new_id
from foundation.outbox import Delivery, Promise, deliveries_of, promise_all, withdraw

MAIL, PAGE, AGAIN = "flag.unclaimed", "flag.page", "flag.again"
KINDS = frozenset({MAIL, PAGE})
CALLED_AT_MOST = 3
_EAGER, _STEADY, _PATIENT = timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1)
_EAGER_ROUNDS, _STEADY_ROUNDS = 4, 40
_WITHDRAWN = "withdrawn"
NOT_NEEDED, NO_PAGER = "no longer true", "no pager is set"
"""Why a delivery was dropped without any trouble."""


@dataclass(frozen=True)
class CallMade:
    """One delivery: a mail to `to`, or a page where None. `trouble` says why it has not gone out."""

    to: str | None
    round: str
    sent_at: datetime | None
    trouble: str | None


def pause_after(number: int) -> timedelta:
    """From this round, counted from 1, to the next: two minutes, then ten, and each hour after a night."""
    if number <= _EAGER_ROUNDS:
        return _EAGER
    return _STEADY if number <= _STEADY_ROUNDS else _PATIENT


def promise_round(
    session: Session,
    flag_id: str,
    to: Sequence[str],
    *,
    at: datetime,
    now: datetime,
    number: int = 1,
    since: datetime | None = None,
) -> None:
    """Call these people at `at`, and look again after a pause. `since`: about what was said then."""
    next_at = at + pause_after(number)
    about: dict[str, Any] = {"flag": flag_id, **({"since": since.isoformat()} if since else {})}
    this = _new_round(flag_id)
    owed = [_mail(this, one, about, at, next_at) for one in to]
    paged = {**about, "number": number}
    owed.append(Promise(PAGE, paged, f"{this}:page", at, next_at))
    again = {**about, "number": number + 1}
    owed.append(Promise(AGAIN, again, f"{this}:again", next_at))
    promise_all(session, owed, now=now)


def promise_about_silence(
    session: Session, flag_id: str, to: Sequence[str], *, at: datetime, now: datetime
) -> None:
    """Somebody has it and may be gone: without a word of theirs by `at` these people are called.

    There is one calling at a time: what would ring sooner stands, and what would ring later gives way.
    """
    owed = [one.due_at for one in deliveries_of(session, _prefix(flag_id)) if one.state == "waiting"]
    if any(due <= at for due in owed):
        return
    take_calls_back(session, flag_id, now=now)
    promise_round(session, flag_id, to, at=at, now=now, since=now)


def promise_mail(session: Session, flag_id: str, to: str, *, now: datetime) -> None:
    """One mail at once, beside the rounds: to whoever it is handed to."""
    mail = _mail(_new_round(flag_id), to, {"flag": flag_id}, now, now + pause_after(1))
    promise_all(session, [mail], now=now)


def take_calls_back(session: Session, flag_id: str, *, now: datetime) -> None:
    """Somebody is with the person: whatever has not gone out yet is not sent."""
    withdraw(session, _prefix(flag_id), now=now)


def calls_made(session: Session, flag_id: str) -> list[CallMade]:
    """What was tried so far, the oldest first: what has gone out, and what could not be sent."""
    found = deliveries_of(session, _prefix(flag_id))
    return [made for one in found if one.kind in KINDS and (made := _made(one)) is not None]


def round_of(key: str) -> str:
    """The round that a delivery belongs to."""
    return ":".join(key.split(":")[:3])


def _made(one: Delivery) -> CallMade | None:
    """None for what nobody has tried yet, or what was not needed any more."""
    if one.state == "sent":
        return CallMade(_called(one.key), round_of(one.key), one.done_at, None)
    if one.last_error in {None, _WITHDRAWN, NOT_NEEDED, NO_PAGER}:
        return None
    return CallMade(_called(one.key), round_of(one.key), None, one.last_error)


def _called(key: str) -> str | None:
    parts = key.split(":")
    return parts[4] if parts[3] == "mail" else None


def _mail(this: str, to: str, about: dict[str, Any], at: datetime, until: datetime) -> Promise:
    return Promise(MAIL, {**about, "to": to}, f"{this}:mail:{to}", at, until)


def _new_round(flag_id: str) -> str:
    """Never used before: what was taken back a moment ago must not stand in the way of calling again."""
    return f"{_prefix(flag_id)}{new_id()}"


def _prefix(flag_id: str) -> str:
    return f"{MAIL}:{flag_id}:"
