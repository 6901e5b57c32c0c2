"""What each audience is shown of a room and its questions. The public views name only who wants it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from realtime import words
from realtime.models import Participant, Question, Room
from safety.flags import Flag

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
        "epoch": room.epoch,
    }


def desk_room_view(room: Room) -> View:
    return {**room_view(room), "chat_on": room.chat_on, "paused_why": room.paused_why}


def public_view(question: Question, author: Participant) -> View:
    return {
        "id": question.id,
        "number": question.number,
        "text": question.text,
        "state": question.state,
        "votes": question.votes,
        "who": None if question.anonymous else author.pseudonym,
        "pinned": question.pinned_at is not None,
        "live_at": iso(question.live_at),
        "answering_at": iso(question.answering_at),
        "answered_at": iso(question.answered_at),
        "answered_by": question.answered_by,
    }


def author_view(question: Question) -> View:
    return {
        "id": question.id,
        "number": question.number,
        "text": question.text,
        "state": question.state,
        "says": words.to_author(question.state),
        "why": words.returned(question.return_reason),
        "reply": question.reply,
        "anonymous": question.anonymous,
        "version": question.version,
        "asked_at": iso(question.asked_at),
    }


def desk_view(question: Question, author: Participant, names: Mapping[str, str]) -> View:
    """For moderators; `names` are the first names of people by id."""
    return {
        **author_view(question),
        "original": question.original,
        "who": author.pseudonym,
        "votes": question.votes,
        "pinned": question.pinned_at is not None,
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


def flag_view(flag: Flag, names: Mapping[str, str]) -> View:
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
    }
