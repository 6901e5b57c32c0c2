"""The gateway through Flask-SocketIO's own client: every event is acknowledged, and the socket lives."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask_socketio import SocketIOTestClient

from auth.people import Person
from auth.sessions import close_all
from auth.tokens import issue_token
from realtime.gateway import NAMESPACE
from realtime.pulse import TICK_SECONDS
from tests.builders.lines import Line
from tests.builders.rooms import Evening


@pytest.fixture
def slug(evening: Evening) -> str:
    return evening.meeting.slug


@pytest.fixture
def ana(app: Flask, evening: Evening) -> Line:
    return Line(app, evening.members[0].person_id)


@pytest.fixture
def ben(app: Flask, evening: Evening) -> Line:
    return Line(app, evening.members[1].person_id)


@pytest.fixture
def jonah(app: Flask, evening: Evening) -> Line:
    return Line(app, evening.desk.person_id)


def test_R14_nobody_comes_in_without_a_sign_in(app: Flask, evening: Evening) -> None:
    stranger: Any = SocketIOTestClient(app, app.extensions["socketio"], namespace=NAMESPACE)
    assert not stranger.is_connected(NAMESPACE)


def test_an_api_token_opens_the_socket_too(app: Flask, evening: Evening, now: datetime) -> None:
    app.config["LIVE_PULSE"] = False
    with evening.database.write() as session:
        person = session.get_one(Person, evening.members[0].person_id)
        token = issue_token(session, person, label="Test", now=now)
    program: Any = SocketIOTestClient(
        app, app.extensions["socketio"], namespace=NAMESPACE, auth={"token": token}
    )
    joined = program.emit("join", {"room": evening.meeting.slug}, callback=True, namespace=NAMESPACE)
    assert joined["ok"]
    wrong: Any = SocketIOTestClient(
        app, app.extensions["socketio"], namespace=NAMESPACE, auth={"token": "evs_no"}
    )
    assert not wrong.is_connected(NAMESPACE)


def test_joining_gives_the_room_as_it_is_and_ones_own_side(ana: Line, evening: Evening, slug: str) -> None:
    question = evening.approved(evening.members[1])
    joined = ana.send("join", {"room": slug})
    assert joined["ok"]
    assert [one["id"] for one in joined["snapshot"]["questions"]] == [question]
    assert joined["me"]["name"] == "Second Cup"
    assert joined["epoch"] == evening.room().epoch
    assert set(joined["seq"]) == {"pub", "member"}
    assert "desk" not in joined["snapshot"]


def test_a_question_goes_from_a_phone_to_the_desk_and_into_the_room(
    ana: Line, ben: Line, jonah: Line, slug: str
) -> None:
    for phone in (ana, ben, jonah):
        assert phone.send("join", {"room": slug})["ok"]
        phone.heard()
    asked = ana.send("ask", {"id": "one", "text": "How do you spend Sundays?", "anonymous": True})
    assert asked["state"] == "pending"
    assert ben.heard("events") == []
    (told,) = jonah.heard("events")
    assert (told["stream"], told["events"][0]["question"]["who"]) == ("mod", "Second Cup")
    assert (
        jonah.send("moderate", {"question": asked["question"], "action": "approve", "version": 1})["state"]
        == "live"
    )
    (shown,) = ben.heard("events")
    assert shown["events"][0]["question"]["text"] == "How do you spend Sundays?"
    assert "who" in shown["events"][0]["question"]
    assert ben.send("vote", {"question": asked["question"], "on": True})["votes"] == 1


def test_a_lost_acknowledgement_is_answered_again_and_one_question_stands(ana: Line, slug: str) -> None:
    ana.send("join", {"room": slug})
    first = ana.send("ask", {"id": "same", "text": "Only once?", "anonymous": True})
    again = ana.send("ask", {"id": "same", "text": "Only once?", "anonymous": True})
    assert again == first
    assert len(ana.send("join", {"room": slug})["me"]["questions"]) == 1


def test_an_approval_whose_answer_was_lost_is_answered_as_it_was(ana: Line, jonah: Line, slug: str) -> None:
    for phone in (ana, jonah):
        phone.send("join", {"room": slug})
    asked = ana.send("ask", {"id": "one", "text": "How do I sleep?"})
    approve = {"id": "act", "question": asked["question"], "action": "approve", "version": 1}
    assert jonah.send("moderate", approve) == jonah.send("moderate", approve)
    assert jonah.send("moderate", {**approve, "id": "another"})["error"]["code"] == "stale"


def test_somebody_who_comes_back_gets_exactly_what_was_missed(ana: Line, evening: Evening, slug: str) -> None:
    joined = ana.send("join", {"room": slug})
    evening.approved(evening.members[1], "What is the first hour like?")
    back = ana.send("join", {"room": slug, "after": joined["seq"], "epoch": joined["epoch"]})
    assert [(one["stream"], one["seq"]) for one in back["events"]] == [("pub", joined["seq"]["pub"] + 1)]
    assert "snapshot" not in back
    only_pub = ana.send("join", {"room": slug, "after": joined["seq"]["pub"]})
    assert [one["seq"] for one in only_pub["events"] if one["stream"] == "pub"] == [joined["seq"]["pub"] + 1]


def test_another_epoch_or_a_number_from_the_future_brings_a_snapshot(ana: Line, slug: str) -> None:
    joined = ana.send("join", {"room": slug})
    assert "snapshot" in ana.send("join", {"room": slug, "after": joined["seq"], "epoch": "another"})
    assert "snapshot" in ana.send("join", {"room": slug, "after": 10_000})


@pytest.mark.parametrize(
    "sent", [None, [], "text", 7, {}, {"id": None}, {"id": 3, "text": []}, {"id": "a b", "text": "x"}]
)
def test_what_is_not_understood_is_answered_and_the_socket_lives(ana: Line, slug: str, sent: object) -> None:
    ana.send("join", {"room": slug})
    answer = ana.send("ask", sent)
    assert (answer["ok"], answer["error"]["code"]) == (False, "bad_request")
    assert ana.send("hand", {"up": True})["position"] == 1


def test_an_event_before_joining_and_an_unknown_one_are_answered(ana: Line, slug: str) -> None:
    assert ana.send("ask", {"id": "1", "text": "Hello?"})["error"]["code"] == "not_joined"
    assert ana.send("sing", {})["error"]["code"] == "bad_request"
    assert ana.send("join", {"room": "no-such-room"})["error"]["code"] == "unknown_meeting"
    assert ana.send("join", {"room": slug})["ok"]


def test_R17_a_member_cannot_do_what_moderators_do(ana: Line, evening: Evening, slug: str) -> None:
    ana.send("join", {"room": slug})
    asked = ana.send("ask", {"id": "1", "text": "May I?"})
    for event, data in (
        ("moderate", {"question": asked["question"], "action": "approve"}),
        ("room", {"open": True}),
        ("person", {"pseudonym": "North Porch", "action": "remove"}),
        ("chat", {"id": "b", "text": "hello", "backstage": True}),
    ):
        assert ana.send(event, data)["error"]["code"] == "not_allowed"


def test_R16_whoever_signs_out_is_let_go_within_one_pulse(ana: Line, evening: Evening, slug: str) -> None:
    ana.send("join", {"room": slug})
    with evening.database.write() as session:
        close_all(session, evening.members[0].person_id, now=evening.now)
    ana.live.beat()
    assert {"reason": "signed_out"} in ana.heard("gone")
    assert not ana.is_open


def test_R16_whoever_is_removed_hears_it_and_hears_nothing_more(
    ana: Line, jonah: Line, evening: Evening, slug: str
) -> None:
    ana.send("join", {"room": slug})
    jonah.send("join", {"room": slug})
    assert jonah.send("person", {"pseudonym": "Second Cup", "action": "remove"})["ok"]
    assert {"reason": "removed"} in ana.heard("gone")
    assert not ana.is_open
    assert ana.live.visitors.people(evening.room_id) == {evening.desk.person_id}


def test_what_another_process_committed_arrives_with_the_next_pulse(
    ana: Line, evening: Evening, slug: str
) -> None:
    ana.send("join", {"room": slug})
    ana.heard()
    evening.approved(evening.members[1], "From elsewhere?")
    assert ana.heard("events") == []
    ana.live.beat()
    received = ana.socket.get_received(NAMESPACE)
    assert [one["name"] for one in received] == ["events", "pulse"]
    assert received[1]["args"][0]["seq"] == received[0]["args"][0]["events"][-1]["seq"]


def test_words_of_danger_bring_help_to_their_author_and_an_alert_to_the_desk(
    ana: Line, ben: Line, jonah: Line, slug: str
) -> None:
    for phone in (ana, ben, jonah):
        phone.send("join", {"room": slug})
        phone.heard()
    answer = ana.send("ask", {"id": "1", "text": "I d\u200bo not want to be h\u200bere anymore"})
    assert answer["state"] == "escalated"
    assert "You do not have to wait alone" in answer["note"]
    assert any("988" in line["number"] for line in answer["help"])
    assert ben.heard("events") == []
    kinds = [event["kind"] for batch in jonah.heard("events") for event in batch["events"]]
    assert kinds == ["alert", "question"]


def test_the_room_is_held_when_the_last_moderator_has_dropped(
    ana: Line, app: Flask, evening: Evening, slug: str, clock: Any
) -> None:
    evening.steer(policy="open")
    ana.send("join", {"room": slug})
    ana.heard()
    clock.set(evening.now + timedelta(seconds=40))
    for _ in range(round(10 / TICK_SECONDS)):
        ana.live.beat()
    told = [event for batch in ana.heard("events") for event in batch["events"]]
    assert [event["room"]["state"] for event in told if event["kind"] == "room"] == ["paused"]
