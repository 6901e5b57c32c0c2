"""The last moderator goes, in whichever way: the room holds everything, and one press lets it go on."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event

from auth.actor import actor_for
from foundation.database import Database
from realtime.joining import join
from realtime.lifecycle import sweep
from realtime.models import Question
from realtime.presence import be_seen, has_moderator, keep_seen, leave
from realtime.pulse import TICK_SECONDS
from tests.builders.lines import Line
from tests.builders.people import a_moderator
from tests.builders.rooms import Evening, an_evening, later


@pytest.fixture
def evening(database: Database, now: datetime) -> Evening:
    evening = an_evening(database, now=now, members=2)
    evening.steer(policy="open", chat=True)
    return evening


def swept(evening: Evening) -> tuple[str, str | None]:
    with evening.database.write() as session:
        sweep(session, evening.now)
    room = evening.room()
    return room.state, room.paused_why


def beats(evening: Evening, *, of: set[str], seconds: int) -> None:
    """What a process does for open sockets, every ten seconds."""
    for _ in range(seconds // 10):
        later(evening, seconds=10)
        with evening.database.write() as session:
            keep_seen(session, evening.room_id, of, now=evening.now)


def closes_the_tab(evening: Evening) -> None:
    """Its socket ends: nothing notes them any more."""
    beats(evening, of={evening.members[0].person_id}, seconds=40)


def sleeps(evening: Evening) -> None:
    """The laptop's socket stays for a while, then the server gives it up."""
    beats(evening, of={evening.desk.person_id}, seconds=30)
    beats(evening, of=set(), seconds=40)


def is_no_moderator_any_more(evening: Evening) -> None:
    """A page opened after the role was taken away counts as a member's."""
    with evening.database.write() as session:
        be_seen(session, evening.room_id, evening.desk.person_id, moderates=False, now=evening.now)


def is_gone_at_once(evening: Evening) -> None:
    with evening.database.write() as session:
        leave(session, evening.room_id, evening.desk.person_id)


WAYS = [closes_the_tab, sleeps, is_no_moderator_any_more, is_gone_at_once]


@pytest.mark.parametrize("goes", WAYS)
def test_the_room_holds_and_nothing_appears_unread(evening: Evening, goes: Callable[[Evening], None]) -> None:
    assert evening.ask(evening.members[0], "Am I read by everybody?")["state"] == "live"
    goes(evening)
    assert swept(evening) == ("paused", "absence")
    assert evening.ask(evening.members[1], "And am I?")["state"] == "pending"


def test_before_anything_has_swept_a_question_is_held_already(evening: Evening) -> None:
    later(evening, seconds=31)
    assert evening.room().state == "open"
    assert evening.ask(evening.members[0], "Does it slip through?")["state"] == "pending"


def test_one_press_of_whoever_is_back_lets_it_go_on(evening: Evening) -> None:
    is_gone_at_once(evening)
    assert swept(evening) == ("paused", "absence")
    held = evening.ask(evening.members[0], "Still there?")
    assert evening.steer(open=True)["room"]["state"] == "open"
    assert evening.moderate(held["question"], "approve")["state"] == "live"


def test_a_second_moderator_keeps_it_going(evening: Evening) -> None:
    with evening.database.write() as session:
        celeste = actor_for(a_moderator(session, name="Celeste Ray"))
        join(session, evening.room_id, celeste, now=evening.now)
    is_gone_at_once(evening)
    assert swept(evening) == ("open", None)
    beats(evening, of={celeste.person_id}, seconds=60)
    assert swept(evening) == ("open", None)


def test_a_member_who_stays_is_no_moderator(evening: Evening) -> None:
    beats(evening, of={one.person_id for one in evening.members}, seconds=60)
    with evening.database.read() as session:
        assert not has_moderator(session, evening.room_id, now=evening.now)


def test_the_beat_holds_the_room_before_the_rows_of_those_who_are_here(app: Flask, evening: Evening) -> None:
    """Somebody who comes in holds the room, then writes their row; the other way round each could wait."""
    line = Line(app, evening.members[0].person_id, evening.meeting.slug)
    written: list[str] = []
    note = witness_of(written)
    event.listen(Engine, "before_cursor_execute", note)
    for _ in range(round(10 / TICK_SECONDS)):
        line.live.beat()
    event.remove(Engine, "before_cursor_execute", note)
    assert written[0].startswith("UPDATE room SET")
    assert any(one.startswith("UPDATE room_presence") for one in written)


def witness_of(written: list[str]) -> Callable[..., None]:
    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("UPDATE"):
            written.append(statement)

    return note


def test_going_on_reads_no_words_while_the_room_is_held(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    evening.steer(policy="all_held", panic=True)
    asked = [evening.ask(one, "Can you hear me?")["question"] for one in evening.members]

    def read(text: str) -> None:
        raise AssertionError(f"screened inside the transaction: {text}")

    monkeypatch.setattr("realtime.written.read", read)
    evening.steer(open=True)
    with evening.database.read() as session:
        assert {session.get_one(Question, one).hold_reason for one in asked} == {"first"}
