"""The cases of the specification: many at once, retries, edits that race, and what a reader may miss."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from auth.actor import actor_for
from foundation.database import Database
from foundation.errors import DomainError
from realtime.asking import ask, edit
from realtime.eventlog import MOD, PUB, events_after, heads, member_stream, payload
from realtime.joining import join
from realtime.models import Participant, Question, Vote
from realtime.persons import act_on_person
from realtime.room import enter
from realtime.taking_part import chat, vote
from tests.builders.people import a_member, a_moderator
from tests.builders.rooms import Evening, an_evening


@pytest.fixture
def evening(database: Database, now: datetime) -> Evening:
    return an_evening(database, now=now, members=3)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """All begin together; an act that was refused gives its refusal."""
    ready = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        ready.wait()
        try:
            return act()
        except DomainError as refusal:
            return refusal

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def vote_for(evening: Evening, who: Any, question: str, on: bool = True) -> Callable[[], object]:
    def act() -> object:
        with evening.database.write() as session:
            return vote(session, evening.room_id, who, question, on=on, now=evening.now)

    return act


def test_two_tabs_and_many_members_voting_at_once_count_as_many_as_the_rows(evening: Evening) -> None:
    question = evening.approved(evening.members[0])
    with evening.database.write() as session:
        crowd = [actor_for(a_member(session, name=f"Voter {n}")) for n in range(10)]
        for one in crowd:
            join(session, evening.room_id, one, now=evening.now)
    at_once(*[vote_for(evening, one, question) for one in crowd for _tab in range(2)])
    with evening.database.read() as session:
        rows = session.scalar(select(func.count()).select_from(Vote).where(Vote.question_id == question))
        assert session.get_one(Question, question).votes == rows == len(crowd)


def test_a_vote_taken_back_is_gone(evening: Evening) -> None:
    question = evening.approved(evening.members[0])
    assert vote_for(evening, evening.members[1], question)() == {"votes": 1}
    assert vote_for(evening, evening.members[1], question)() == {"votes": 1}
    assert vote_for(evening, evening.members[1], question, on=False)() == {"votes": 0}


def test_the_same_question_sent_from_many_sockets_at_once_stands_once(evening: Evening) -> None:
    who = evening.members[0]

    def send() -> object:
        with evening.database.write() as session:
            return ask(session, evening.room_id, who, client_id="same", text="Only once?", now=evening.now)

    answers = at_once(*[send] * 6)
    assert len({json.dumps(answer, sort_keys=True) for answer in answers}) == 1
    with evening.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Question)) == 1


def test_case_2_an_edit_and_a_return_have_one_winner_and_the_words_stay_inside(evening: Evening) -> None:
    author = evening.members[0]
    asked = evening.ask(author, "The word heron was meant for moderators.")

    def change() -> object:
        with evening.database.write() as session:
            return edit(
                session,
                evening.room_id,
                author,
                asked["question"],
                text="Other words",
                version=1,
                now=evening.now,
            )

    def send_back() -> object:
        return evening.moderate(asked["question"], "reject", reason="names", version=1)

    outcomes = at_once(change, send_back)
    assert sum(isinstance(one, DomainError) for one in outcomes) == 1
    assert {one.code for one in outcomes if isinstance(one, DomainError)} == {"stale"}
    assert "heron" not in json.dumps(events(evening, PUB))


def test_case_3_two_moderators_who_remove_two_people_at_once_both_hold(evening: Evening) -> None:
    with evening.database.write() as session:
        celeste = actor_for(a_moderator(session, name="Celeste Ray"))

    def remove(by: Any, pseudonym: str) -> Callable[[], object]:
        def act() -> object:
            with evening.database.write() as session:
                return act_on_person(session, evening.room_id, by, pseudonym, "remove", now=evening.now)

        return act

    assert at_once(remove(evening.desk, "Second Cup"), remove(celeste, "North Porch")) == [{}, {}]
    with evening.database.read() as session:
        gone = select(func.count()).select_from(Participant).where(Participant.removed_at.is_not(None))
        assert session.scalar(gone) == 2


def test_many_writers_leave_no_gap_and_no_number_twice(evening: Evening) -> None:
    evening.steer(policy="open", chat=True)

    def say(n: int) -> Callable[[], object]:
        def act() -> object:
            who = evening.members[n % 3]
            with evening.database.write() as session:
                return chat(
                    session, evening.room_id, who, client_id=f"c{n}", text=f"Line {n}", now=evening.now
                )

        return act

    at_once(*[say(n) for n in range(12)])
    for stream in (PUB, MOD):
        numbers = [event["seq"] for event in events(evening, stream)]
        assert numbers == list(range(1, len(numbers) + 1))


def test_case_6_a_writer_that_stalls_before_its_commit_is_not_overtaken(evening: Evening) -> None:
    """A reader who sees a number has seen all numbers before it, whoever was slow."""
    entered, go_on = threading.Event(), threading.Event()

    def slow() -> object:
        with evening.database.write() as session:
            enter(session, evening.room_id)
            entered.set()
            go_on.wait(5)
            return ask(
                session, evening.room_id, evening.members[0], client_id="slow", text="First?", now=evening.now
            )

    def quick() -> object:
        entered.wait(5)
        threading.Timer(0.3, go_on.set).start()
        with evening.database.write() as session:
            return ask(
                session,
                evening.room_id,
                evening.members[1],
                client_id="quick",
                text="Second?",
                now=evening.now,
            )

    at_once(slow, quick)
    asked = [event["question"]["text"] for event in events(evening, MOD) if event["kind"] == "question"]
    assert asked == ["First?", "Second?"]


def test_a_command_that_fails_leaves_nothing_behind(evening: Evening) -> None:
    before = all_heads(evening)
    with pytest.raises(RuntimeError, match="the power went"), evening.database.write() as session:
        ask(session, evening.room_id, evening.members[0], client_id="x", text="Lost?", now=evening.now)
        raise RuntimeError("the power went")
    assert all_heads(evening) == before
    assert evening.ask(evening.members[0], "Lost?", client_id="x")["state"] == "pending"


def all_heads(evening: Evening) -> dict[str, int]:
    with evening.database.read() as session:
        seats = session.scalars(select(Participant.id).where(Participant.room_id == evening.room_id))
        return heads(session, evening.room_id, [PUB, MOD, *map(member_stream, seats)])


def events(evening: Evening, stream: str) -> list[dict[str, Any]]:
    with evening.database.read() as session:
        return [payload(one) for one in events_after(session, evening.room_id, stream, 0, limit=1000)]
