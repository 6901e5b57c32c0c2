"""What enters `pub`, and what never does."""

import json
from datetime import datetime

import pytest
from sqlalchemy import select

from foundation.database import Database
from realtime.asking import edit, withdraw
from realtime.errors import ClaimedByAnother, Stale, UnknownQuestion, WrongState
from realtime.eventlog import PUB, payload
from realtime.models import RoomEvent
from realtime.taking_part import vote
from tests.builders.rooms import Evening, an_evening

SECRET = "The word heron stands in what only moderators may read."


@pytest.fixture
def evening(database: Database, now: datetime) -> Evening:
    return an_evening(database, now=now, members=3)


def said_in(evening: Evening, stream: str = PUB) -> list[dict[str, object]]:
    with evening.database.read() as session:
        rows = select(RoomEvent).where(RoomEvent.room_id == evening.room_id, RoomEvent.stream == stream)
        return [payload(event) for event in session.scalars(rows.order_by(RoomEvent.seq))]


def test_R19_a_held_question_is_nowhere_in_the_public_stream_not_even_as_a_gap(evening: Evening) -> None:
    before = said_in(evening)
    asked = evening.ask(evening.members[0], SECRET)
    assert asked["state"] == "pending"
    assert said_in(evening) == before
    evening.moderate(asked["question"], "reject", reason="names")
    assert said_in(evening) == before
    evening.approved(evening.members[1])
    assert [event["seq"] for event in said_in(evening)] == list(range(1, len(before) + 2))


def test_its_author_and_the_desk_hear_what_became_of_it(evening: Evening) -> None:
    asked = evening.ask(evening.members[0], SECRET)
    evening.moderate(asked["question"], "reject", reason="names")
    with evening.database.read() as session:
        from realtime.room import find_participant

        me = find_participant(session, evening.room_id, evening.members[0].person_id)
    assert me is not None
    told = said_in(evening, f"member:{me.id}")[-1]["question"]
    assert isinstance(told, dict)
    assert told["says"] == "Not in the room tonight"
    assert "names people or places" in str(told["why"])
    assert "heron" in json.dumps(said_in(evening, "mod"))


def test_R19_an_anonymous_question_carries_no_name(evening: Evening) -> None:
    evening.approved(evening.members[0])
    shown = said_in(evening)[-1]["question"]
    assert isinstance(shown, dict)
    assert shown["who"] is None
    assert "Second Cup" not in json.dumps(said_in(evening))


def test_a_question_with_a_name_shows_the_one_for_tonight(evening: Evening) -> None:
    asked = evening.ask(evening.members[0], "Is it fine to only read?", anonymous=False)
    evening.moderate(asked["question"], "approve")
    assert "Second Cup" in json.dumps(said_in(evening))


def test_an_edit_and_a_return_at_once_leave_one_winner_and_nothing_public(evening: Evening) -> None:
    author = evening.members[0]
    asked = evening.ask(author, SECRET)
    evening.moderate(asked["question"], "reject", reason="time", version=asked["version"])
    with pytest.raises(Stale), evening.database.write() as session:
        edit(
            session,
            evening.room_id,
            author,
            asked["question"],
            text="Better words",
            version=1,
            now=evening.now,
        )
    again = evening.ask(author, SECRET)
    with evening.database.write() as session:
        edit(
            session,
            evening.room_id,
            author,
            again["question"],
            text=SECRET + " Again.",
            version=1,
            now=evening.now,
        )
    with pytest.raises(Stale):
        evening.moderate(again["question"], "reject", reason="time", version=1)
    assert "heron" not in json.dumps(said_in(evening))


def test_what_is_taken_back_is_gone_and_cannot_be_approved(evening: Evening) -> None:
    author = evening.members[0]
    asked = evening.ask(author, SECRET)
    with evening.database.write() as session:
        withdraw(session, evening.room_id, author, asked["question"], now=evening.now)
    with pytest.raises(WrongState):
        evening.moderate(asked["question"], "approve")


def test_somebody_elses_question_is_as_if_it_were_missing(evening: Evening) -> None:
    asked = evening.ask(evening.members[0], SECRET)
    for other in (evening.members[1], evening.desk):
        with pytest.raises(UnknownQuestion), evening.database.write() as session:
            withdraw(session, evening.room_id, other, asked["question"], now=evening.now)
    with pytest.raises(UnknownQuestion), evening.database.write() as session:
        vote(session, evening.room_id, evening.members[1], asked["question"], on=True, now=evening.now)


def test_two_moderators_never_handle_the_same_one(evening: Evening) -> None:
    from auth.actor import actor_for
    from tests.builders.people import a_moderator

    with evening.database.write() as session:
        celeste = actor_for(a_moderator(session, name="Celeste Ray"))
    asked = evening.ask(evening.members[0])
    evening.moderate(asked["question"], "claim")
    with pytest.raises(ClaimedByAnother, match="Jonah has this one"):
        evening.moderate(asked["question"], "approve", by=celeste)
    assert evening.moderate(asked["question"], "approve")["state"] == "live"


def test_the_original_words_of_an_edited_question_stay_with_the_desk(evening: Evening) -> None:
    asked = evening.ask(evening.members[0], "Walking past the Marlowe is the worst ten minutes of my day.")
    evening.moderate(
        asked["question"], "approve", text="Walking past [a place] is the worst ten minutes of my day."
    )
    assert "Marlowe" not in json.dumps(said_in(evening))
    assert "Marlowe" in json.dumps(said_in(evening, "mod"))


def test_a_question_taken_down_leaves_the_room(evening: Evening) -> None:
    question = evening.approved(evening.members[0])
    evening.moderate(question, "reject", reason="aimed")
    last = said_in(evening)[-1]
    assert (last["kind"], last["question"]) == ("question_gone", question)
