"""What members may read: only what was approved, and the same by catching up as by looking afresh."""

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from foundation.database import Database
from foundation.errors import DomainError
from realtime.asking import edit, withdraw
from realtime.eventlog import PUB, events_after, payload
from realtime.models import Question, Room, RoomEvent
from realtime.presence import be_seen
from realtime.room import find_participant
from realtime.snapshot import Seat, about_me, catch_up
from realtime.taking_part import chat, vote
from tests.builders.rooms import Evening, an_evening, later


@pytest.fixture
def evening(database: Database, now: datetime) -> Evening:
    return an_evening(database, now=now, members=3)


OFTEN = ("ask", "ask", "approve", "approve", "chat", "vote")
SELDOM = ("reject", "answer", "done", "restore", "merge", "edit", "withdraw", "escalate", "pin")
STEERING = ("policy", "panic", "go_on")
ACT = st.tuples(st.sampled_from(OFTEN + SELDOM + STEERING), st.integers(0, 7), st.integers(0, 2))
ACTS = st.lists(ACT, min_size=5, max_size=25)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS, joined_after=st.integers(0, 25))
def test_pub_holds_only_what_was_approved_and_a_delta_equals_a_snapshot(
    database: Database, now: datetime, acts: list[tuple[str, int, int]], joined_after: int
) -> None:
    evening = an_evening(database, now=now, members=3)
    asked: list[str] = []
    joined: dict[str, Any] = first_join(evening)
    for place, (name, which, who) in enumerate(acts):
        if place == joined_after:
            joined = first_join(evening)
        do(evening, name, asked, which, who)
    with database.read() as session:
        never_live = Question.room_id == evening.room_id, Question.public_number.is_(None)
        hidden = [question.text for question in session.scalars(select(Question).where(*never_live))]
    public = json.dumps(events(evening, PUB))
    assert not [text for text in hidden if text in public]
    assert folded(evening, joined) == whole_now(evening)


def do(evening: Evening, name: str, asked: list[str], which: int, who: int) -> None:
    """One act, whether the room allows it or not; so long after the one before that no limit minds."""
    later(evening, seconds=15)
    stay_at_desk(evening)
    author = evening.members[who]
    question = asked[which % len(asked)] if asked else "none"
    other = asked[(which + 1) % len(asked)] if asked else "none"
    steering: dict[str, dict[str, Any]] = {
        "policy": {"policy": ["open", "all_held", "first_held"][who]},
        "panic": {"panic": True},
        "go_on": {"open": True},
    }
    try:
        if name == "ask":
            asked.append(evening.ask(author, f"Question {len(asked)} by {who} zq{len(asked)}x?")["question"])
        elif name in steering:
            evening.steer(**steering[name], chat=True)
        elif name in {"edit", "withdraw", "chat", "vote"}:
            with evening.database.write() as session:
                by_member(session, evening, author, name, question)
        else:
            evening.moderate(question, name, reason="names", into=other)
    except DomainError:
        return


def stay_at_desk(evening: Evening) -> None:
    with evening.database.write() as session:
        be_seen(session, evening.room_id, evening.desk.person_id, moderates=True, now=evening.now)


def by_member(session: Any, evening: Evening, author: Any, name: str, question: str) -> None:
    room, now = evening.room_id, evening.now
    if name == "edit":
        edit(session, room, author, question, text=f"Edited {question} words", now=now)
    elif name == "withdraw":
        withdraw(session, room, author, question, now=now)
    elif name == "vote":
        vote(session, room, author, question, on=True, now=now)
    else:
        chat(session, room, author, client_id=f"{name}{question}", text="Hello all", now=now)


def seat_of(session: Any, evening: Evening) -> Seat:
    place = find_participant(session, evening.room_id, evening.members[0].person_id)
    assert place is not None
    return Seat(place, False)


def first_join(evening: Evening) -> dict[str, Any]:
    with evening.database.read() as session:
        room, seat = session.get_one(Room, evening.room_id), seat_of(session, evening)
        return {**catch_up(session, room, seat, None), "me": about_me(session, room, seat, "Member")}


def whole_now(evening: Evening) -> dict[str, Any]:
    return shape(first_join(evening))


def folded(evening: Evening, joined: dict[str, Any]) -> dict[str, Any]:
    """What a client knows that joined then and has folded every event since, as store.js does."""
    with evening.database.read() as session:
        room, seat = session.get_one(Room, evening.room_id), seat_of(session, evening)
        since = catch_up(session, room, seat, joined["seq"], joined["epoch"])
    known = json.loads(json.dumps(joined))
    snapshot, questions = known["snapshot"], {one["id"]: one for one in known["snapshot"]["questions"]}
    own = {one["id"]: one for one in known["me"]["questions"]}
    for event in since["events"]:
        if event["stream"] == "member" and event["kind"] == "question":
            own[event["question"]["id"]] = event["question"]
        elif event["kind"] == "question":
            questions[event["question"]["id"]] = event["question"]
        elif event["kind"] == "question_gone":
            questions.pop(event["question"], None)
        elif event["kind"] == "room":
            snapshot["room"] = event["room"]
        elif event["kind"] == "chat":
            snapshot["chat"].append({key: event[key] for key in ("id", "who", "text", "at")})
    for question, votes in since["votes"].items():
        questions[question]["votes"] = votes
    snapshot["questions"] = list(questions.values())
    known["me"]["questions"] = list(own.values())
    return shape(known)


def shape(joined: dict[str, Any]) -> dict[str, Any]:
    """The parts that events carry, in one order; votes of answered questions stay as they were said."""
    snapshot = joined["snapshot"]
    return {
        "room": snapshot["room"],
        "chat": snapshot["chat"],
        "questions": sorted(snapshot["questions"], key=lambda one: int(one["number"])),
        "own": sorted(joined["me"]["questions"], key=lambda one: str(one["id"])),
    }


def events(evening: Evening, stream: str) -> list[dict[str, Any]]:
    with evening.database.read() as session:
        return [payload(one) for one in events_after(session, evening.room_id, stream, 0, limit=1000)]


def test_someone_three_hundred_events_behind_gets_a_snapshot(evening: Evening) -> None:
    joined = first_join(evening)
    evening.steer(chat=True)
    for n in range(300):
        later(evening, seconds=4)
        stay_at_desk(evening)
        with evening.database.write() as session:
            said: dict[str, Any] = {"client_id": f"many{n}", "text": f"Line {n}", "now": evening.now}
            chat(session, evening.room_id, evening.members[0], **said)
    with evening.database.read() as session:
        room, seat = session.get_one(Room, evening.room_id), seat_of(session, evening)
        assert "snapshot" in catch_up(session, room, seat, joined["seq"], joined["epoch"])
        near = {**joined["seq"], "pub": joined["seq"]["pub"] + 10}
        assert len(catch_up(session, room, seat, near, joined["epoch"])["events"]) < 300
        assert session.scalar(select(func.max(RoomEvent.ordinal))) == room.ordinal
