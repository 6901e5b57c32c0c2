"""A question's states, and what moves it from one to the next. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    PENDING = "pending"
    LIVE = "live"
    ANSWERING = "answering"
    ANSWERED = "answered"
    ARCHIVED = "archived"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    ESCALATED = "escalated"


class Action(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"
    ANSWER = "answer"
    DONE = "done"
    RESTORE = "restore"
    MERGE = "merge"
    PIN = "pin"
    CLAIM = "claim"
    TAKE_OVER = "take_over"
    ESCALATE = "escalate"
    EDIT = "edit"
    REPLY = "reply"
    WITHDRAW = "withdraw"
    ARCHIVE = "archive"


class Policy(StrEnum):
    """What happens to a new question before anybody has read it."""

    OPEN = "open"
    FIRST_HELD = "first_held"
    ALL_HELD = "all_held"
    CLOSED = "closed"


PUBLIC = frozenset({State.LIVE, State.ANSWERING, State.ANSWERED})
VOTABLE = frozenset({State.LIVE, State.ANSWERING})
OVER = frozenset({State.WITHDRAWN, State.MERGED})
BY_AUTHOR = frozenset({Action.EDIT, Action.WITHDRAW})

_P, _L, _AI, _AD, _R, _E = (
    State.PENDING, State.LIVE, State.ANSWERING, State.ANSWERED, State.REJECTED, State.ESCALATED,
)  # fmt: skip
_MOVES: dict[Action, dict[State, State]] = {
    Action.APPROVE: {_P: _L},
    Action.REJECT: {_P: _R, _L: _R},
    Action.ANSWER: {_L: _AI},
    Action.DONE: {_AI: _AD},
    Action.RESTORE: {_AI: _L, _AD: _L, _R: _P, _E: _P, State.ARCHIVED: _P},
    Action.MERGE: {_P: State.MERGED, _L: State.MERGED},
    Action.PIN: {_L: _L},
    Action.CLAIM: {_P: _P},
    Action.TAKE_OVER: {_P: _P},
    Action.ESCALATE: {_P: _E, _L: _E},
    Action.EDIT: {_P: _P, _L: _L},
    Action.REPLY: {state: state for state in State if state not in OVER},
    Action.WITHDRAW: {_P: State.WITHDRAWN},
    Action.ARCHIVE: {_P: State.ARCHIVED, _L: State.ARCHIVED},
}


def is_public(state: str) -> bool:
    return state in PUBLIC


def next_state(state: str, action: Action) -> State | None:
    """Where `action` leads from `state`; None when it leads nowhere."""
    return _MOVES[action].get(State(state))


def author_may(state: str, action: Action) -> bool:
    """Authors change and take back only what nobody else has seen yet."""
    return action in BY_AUTHOR and state == State.PENDING


@dataclass(frozen=True)
class Arrival:
    """What the room knows about a new question, short of its words."""

    policy: str
    has_moderator: bool
    paused: bool
    is_first: bool
    screened: str = "none"
    has_contact: bool = False


def hold_reason(arrival: Arrival) -> str | None:
    """Why it waits for a moderator; None when it may appear at once."""
    if arrival.screened in {"worry", "abuse"}:
        return arrival.screened
    if arrival.has_contact:
        return "contact"
    if arrival.paused or not arrival.has_moderator:
        return "paused"
    if arrival.policy == Policy.OPEN:
        return None
    if arrival.policy == Policy.FIRST_HELD and not arrival.is_first:
        return None
    return "first" if arrival.is_first else "all"
