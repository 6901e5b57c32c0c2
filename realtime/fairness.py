"""How an evening is shared out: counts and waits, without a word of what was asked. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from realtime.questions import State

ORDER_RULE = "Next up as it was pinned, then most votes, then longest wait."
_NOT_COUNTED = frozenset({State.WITHDRAWN})


@dataclass(frozen=True)
class Asked:
    """One question of the evening; `author` is any id of its asker, `merged_into` another question's id."""

    id: str
    author: str
    state: str
    asked_at: datetime
    live_at: datetime | None = None
    answering_at: datetime | None = None
    merged_into: str | None = None


@dataclass(frozen=True)
class Hands:
    """How often a hand went up, and how often somebody was invited to speak."""

    raised: int = 0
    invited: int = 0


@dataclass(frozen=True)
class Fairness:
    """`askers_heard` of `askers` had their first question answered, themselves or joined with another's.

    Waits run from being in the room to being answered, or to now for what is still in the list.
    """

    asked: int
    answered: int
    listed: int
    longest_wait: timedelta | None
    median_wait: timedelta | None
    answered_once: int
    answered_more: int
    askers: int
    askers_heard: int
    hands: Hands


def fairness(asked: Sequence[Asked], hands: Hands, *, now: datetime) -> Fairness:
    """The figures of one evening."""
    counted = [one for one in asked if one.state not in _NOT_COUNTED]
    ends = {one.id: _end(one, {other.id: other for other in asked}) for one in counted}
    answered = [one for one in counted if one.state == State.ANSWERED]
    waits = [wait for one in counted if (wait := _wait(one, now)) is not None]
    each = Counter(one.author for one in answered)
    firsts = _firsts(counted)
    return Fairness(
        asked=len(counted),
        answered=len(answered),
        listed=sum(one.state == State.LIVE for one in counted),
        longest_wait=max(waits, default=None),
        median_wait=_median(waits),
        answered_once=sum(times == 1 for times in each.values()),
        answered_more=sum(times > 1 for times in each.values()),
        askers=len(firsts),
        askers_heard=sum(ends[one.id].state == State.ANSWERED for one in firsts),
        hands=hands,
    )


def in_words(found: Fairness) -> list[str]:
    """The same, as sentences for a console or a page."""
    said = [
        f"{found.asked} asked, {found.answered} answered, {found.listed} in the list.",
        f"Order: {ORDER_RULE}",
    ]
    if found.longest_wait is not None and found.median_wait is not None:
        said.append(f"Longest wait {_minutes(found.longest_wait)}, median {_minutes(found.median_wait)}.")
    said.append(_twice(found))
    if found.askers:
        said.append(f"First questions answered: {found.askers_heard} of {found.askers}.")
    said.append(f"Hands: {found.hands.raised} raised, {found.hands.invited} invited.")
    return said


def _end(one: Asked, by_id: Mapping[str, Asked]) -> Asked:
    """The question that stands for it, at the end of however many merges."""
    while one.merged_into is not None and one.merged_into in by_id:
        one = by_id[one.merged_into]
    return one


def _wait(one: Asked, now: datetime) -> timedelta | None:
    if one.live_at is None:
        return None
    if one.answering_at is not None:
        return max(timedelta(), one.answering_at - one.live_at)
    return now - one.live_at if one.state == State.LIVE else None


def _median(waits: Sequence[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(wait.total_seconds() for wait in waits)) if waits else None


def _firsts(counted: Sequence[Asked]) -> list[Asked]:
    first: dict[str, Asked] = {}
    for one in sorted(counted, key=lambda each: each.asked_at):
        first.setdefault(one.author, one)
    return list(first.values())


def _twice(found: Fairness) -> str:
    if found.answered_more == 0:
        return "Nobody has been answered twice."
    people = "One person has" if found.answered_more == 1 else f"{found.answered_more} people have"
    return f"{people} been answered more than once, {found.answered_once} once."


def _minutes(span: timedelta) -> str:
    return f"{int(span.total_seconds()) // 60} min"
