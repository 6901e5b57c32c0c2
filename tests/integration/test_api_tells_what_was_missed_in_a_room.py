"""A program without a socket catches up in a room, and learns what a socket in its place would."""

from datetime import timedelta

import pytest
from flask import Flask

from auth.people import Person
from auth.throttle import Limit
from foundation.database import Database
from realtime.persons import act_on_person
from tests.builders.people import a_member
from tests.builders.rooms import PSEUDONYMS, Evening, an_evening
from tests.clinic import NOW
from tests.program import Program, program_of, refused


@pytest.fixture
def evening(app: Flask, database: Database) -> Evening:
    return an_evening(database, now=NOW)


def program(app: Flask, evening: Evening, person_id: str) -> Program:
    with evening.database.read() as session:
        person = session.get_one(Person, person_id)
    return program_of(app, evening.database, person)


def events(evening: Evening, query: str = "") -> str:
    return f"/rooms/{evening.meeting.slug}/events?{query}"


def test_events_come_in_order_and_on_from_a_number(app: Flask, evening: Evening) -> None:
    ana = evening.members[0]
    for number in range(3):
        evening.approved(ana, f"Question {number}?")
        evening.now = evening.now.replace(hour=evening.now.hour + 1)
    ben = program(app, evening, evening.members[1].person_id)
    told = ben.get(events(evening)).get_json()
    numbers = [one["seq"] for one in told["events"]]
    assert numbers == list(range(1, told["seq"] + 1))
    assert (told["stream"], told["next"]) == ("pub", None)
    later = ben.get(events(evening, f"after={numbers[-2]}")).get_json()
    assert [one["seq"] for one in later["events"]] == numbers[-1:]
    first = ben.get(events(evening, "limit=1")).get_json()
    assert (len(first["events"]), first["next"]) == (1, 1)


def test_what_was_taken_out_is_not_told_again(app: Flask, evening: Evening) -> None:
    question = evening.approved(evening.members[0], "My number is in here?")
    evening.moderate(question, "reject", reason="names")
    told = program(app, evening, evening.members[1].person_id).get(events(evening))
    assert "My number" not in told.text


def test_each_stream_is_for_those_who_would_hear_it(app: Flask, evening: Evening) -> None:
    member = program(app, evening, evening.members[0].person_id)
    desk = program(app, evening, evening.desk.person_id)
    evening.ask(evening.members[0])
    assert refused(member.get(events(evening, "stream=mod"))) == (403, "not_allowed")
    assert desk.get(events(evening, "stream=mod")).get_json()["events"]
    own = member.get(events(evening, "stream=member")).get_json()["events"]
    other = program(app, evening, evening.members[1].person_id)
    assert own != other.get(events(evening, "stream=member")).get_json()["events"]
    assert refused(member.get(events(evening, "stream=all"))) == (422, "invalid_request")


def test_whoever_was_removed_reads_nothing_more(app: Flask, evening: Evening) -> None:
    with evening.database.write() as session:
        act_on_person(session, evening.room_id, evening.desk, PSEUDONYMS[0], "remove", now=evening.now)
    removed = program(app, evening, evening.members[0].person_id)
    assert refused(removed.get(events(evening))) == (403, "removed")


def test_a_closed_room_is_for_those_who_were_there(app: Flask, evening: Evening) -> None:
    evening.steer(close=True)
    with evening.database.write() as session:
        late = a_member(session, name="Late")
    assert refused(program_of(app, evening.database, late).get(events(evening))) == (422, "room_closed")
    assert program(app, evening, evening.members[0].person_id).get(events(evening)).status_code == 200


def test_reading_brings_nobody_into_the_room(app: Flask, evening: Evening) -> None:
    with evening.database.write() as session:
        reader = a_member(session, name="Reader")
    program_ = program_of(app, evening.database, reader)
    assert program_.get(events(evening)).status_code == 200
    assert refused(program_.get(events(evening, "stream=member"))) == (422, "not_joined")


def test_a_room_that_is_not_there(app: Flask, evening: Evening) -> None:
    reader = program(app, evening, evening.members[0].person_id)
    assert refused(reader.get("/rooms/nothing/events")) == (404, "unknown_meeting")


def test_whoever_asks_too_often_is_told_when_to_come_again(
    app: Flask, evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted for the person, whichever token is used; nobody else waits for it."""
    monkeypatch.setattr("web.api.rooms.A_MINUTE", Limit("events.person", 2, timedelta(minutes=1)))
    ana, ben = (program(app, evening, evening.members[one].person_id) for one in (0, 1))
    assert [ana.get(events(evening)).status_code for _ in range(2)] == [200, 200]
    again = program(app, evening, evening.members[0].person_id).get(events(evening))
    assert refused(again) == (429, "too_many")
    assert 0 < int(again.headers["Retry-After"]) == again.get_json()["retry_after"] <= 60
    assert ben.get(events(evening)).status_code == 200
    app.config["CLOCK"].set(NOW + timedelta(minutes=1))
    assert ana.get(events(evening)).status_code == 200


def test_the_limit_is_described(app: Flask) -> None:
    described = app.test_client().get("/api/v1/openapi.json").get_json()
    answers = described["paths"]["/api/v1/rooms/{slug}/events"]["get"]["responses"]
    assert "Retry-After" in answers["429"]["headers"]
