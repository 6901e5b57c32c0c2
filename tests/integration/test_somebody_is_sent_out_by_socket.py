"""A break, a bar and a removal end every socket at once; danger that was on its way is heard all the same."""

from typing import Any

import pytest
from flask import Flask

from foundation.database import Database
from realtime.models import Participant
from realtime.room import find_participant
from safety.flags import open_flags
from tests.builders.lines import Line
from tests.builders.rooms import Evening, an_evening

DANGER = {"id": "last", "text": "I want to kill myself"}


@pytest.fixture
def evening(database: Database, now: Any) -> Evening:
    return an_evening(database, now=now, members=2)


def two_tabs_and_the_desk(app: Flask, evening: Evening) -> tuple[Line, Line, Line]:
    ana = evening.members[0].person_id
    phones = Line(app, ana), Line(app, ana), Line(app, evening.desk.person_id)
    assert all(phone.send("join", {"room": evening.meeting.slug})["ok"] for phone in phones)
    return phones


@pytest.mark.parametrize(
    ("action", "more", "reason"),
    [
        ("time_out", {"minutes": 5}, "time_out"),
        ("remove", {}, "removed"),
        ("bar", {"text": "Shouted."}, "barred"),
    ],
)
def test_every_tab_of_theirs_is_told_and_closed(
    app: Flask, evening: Evening, action: str, more: dict[str, object], reason: str
) -> None:
    phone, laptop, jonah = two_tabs_and_the_desk(app, evening)
    assert jonah.send("person", {"pseudonym": "Second Cup", "action": action, **more})["ok"]
    for tab in (phone, laptop):
        (gone,) = tab.heard("gone")
        assert gone["reason"] == reason
        assert ("until" in gone) == (action == "time_out")
        assert not tab.is_open
    again = Line(app, evening.members[0].person_id)
    assert again.send("join", {"room": evening.meeting.slug})["error"]["code"] == reason


def test_after_a_break_they_come_back_in(app: Flask, evening: Evening, clock: Any) -> None:
    _phone, _laptop, jonah = two_tabs_and_the_desk(app, evening)
    jonah.send("person", {"pseudonym": "Second Cup", "action": "time_out", "minutes": 1})
    clock.set(evening.now.replace(minute=evening.now.minute + 1))
    back = Line(app, evening.members[0].person_id).send("join", {"room": evening.meeting.slug})
    assert back["me"]["name"] == "Second Cup"


def test_danger_on_its_way_while_another_process_removes_them_is_heard(app: Flask, evening: Evening) -> None:
    phone, _laptop, _jonah = two_tabs_and_the_desk(app, evening)
    with evening.database.write() as session:
        place: Participant | None = find_participant(session, evening.room_id, evening.members[0].person_id)
        assert place is not None
        place.removed_at = evening.now
    refused = phone.send("ask", {"id": "before", "text": "Can I ask something else?"})
    assert refused["error"]["code"] == "removed"
    assert phone.send("ask", DANGER)["state"] == "escalated"
    with evening.database.read() as session:
        assert len(open_flags(session, f"room:{evening.room_id}")) == 1


def test_many_questions_go_back_in_one_event(app: Flask, evening: Evening) -> None:
    _phone, _laptop, jonah = two_tabs_and_the_desk(app, evening)
    asked = [evening.ask(one, f"What about {n} things?")["question"] for n, one in enumerate(evening.members)]
    chosen = {"questions": asked, "action": "reject", "reason": "time"}
    assert jonah.send("moderate", {"action": "claim_next"})["question"] == asked[0]
    assert jonah.send("moderate", chosen)["done"] == asked
    unreadable: tuple[object, ...] = ("all", [{}], [None], ["x"] * 101, [["deep"]])
    for wrong in unreadable:
        answer = jonah.send("moderate", {**chosen, "questions": wrong})
        assert (answer["ok"], answer["error"]["code"]) == (False, "bad_request")
