"""Coming back, or asking for everything from the first event on, tells nobody what was taken out since."""

import json
from datetime import datetime

import pytest

from foundation.database import Database
from realtime.eventlog import PUB, events_after, payload
from realtime.models import Question, Room
from realtime.room import find_participant
from realtime.snapshot import Seat, catch_up
from tests.builders.rooms import Evening, an_evening

HERON = "Does the heron by the Marlowe ever come back?"


@pytest.fixture
def evening(database: Database, now: datetime) -> Evening:
    return an_evening(database, now=now, members=3)


def said_in(evening: Evening) -> list[dict[str, object]]:
    """The public stream as it was written."""
    with evening.database.read() as session:
        return [payload(event) for event in events_after(session, evening.room_id, PUB, 0, limit=99)]


def told_to(evening: Evening, number: int = 1) -> list[dict[str, object]]:
    """What a member gets who says that they have nothing yet."""
    with evening.database.read() as session:
        room = session.get_one(Room, evening.room_id)
        me = find_participant(session, room.id, evening.members[number].person_id)
        assert me is not None
        found: list[dict[str, object]] = catch_up(session, room, Seat(me, leads=False), {"pub": 0})["events"]
        return [one for one in found if one["stream"] == "pub"]


@pytest.mark.parametrize(("act", "reason"), [("reject", "names"), ("escalate", None)])
def test_a_question_taken_out_is_gone_from_the_past_too(
    evening: Evening, act: str, reason: str | None
) -> None:
    question = evening.approved(evening.members[0], HERON)
    assert "heron" in json.dumps(told_to(evening))
    evening.moderate(question, act, reason=reason)
    told = told_to(evening)
    assert "heron" not in json.dumps(told)
    assert [one["seq"] for one in told] == [event["seq"] for event in said_in(evening)]
    assert {one["kind"] for one in told if one.get("question") == question} == {"question_gone"}


def test_words_that_were_edited_are_told_as_they_are_now(evening: Evening) -> None:
    question = evening.approved(evening.members[0], HERON)
    evening.moderate(question, "edit", text="Does a bird ever come back?")
    told = json.dumps(told_to(evening))
    assert "heron" not in told
    assert "Does a bird ever come back?" in told


def test_merging_into_one_that_still_waits_does_not_tell_that_it_exists(evening: Evening) -> None:
    shown = evening.approved(evening.members[0], HERON)
    waiting = evening.ask(evening.members[1], "Do you also walk in the morning?")["question"]
    evening.moderate(shown, "merge", into=waiting)
    assert waiting not in json.dumps(said_in(evening))


def test_merging_into_one_in_the_room_names_it(evening: Evening) -> None:
    first, second = (evening.approved(member, HERON) for member in evening.members[:2])
    evening.moderate(second, "merge", into=first)
    assert said_in(evening)[-1]["kind"] in {"question", "question_gone"}
    assert {"question_gone"} == {str(one["kind"]) for one in said_in(evening) if one.get("into") == first}
    with evening.database.read() as session:
        assert session.get_one(Question, second).merged_into == first
