"""What each audience is shown of a room and its questions. The public views name only who wants it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from realtime import words
from realtime.models import Participant, Question, Room
from realtime.questions import is_public
from safety.calls import CallMade
from safety.flags import PATIENCE, Flag

View = dict[str, Any]


def iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def room_view(room: Room) -> View:
    return {
        "state": room.state,
        "policy": room.policy,
        "slow": room.slow_seconds,
        "chat": room.chat_on and room.state == "open",
        "starts_at": iso(room.starts_at),
        "ends_at": iso(room.ends_at),
        "opened_at": iso(room.opened_at),
        "recorded": room.recorded,
        "epoch": room.epoch,
        "rule": words.rule(room.policy),
    }


def desk_room_view(room: Room) -> View:
    return {**room_view(room), "chat_on": room.chat_on, "paused_why": room.paused_why}


def public_view(question: Question, author: Participant) -> View:
    return {
        "id": question.id,
        "number": question.public_number,
        "text": question.text,
        "state": question.state,
        "votes": question.votes,
        "who": None if question.anonymous else author.pseudonym,
        "pinned": question.pinned_at is not None,
        "pinned_at": iso(question.pinned_at),
        "live_at": iso(question.live_at),
        "answering_at": iso(question.answering_at),
        "answered_at": iso(question.answered_at),
        "answered_by": question.answered_by,
    }


def author_view(question: Question, target: Question | None = None) -> View:
    """What its author reads. `target` is the question that it was joined with, if it was: its state, and
    its number and words once they are public."""
    return {
        "id": question.id,
        "number": question.public_number,
        "text": question.text,
        "state": question.state,
        "says": words.to_author(question.state),
        "why": words.returned(question.return_reason),
        "reply": question.reply,
        "anonymous": question.anonymous,
        "version": question.version,
        "asked_at": iso(question.asked_at),
        "edited": question.original is not None,
        "original": question.original,
        "joined": _joined(target) if target else None,
    }


def _joined(target: Question) -> View:
    public = is_public(target.state)
    shown = {
        "state": target.state,
        "says": words.to_author(target.state),
        "line": words.joined(target.public_number if public else None, target.state),
    }
    return {**shown, "number": target.public_number, "text": target.text} if public else shown


def desk_view(question: Question, author: Participant, names: Mapping[str, str]) -> View:
    """For moderators; `names` are the first names of people by id. `label` is how the desk speaks of it."""
    return {
        **author_view(question),
        "arrival": question.number,
        "label": label_of(question),
        "who": author.pseudonym,
        "votes": question.votes,
        "pinned": question.pinned_at is not None,
        "pinned_at": iso(question.pinned_at),
        "hold": question.hold_reason,
        "held": words.hold(question.hold_reason),
        "folded": question.hold_reason == "abuse",
        "return_reason": question.return_reason,
        "twin": question.twin_id,
        "merged_into": question.merged_into,
        "claimed_by": question.claimed_by,
        "claimed_name": names.get(question.claimed_by or ""),
        "claimed_at": iso(question.claimed_at),
        "live_at": iso(question.live_at),
        "answering_at": iso(question.answering_at),
        "answered_at": iso(question.answered_at),
        "answered_by": question.answered_by,
    }


def label_of(question: Question) -> str:
    """`No. 12` as the room knows it, or `Held 31` by its arrival while the room does not."""
    if question.public_number is not None:
        return f"No. {question.public_number}"
    return f"Held {question.number}"


def flag_view(flag: Flag, names: Mapping[str, str], calls: Sequence[CallMade] = ()) -> View:
    """For moderators. `calls` are those made about it so far; `names` hold the called ones too."""
    return {
        "id": flag.id,
        "source": flag.source,
        "source_id": flag.source_id,
        "who": flag.known_as,
        "text": flag.text,
        "state": flag.state,
        "raised_at": iso(flag.raised_at),
        "call_at": iso(flag.call_at),
        "called_name": names.get(flag.called_id or ""),
        "claimed_by": flag.claimed_by,
        "claimed_name": names.get(flag.claimed_by or ""),
        "claimed_at": iso(flag.claimed_at),
        "outcome": flag.outcome,
        **calls_view(flag, names, calls),
    }


def calls_view(flag: Flag, names: Mapping[str, str], calls: Sequence[CallMade]) -> View:
    """Who was called how often, and what could not be sent the last time it was tried."""
    sent: dict[str | None, list[CallMade]] = {}
    for one in calls:
        if one.sent_at is not None:
            sent.setdefault(one.to, []).append(one)
    latest = {one.to: one for one in calls}
    return {
        "waiting_since": iso(flag.call_at - PATIENCE),
        "calls": flag.calls,
        "called_at": iso(flag.called_at),
        "called": [
            {"name": _called_name(to, names), "times": len(made), "last_at": iso(made[-1].sent_at)}
            for to, made in sent.items()
        ],
        "unsent": [
            {"to": _called_name(one.to, names), "why": one.trouble}
            for one in latest.values()
            if one.trouble is not None
        ],
        "nobody_to_call": flag.called_id is None,
    }


def _called_name(to: str | None, names: Mapping[str, str]) -> str:
    return "The pager" if to is None else names.get(to, "Somebody")
