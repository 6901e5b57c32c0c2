"""Whatever a client sends, it gets a clear answer, its socket lives, and nobody else notices anything."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.database import Database
from realtime.messages import COMMANDS
from safety.flags import open_flags
from tests.builders.lines import Line
from tests.builders.rooms import Evening, an_evening
from tests.conftest import Clock

BROKEN = {"internal", "unavailable"}
WRONG: tuple[object, ...] = (
    True, 0, -1, 1.5, float("inf"), float("nan"), 2**70, "", " ", "x" * 9000, "\x00", "\u202e", "\ud83d",
    "no-such-thing", [], ["a"], {}, {"a": {"b": [None]}}, [[[[[]]]]] * 50, [0] * 2000,
)  # fmt: skip
FIELDS: Mapping[str, Mapping[str, object]] = {
    "join": {"room": "slug", "after": {"pub": 0}, "epoch": "e"},
    "ask": {"id": "a", "text": "What helps on Sundays?", "anonymous": True},
    "edit": {"question": "own", "text": "What helps on Mondays?", "version": 1},
    "withdraw": {"question": "own", "version": 1},
    "vote": {"question": "public", "on": True},
    "chat": {"id": "c", "text": "Good evening", "backstage": False},
    "hand": {"up": True},
    "concern": {"about": "North Porch", "text": "They went quiet", "id": "k"},
    "moderate": {"question": "own", "action": "approve", "version": 1, "reason": "names", "into": "public",
                 "text": "A fair text", "flag": None, "outcome": "safe", "id": "m"},
    "line": {"flag": "none", "text": "I am here"},
    "room": {"policy": "open", "slow": 0, "chat": True, "open": True, "close": False, "panic": True,
             "recorded": True, "host": None},
    "person": {"pseudonym": "North Porch", "action": "mute", "minutes": 5, "text": "Quiet", "id": "p"},
}  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=20,
)
NAMES = sorted({name for fields in FIELDS.values() for name in fields})


@pytest.fixture(autouse=True)
def chat_is_on(evening: Evening) -> None:
    evening.steer(chat=True)


@pytest.fixture
def ben(app: Flask, evening: Evening) -> Line:
    line = Line(app, evening.members[1].person_id, evening.meeting.slug)
    line.heard()
    return line


def is_clear(answer: Mapping[str, Any]) -> bool:
    """Either done, or refused with a code of ours and words for a person."""
    if answer["ok"]:
        return True
    error = answer["error"]
    return error["code"] not in BROKEN and len(error["message"]) > 10


def hears_the_next_real_event(ben: Line, evening: Evening) -> bool:
    evening.now = evening.now + timedelta(hours=1)
    evening.approved(evening.members[0], "What is the first hour like?")
    ben.live.wake(evening.room_id)
    return ben.kinds() == ["question"]


@pytest.mark.parametrize("event", [*COMMANDS, "join"])
def test_an_event_before_joining_is_answered(app: Flask, evening: Evening, ben: Line, event: str) -> None:
    stranger = Line(app, evening.members[0].person_id)
    wanted = {"join": {"room": "no-such-room"}}.get(event, FIELDS.get(event, {}))
    answer = stranger.send(event, wanted)
    assert (answer["ok"], answer["error"]["code"]) == (
        False,
        "unknown_meeting" if event == "join" else "not_joined",
    )
    assert stranger.send("join", {"room": evening.meeting.slug})["ok"]
    assert ben.heard() == []


@pytest.mark.parametrize("event", FIELDS)
def test_a_wrong_type_in_any_field_is_answered_and_nobody_else_notices(
    ana: Line, ben: Line, evening: Evening, clock: Clock, event: str
) -> None:
    known = {
        "slug": evening.meeting.slug,
        "own": evening.ask(evening.members[0])["question"],
        "public": "none",
    }
    good = {name: known.get(str(value), value) for name, value in FIELDS[event].items()}
    for field in good:
        for number, wrong in enumerate(WRONG):
            clock.set(clock() + timedelta(seconds=0.11))
            fresh = {"id": f"{field}{number}"} if "id" in good else {}
            answer = ana.send(event, {**good, **fresh, field: wrong})
            assert is_clear(answer), (event, field, wrong, answer)
            told = ben.heard()
            assert answer["ok"] or told == [], (event, field, wrong, told)
    assert ana.is_open
    ben.live.wake(evening.room_id)
    ben.heard()
    assert hears_the_next_real_event(ben, evening)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(
    event=st.sampled_from([*COMMANDS, "join", "sing", ""]) | st.text(max_size=20),
    sent=JSON | st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, JSON)),
)
def test_whatever_json_is_sent_is_answered(
    ana: Line, ben: Line, clock: Clock, event: str, sent: object
) -> None:
    clock.set(clock() + timedelta(seconds=0.11))
    answer = ana.send(event, sent)
    assert is_clear(answer), answer
    assert ana.is_open
    assert answer["ok"] or ben.heard() == []


@pytest.mark.parametrize("event", ["connect", "disconnect", "message", "*", "__proto__", "sing", "e" * 3000])
def test_an_event_that_does_not_exist_is_answered(ana: Line, ben: Line, evening: Evening, event: str) -> None:
    answer = ana.send(event, {"room": evening.meeting.slug})
    assert (answer["ok"], answer["error"]["code"]) == (False, "bad_request")
    assert len(answer["error"]["message"]) < 200
    assert ana.send("hand", {"up": True})["position"] == 1
    assert ben.heard() == []


def test_R17_questions_and_alerts_of_another_room_do_not_exist_here(
    app: Flask, database: Database, evening: Evening, ana: Line, ben: Line, now: datetime
) -> None:
    other = an_evening(database, now=now, members=1)
    public, held = other.approved(other.members[0]), other.ask(other.members[0], "Who is there?")["question"]
    asked = other.ask(other.members[0], "I do not want to be here anymore")["question"]
    with database.read() as session:
        (flag,) = open_flags(session, f"room:{other.room_id}")
    desk = Line(app, evening.desk.person_id, evening.meeting.slug)
    mine = evening.approved(evening.members[0])
    ben.live.wake(evening.room_id)
    ben.heard()
    refused = [
        ana.send("vote", {"question": public, "on": True}),
        ana.send("edit", {"question": held, "text": "Mine now", "version": 1}),
        ana.send("withdraw", {"question": held, "version": 1}),
        desk.send("moderate", {"question": held, "action": "approve", "version": 1}),
        desk.send("moderate", {"question": asked, "action": "claim"}),
        desk.send("moderate", {"question": mine, "action": "merge", "into": public}),
        desk.send("moderate", {"flag": flag.id, "action": "claim"}),
    ]
    codes = [answer["error"]["code"] for answer in refused]
    assert set(codes) <= {"unknown_question", "unknown_flag"}, codes
    assert ben.heard() == []
    with database.read() as session:
        assert [one.state for one in open_flags(session, f"room:{other.room_id}")] == ["raised"]


def test_an_old_version_is_told_what_is_there_now(app: Flask, ana: Line, ben: Line, evening: Evening) -> None:
    asked = ana.send("ask", {"id": "one", "text": "How do I sleep?"})
    ana.send("edit", {"question": asked["question"], "text": "How do you sleep?", "version": 1})
    desk = Line(app, evening.desk.person_id, evening.meeting.slug)
    for refused in (
        ana.send("edit", {"question": asked["question"], "text": "Late words", "version": 1}),
        ana.send("withdraw", {"question": asked["question"], "version": 99}),
        desk.send("moderate", {"question": asked["question"], "action": "approve", "version": 1}),
        desk.send("moderate", {"question": asked["question"], "action": "approve", "version": -5}),
    ):
        error = refused["error"]
        assert (error["code"], error["state"], error["version"]) == ("stale", "pending", 2)
    assert ben.heard() == []
    assert hears_the_next_real_event(ben, evening)


@pytest.mark.parametrize(
    ("event", "first", "again"),
    [
        ("ask", {"text": "How do I sleep?"}, {"text": "And what do I eat?"}),
        ("chat", {"text": "Good evening"}, {"text": "Good night"}),
    ],
)
def test_an_id_used_again_gives_the_first_answer_and_does_nothing_more(
    ana: Line, ben: Line, event: str, first: dict[str, str], again: dict[str, str]
) -> None:
    answer = ana.send(event, {"id": "same", **first})
    assert answer["ok"]
    ben.heard()
    assert ana.send(event, {"id": "same", **again}) == answer
    assert ana.send(event, {"id": "same", **again}) == answer
    assert ben.heard() == []


@pytest.mark.parametrize("policy", ["all_held", "open"])
def test_sixty_questions_in_a_minute_from_one_person_are_a_few(
    app: Flask, ana: Line, ben: Line, evening: Evening, clock: Clock, policy: str
) -> None:
    evening.steer(policy=policy)
    desk = Line(app, evening.desk.person_id, evening.meeting.slug)
    answers = []
    for number in range(60):
        clock.set(clock() + timedelta(seconds=0.4))
        answers.append(ana.send("ask", {"id": f"q{number}", "text": f"What about day {number} of this?"}))
    came = [answer for answer in answers if answer["ok"]]
    refused = {answer["error"]["code"] for answer in answers if not answer["ok"]}
    assert 1 <= len(came) <= 6
    assert refused == {"slow_down"}
    told = [
        event for batch in desk.heard("events") for event in batch["events"] if event["kind"] == "question"
    ]
    assert {event["question"]["id"] for event in told} == {answer["question"] for answer in came}
    assert ben.send("ask", {"id": "b", "text": "Is there a place for mine?"})["ok"]
    clock.set(clock() + timedelta(seconds=61))
    assert ana.send("ask", {"id": "later", "text": "And after a minute?"})["ok"]


def test_R18_a_flood_from_one_socket_slows_no_other(ana: Line, ben: Line, evening: Evening) -> None:
    answers = [ana.send("chat", {"id": f"c{n}", "text": "again"}) for n in range(120)]
    assert {one["error"]["code"] for one in answers if not one["ok"]} == {"slow_down"}
    assert len([one for one in ben.kinds() if one == "chat"]) <= 20
    assert ben.send("chat", {"id": "b", "text": "Good evening"})["ok"]
    assert ana.is_open
