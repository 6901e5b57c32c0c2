"""Whatever limit a member has met, words of danger raise an alert and bring help: by socket and by form."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from threading import get_ident
from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy import select

from auth.people import Person
from realtime.pace import BURST
from realtime.persons import act_on_person
from safety.flags import Flag, open_flags
from safety.screening import Rules, Tier, Verdict
from tests.builders.lines import Line
from tests.builders.rooms import Evening
from tests.conftest import Clock
from tests.posting import browser_of, send

DANGER = "I do n\u200bot want to be h\u200bere anymore"
Trouble = Callable[[Evening], object]


@pytest.fixture(autouse=True)
def chat_is_on(evening: Evening) -> None:
    evening.steer(chat=True)


def alerts(evening: Evening) -> list[Flag]:
    with evening.database.read() as session:
        return open_flags(session, f"room:{evening.room_id}")


def act(evening: Evening, action: str, **more: Any) -> None:
    with evening.database.write() as session:
        act_on_person(session, evening.room_id, evening.desk, "Second Cup", action, now=evening.now, **more)


def ask_many(evening: Evening) -> None:
    for number in range(6):
        evening.ask(evening.members[0], f"What about day {number}?")


LIMITS: Mapping[str, Trouble] = {
    "no limit": lambda evening: None,
    "muted": lambda evening: act(evening, "mute"),
    "sent out for a while": lambda evening: act(evening, "time_out", minutes=10),
    "removed": lambda evening: act(evening, "remove"),
    "barred": lambda evening: act(evening, "bar", text="Not for this series"),
    "asking closed": lambda evening: evening.steer(policy="closed"),
    "slow mode": lambda evening: (evening.steer(slow=900), evening.ask(evening.members[0])),
    "asked a great deal": ask_many,
    "held": lambda evening: evening.steer(panic=True),
    "chat off": lambda evening: evening.steer(chat=False),
    "closed": lambda evening: evening.steer(close=True),
}


OUTSIDE = {"sent out for a while", "removed", "barred"}


@pytest.mark.parametrize("limit", LIMITS)
def test_over_the_socket(ana: Line, evening: Evening, limit: str) -> None:
    """The row is written where another process might: the socket learns of it by its own command."""
    LIMITS[limit](evening)
    for event in ("ask", "chat") if limit not in OUTSIDE else ("ask",):
        answer = ana.send(event, {"id": event, "text": f"{DANGER} {event}"})
        assert answer["ok"], answer
        assert answer["state"] == "escalated"
        assert any("988" in line["number"] for line in answer["help"])
    assert f"{DANGER} {event}" in [flag.text for flag in alerts(evening)]
    assert ana.is_open == (limit not in OUTSIDE)


@pytest.mark.parametrize("limit", LIMITS)
def test_over_a_form(app: Flask, evening: Evening, limit: str) -> None:
    with evening.database.read() as session:
        person = session.get_one(Person, evening.members[0].person_id)
    browser, room = browser_of(app, person), f"/meetings/{evening.meeting.slug}/live"
    LIMITS[limit](evening)
    for act_of in ("ask", "chat"):
        said = {"id": act_of, "text": f"{DANGER} {act_of}"}
        assert send(browser, f"{room}/{act_of}", said, page="/account").status_code == 303
    assert sorted(flag.text for flag in alerts(evening)) == [f"{DANGER} ask", f"{DANGER} chat"]
    assert "988" in browser.get(room).text


@pytest.mark.parametrize(
    ("event", "sent"),
    [
        ("ask", {"id": "d", "text": DANGER + " and" * 600}),
        ("ask", {"id": "d", "text": DANGER + " and" * 2400}),
        ("ask", {"id": "d", "text": "and " * 2400 + DANGER}),
        ("chat", {"id": "d", "text": DANGER + " and" * 2400}),
        ("ask", {"id": "not an id", "text": DANGER}),
        ("ask", {"text": DANGER}),
        ("ask", {"id": "d", "text": DANGER, "anonymous": "maybe"}),
        ("edit", {"question": "nobodys", "text": DANGER, "version": 1}),
        ("edit", {"question": None, "text": DANGER, "version": "one"}),
        ("chat", {"id": "d", "text": DANGER, "backstage": True}),
        ("concern", {"about": "nobody" * 20, "text": DANGER}),
        ("concern", {"id": "not an id", "text": DANGER}),
        ("line", {"flag": "nobodys", "text": DANGER}),
        ("line", {"text": DANGER}),
    ],
)
def test_over_a_mistake_in_the_message(
    ana: Line, evening: Evening, event: str, sent: dict[str, object]
) -> None:
    assert ana.send(event, sent)["state"] == "escalated"
    assert ana.send(event, sent)["state"] == "escalated"
    assert len(alerts(evening)) == 1


@pytest.mark.parametrize("event", ["ask", "chat"])
def test_under_an_id_that_was_used_before(ana: Line, evening: Evening, event: str) -> None:
    """A browser's way back shows the old form: its id is spent, the words in it are new."""
    assert ana.send(event, {"id": "same", "text": "Good evening, how are you?"})["ok"]
    assert ana.send(event, {"id": "same", "text": DANGER})["state"] == "escalated"
    assert ana.send(event, {"id": "same", "text": DANGER})["state"] == "escalated"
    assert [flag.text for flag in alerts(evening)] == [DANGER]


