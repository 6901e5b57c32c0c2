"""A moderator who is in danger is heard by the others, by whatever page and about whomever they write."""

from datetime import datetime

import pytest

from auth.actor import Actor, actor_for
from foundation.database import Database
from realtime.persons import act_on_person
from realtime.taking_part import speak_backstage
from safety.flags import open_flags
from tests.builders.people import a_moderator
from tests.builders.rooms import Evening, an_evening

DANGER = "I want to kill myself"


@pytest.fixture
def evening(database: Database, now: datetime) -> Evening:
    return an_evening(database, now=now, members=1)


def alerts(evening: Evening) -> list[tuple[str, str | None, str]]:
    with evening.database.read() as session:
        flags = open_flags(session, f"room:{evening.room_id}")
        return [(one.source, one.person_id, one.state) for one in flags]


def one_who_never_joined(evening: Evening) -> Actor:
    """They use the forms of the desk alone, so that no socket has given them a place."""
    with evening.database.write() as session:
        return actor_for(a_moderator(session, name="Celeste Ray"))


def test_backstage_by_a_form_without_a_place_in_the_room(evening: Evening) -> None:
    celeste = one_who_never_joined(evening)
    with evening.database.write() as session:
        speak_backstage(session, evening.room_id, celeste, client_id="b", text=DANGER, now=evening.now)
    assert alerts(evening) == [("backstage", celeste.person_id, "raised")]


def test_a_note_about_oneself(evening: Evening) -> None:
    room, me = evening.room_id, evening.desk
    with evening.database.write() as session:
        act_on_person(session, room, me, "Jonah, moderator", "note", text=DANGER, now=evening.now)
    assert alerts(evening) == [("backstage", me.person_id, "raised")]


def test_a_reply_to_ones_own_question(evening: Evening) -> None:
    asked = evening.ask(evening.desk, "May I ask something as well?")["question"]
    evening.moderate(asked, "reply", text=DANGER)
    assert alerts(evening) == [("backstage", evening.desk.person_id, "raised")]
