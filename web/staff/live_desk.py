"""What the moderation console shows, in the order in which it needs somebody."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation.columns import new_id
from realtime import words
from realtime.models import Participant, Question, Room
from realtime.moderating import CLAIM_LASTS
from realtime.presence import be_seen, count_at_desk, count_here
from realtime.questions import State
from realtime.snapshot import desk_of, places_of
from realtime.views import View
from safety.flags import OUTCOMES
from scheduling.meetings import Meeting
from web.context import actor, now
from web.live_pages import in_order, instant

POLICIES = {"open": "Open", "first_held": "Hold first-timers", "all_held": "Hold all", "closed": "Closed"}
SLOWS = {0: "any time", 60: "every minute", 300: "every 5 min", 900: "every 15 min"}


def desk_page(session: Session, meeting: Meeting, room: Room) -> dict[str, Any]:
    """Everything for the console. Opening the page is being at the desk."""
    be_seen(session, room.id, actor().person_id, moderates=True, now=now())
    session.flush()
    desk = desk_of(session, room)
    questions = desk["questions"]
    by_state = in_order(one for one in questions if one["state"] != State.PENDING)
    queue = [one for one in questions if one["state"] == State.PENDING]
    return {
        "meeting": meeting,
        "room": desk["room"],
        "starts_at": room.starts_at,
        "is_early": now() < room.starts_at - timedelta(minutes=15),
        "here": words.present(max(count_here(session, room.id, now=now()), 1)),
        "at_desk": count_at_desk(session, room.id, now=now()),
        "flags": desk["flags"],
        "queue": queue,
        "longest": waited(queue[0]["asked_at"]) if queue else None,
        **by_state,
        "numbers": {one["id"]: one for one in questions},
        "put_aside": [one for one in questions if one["state"] in {State.REJECTED, State.ESCALATED}],
        "mergeable": [one for one in questions if one["state"] in {State.LIVE, State.ANSWERING}],
        "hands": desk["hands"],
        "backstage": desk["backstage"],
        "places": places_of(session, room.id, now=now()),
        "fairness": fairness(session, room, questions),
        **CHOICES,
        "held_by_another": held_by_another,
        "waited": waited,
        "new_id": new_id,
        "me_id": actor().person_id,
    }


CHOICES: dict[str, Any] = {
    "policies": POLICIES,
    "slows": SLOWS,
    "returns": words.RETURNS,
    "outcomes": OUTCOMES,
}


def waited(since: str) -> str:
    """`2:10`, minutes and seconds."""
    seconds = max(0, int((now() - instant(since)).total_seconds()))
    return f"{seconds // 60}:{seconds % 60:02d}"


def held_by_another(question: View) -> bool:
    """Whether another moderator claimed it within the last two minutes."""
    claimed_at = question["claimed_at"]
    if claimed_at is None or question["claimed_by"] == actor().person_id:
        return False
    return now() < instant(claimed_at) + CLAIM_LASTS


def fairness(session: Session, room: Room, questions: Iterable[View]) -> str:
    """How the evening is shared out, in words."""
    found = list(questions)
    answered = sum(one["state"] == State.ANSWERED for one in found)
    live = [one for one in found if one["state"] == State.LIVE]
    said = (
        f"{room.asked} asked, {answered} answered, {len(live)} in the list. Order: votes, then waiting time."
    )
    if live:
        said += f" Longest wait {_minutes(min(one['live_at'] for one in live), now())}."
    return f"{said} {_answered_twice(session, room.id)}"


def _minutes(since: str, at: datetime) -> str:
    return f"{int((at - instant(since)).total_seconds()) // 60} min"


def _answered_twice(session: Session, room_id: str) -> str:
    done = Question.room_id == room_id, Question.state == State.ANSWERED
    twice = (
        select(Participant.id)
        .join(Question, Question.participant_id == Participant.id)
        .where(*done)
        .group_by(Participant.id)
        .having(func.count() > 1)
    )
    people = len(session.scalars(twice).all())
    if people == 0:
        return "Nobody has been answered twice."
    return (
        "One person has been answered twice." if people == 1 else f"{people} people have been answered twice."
    )