def test_under_an_id_that_was_used_before_over_a_form(app: Flask, evening: Evening) -> None:
    with evening.database.read() as session:
        person = session.get_one(Person, evening.members[0].person_id)
    browser, room = browser_of(app, person), f"/meetings/{evening.meeting.slug}/live"
    for text in ("How do you sleep?", DANGER, DANGER):
        send(browser, f"{room}/ask", {"id": "same", "text": text}, page="/account")
    assert [flag.text for flag in alerts(evening)] == [DANGER]


def test_a_worry_told_under_a_spoiled_id_over_a_form(app: Flask, evening: Evening) -> None:
    with evening.database.read() as session:
        person = session.get_one(Person, evening.members[0].person_id)
    browser, room = browser_of(app, person), f"/meetings/{evening.meeting.slug}/live"
    assert (
        send(browser, f"{room}/concern", {"id": "not an id", "text": DANGER}, page="/account").status_code
        == 303
    )
    assert [flag.text for flag in alerts(evening)] == [DANGER]


def test_what_reached_the_team_is_not_raised_twice(ana: Line, evening: Evening) -> None:
    assert ana.send("concern", {"id": "d", "text": DANGER})["ok"]
    assert len(alerts(evening)) == 1


def test_through_a_flood(ana: Line, evening: Evening) -> None:
    answers = [ana.send("hand", {"up": True}) for _ in range(BURST + 5)]
    assert answers[-1]["error"]["code"] == "slow_down"
    for event in ("ask", "chat"):
        assert ana.send(event, {"id": event, "text": f"{DANGER} {event}"})["state"] == "escalated"
    assert len(alerts(evening)) == 2


def test_from_a_page_left_open_since_last_week(app: Flask, evening: Evening, clock: Clock) -> None:
    """Its room is over, and its reader has no place in tonight's."""
    with evening.database.read() as session:
        person = session.get_one(Person, evening.members[0].person_id)
    browser, room = browser_of(app, person), f"/meetings/{evening.meeting.slug}/live"
    clock.set(evening.now + timedelta(days=7))
    cast(Any, browser).sign_in(person)
    send(browser, f"{room}/ask", {"id": "d", "text": DANGER}, page="/account")
    with evening.database.read() as session:
        flags = session.scalars(select(Flag)).all()
    assert [flag.text for flag in flags] == [DANGER]


def test_nothing_of_it_reaches_the_room(app: Flask, ana: Line, evening: Evening) -> None:
    ben = Line(app, evening.members[1].person_id, evening.meeting.slug)
    ben.heard()
    for event in ("ask", "chat"):
        ana.send(event, {"id": event, "text": f"{DANGER} {event}"})
    ana.send("ask", {"id": "not an id", "text": DANGER})
    assert ben.heard() == []


def test_a_flood_is_listened_to_beside_the_loop(ana: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """Long texts keep the rules at it for a good part of a second: nobody else waits for that."""
    listened: list[int] = []

    def by_rules(text: str, *_rules: Rules) -> Verdict:
        listened.extend([get_ident()] if text else [])
        return Verdict(Tier.NONE)

    monkeypatch.setattr("safety.hearing.is_module_patched", lambda _name: True)
    for name in ("safety.hearing.by_rules", "safety.screening.by_rules", "realtime.live.by_rules"):
        monkeypatch.setattr(name, by_rules, raising=False)
    for number in range(2 * BURST + 5):
        ana.send("hand", {"up": True, "text": f"word {number}"})
    assert listened
    assert get_ident() not in listened
