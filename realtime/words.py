"""What people read about a question: its author, and the moderators. Pure."""

from realtime.questions import Policy, State

TO_AUTHOR = {
    State.PENDING: "A moderator reads it next",
    State.LIVE: "In the room",
    State.ANSWERING: "Being answered now",
    State.ANSWERED: "Answered",
    State.ARCHIVED: "Not in the room tonight",
    State.REJECTED: "Not in the room tonight",
    State.WITHDRAWN: "Taken back",
    State.MERGED: "Joined with one like it",
    State.ESCALATED: "With a person, not in the room",
}
HOLDS = {
    "first": "First question here",
    "all": "Everything is read first",
    "worry": "Read this one closely",
    "abuse": "Aimed at a person",
    "contact": "Holds a link, number or address",
    "paused": "Came while the room was on hold",
    "changed": "Changed by its author",
    "back": "Brought back to be read again",
}
HEARD = "You always hear what happened to yours."
RULES = {
    Policy.OPEN: "Questions appear as they come, and a moderator reads along. What may hurt somebody waits.",
    Policy.FIRST_HELD: "A moderator reads your first question before others do; later ones appear at once.",
    Policy.ALL_HELD: "A moderator reads every question first.",
    Policy.CLOSED: "No new questions for now. You can read along, vote and raise a hand.",
}
RETURNS = {
    "names": "It names people or places. Take them out and ask again.",
    "asked": "It was asked a moment ago in other words. Add your vote there.",
    "aimed": "It speaks about one person here. Ask it about yourself and it fits.",
    "detail": "It describes more than this room can hold tonight. It is a good one for your next follow-up.",
    "time": "There is no time left for it tonight. It is welcome again next time.",
    "elsewhere": "This room is not the right place for it. A moderator can answer you here.",
}


def to_author(state: str) -> str:
    return TO_AUTHOR[State(state)]


def joined(number: int | None, state: str) -> str:
    """What became of the question that one's own was joined with."""
    name = f"No. {number}" if number else "The one it was joined with"
    return f"{name}: {to_author(state)}"


def rule(policy: str) -> str:
    """How the room treats a new question, as its rules say it."""
    return f"{RULES[Policy(policy)]} {HEARD}"


def hold(reason: str | None) -> str | None:
    return HOLDS[reason] if reason else None


def returned(reason: str | None) -> str | None:
    return RETURNS[reason] if reason else None


def present(number: int) -> str:
    """`About 130 people are here`, rounded so that nobody can tell who came or left."""
    if number == 1:
        return "One person is here"
    return f"About {number} people are here" if number >= 20 else f"{number} people are here"  # noqa: PLR2004


def rounded(number: int) -> int:
    """Exact while small, then to the nearest ten."""
    return number if number < 20 else round(number, -1)  # noqa: PLR2004
