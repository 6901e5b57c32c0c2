"""What the pages of the live room show: the same views that the sockets carry, in reading order."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from auth.actor import Actor
from foundation.columns import new_id
from realtime import words
from realtime.calling import call_kind
from realtime.door import Outside
from realtime.hosting import leader_name
from realtime.joining import suggested_names
from realtime.models import Participant, Room
from realtime.presence import count_here
from realtime.room import find_participant, leads
from realtime.snapshot import Seat, about_me, chat_of, public_questions
from realtime.telling import PLACE, hands_up
from realtime.views import View, room_view
from safety.flags import open_flags
from safety.helplines import helplines
from scheduling.meetings import Meeting
from web.context import actor, now, settings

_SUGGESTED = 3
_LIGHTS = 40
_LONG_AGO = "2026-01-01T00:00:00+00:00"


def lobby(session: Session, meeting: Meeting, room: Room) -> dict[str, Any]:
    """The waiting room: the countdown's end, names to choose from, how many are here."""
    who = actor()
    mine = find_participant(session, room.id, who.person_id)
    here = count_here(session, room.id, now=now())
    each = max(1, -(-here // _LIGHTS))
    return {
        **_frame(meeting, room),
        "mine": mine.pseudonym if mine else None,
        "names": suggested_names(session, room.id, who, _SUGGESTED),
        "here": words.present(here),
        "lit": min(_LIGHTS, -(-here // each)),
        "total": _LIGHTS,
        "each": each,
        "care": needs_care(session, room, who),
        "host": leader_name(session, room),
        "is_ready": mine is not None and mine.ready_at is not None,
    }


def inside(session: Session, meeting: Meeting, room: Room, place: Participant) -> dict[str, Any]:
    """The room as this member sees it."""
    who = actor()
    me = about_me(session, room, Seat(place, leads(session, room, who)), who.name)
    questions = public_questions(session, room.id)
    return {
        **_frame(meeting, room),
        **in_order(questions),
        "room": room_view(room),
        "me": me,
        "chat": chat_of(session, room.id),
        "here": words.present(max(count_here(session, room.id, now=now()), 1)),
        "asked": len(questions),
        "care": needs_care(session, room, who),
        "call_url": meeting.call_url if call_kind(meeting) == "link" else None,
        "hand_at": _place_in_line(session, room, place),
        "host": leader_name(session, room),
        "blank": BLANK,
        "new_id": new_id,
    }


def ended(session: Session, meeting: Meeting, room: Room, outside: Outside | None) -> dict[str, Any]:
    """Why somebody is not inside: the evening is over for all, or for them, or they are on a break."""
    return {
        **_frame(meeting, room),
        "how": outside.reason if outside else "closed",
        "until": outside.until if outside else None,
        "care": needs_care(session, room, actor()),
    }


def in_order(questions: Iterable[View]) -> dict[str, list[View]]:
    """Answering first; the list by pin, votes and waiting time; answered ones with the latest on top."""
    found = list(questions)
    return {
        "answering": [one for one in found if one["state"] == "answering"],
        "listed": sorted((one for one in found if one["state"] == "live"), key=_most_wanted),
        "answered": sorted(
            (one for one in found if one["state"] == "answered"),
            key=lambda one: one["answered_at"],
            reverse=True,
        ),
    }


def needs_care(session: Session, room: Room, who: Actor) -> bool:
    """Whether something that this person wrote here still waits for its ending."""
    flags = open_flags(session, f"{PLACE}{room.id}")
    return any(flag.person_id == who.person_id and flag.source != "concern" for flag in flags)


def _place_in_line(session: Session, room: Room, place: Participant) -> int | None:
    """Counted from one; None while the hand is down."""
    waiting = [one.id for one in hands_up(session, room.id)]
    return waiting.index(place.id) + 1 if place.id in waiting else None


def instant(iso: str) -> datetime:
    return datetime.fromisoformat(iso)


def _most_wanted(question: View) -> tuple[bool, str, int, str]:
    """Next up in the order it was pinned, then by votes, then by waiting time."""
    return not question["pinned"], question["pinned_at"] or "", -question["votes"], question["live_at"]


def _frame(meeting: Meeting, room: Room) -> dict[str, Any]:
    return {
        "meeting": meeting,
        "rule": words.rule(room.policy),
        "recorded": room.recorded,
        "call": call_kind(meeting),
        "has_server": settings().jitsi is not None,
        "state": room.state,
        "starts_at": room.starts_at,
        "ends_at": room.ends_at,
        "lines": [line for line in helplines(settings()) if line.urgent],
    }


BLANK: View = {
    "id": "",
    "number": "",
    "text": "",
    "state": "live",
    "says": "",
    "why": None,
    "reply": None,
    "votes": 0,
    "who": None,
    "pinned": False,
    "pinned_at": None,
    "edited": False,
    "original": None,
    "joined": None,
    "version": "",
    "live_at": _LONG_AGO,
    "asked_at": _LONG_AGO,
    "answering_at": _LONG_AGO,
    "answered_at": _LONG_AGO,
    "answered_by": "",
    "at": _LONG_AGO,
}
