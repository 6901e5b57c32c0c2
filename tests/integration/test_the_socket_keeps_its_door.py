"""What a hostile client may try at the live room's door, and what it gets."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask_socketio import SocketIOTestClient

from auth.people import Person, PersonRole
from foundation.database import Database
from realtime.gateway import NAMESPACE, Gateway
from realtime.pace import BURST
from safety.flags import open_flags
from tests.builders.lines import Line
from tests.builders.people import a_practitioner
from tests.builders.rooms import Evening, an_evening
from tests.builders.scheduling import a_meeting

HALF_AN_EMOJI = "\ud83d"


@pytest.fixture
def ana(app: Flask, evening: Evening) -> Line:
    line = Line(app, evening.members[0].person_id)
    assert line.send("join", {"room": evening.meeting.slug})["ok"]
    return line


def test_a_token_that_breaks_the_reading_of_it_opens_nothing(app: Flask, evening: Evening) -> None:
    app.config["LIVE_PULSE"] = False
    stranger: Any = SocketIOTestClient(
        app, app.extensions["socketio"], namespace=NAMESPACE, auth={"token": HALF_AN_EMOJI}
    )
    assert not stranger.is_connected(NAMESPACE)


@pytest.mark.parametrize("letter", ["\x00", HALF_AN_EMOJI, "\u202e"])
def test_ids_with_letters_nobody_can_see_are_not_understood(ana: Line, letter: str) -> None:
    for event, data in (
        ("vote", {"question": letter, "on": True}),
        ("concern", {"about": f"Second{letter}Cup"}),
        ("withdraw", {"question": f"a{letter}", "version": 1}),
        ("join", {"room": letter}),
    ):
        assert ana.send(event, data)["error"]["code"] == "bad_request", event


def test_words_of_danger_with_half_an_emoji_at_their_end_are_heard(ana: Line, evening: Evening) -> None:
    said = ana.send("ask", {"id": "1", "text": f"I do not want to be here anymore {HALF_AN_EMOJI}"})
    assert said["state"] == "escalated"
    with evening.database.read() as session:
        (flag,) = open_flags(session, f"room:{evening.room_id}")
    assert flag.text.startswith("I do not want to be here anymore")


def test_a_flood_is_slowed_and_somebody_in_danger_is_heard_through_it(ana: Line) -> None:
    answers = [ana.send("hand", {"up": number % 2 == 0}) for number in range(BURST + 10)]
    assert answers[-1]["error"]["code"] == "slow_down"
    assert ana.send("ask", {"id": "1", "text": "What now?"})["error"]["code"] == "slow_down"
    assert ana.send("ask", {"id": "2", "text": "I want to kill myself"})["state"] == "escalated"


def test_a_flood_is_over_when_its_sender_rests(ana: Line, clock: Any, now: datetime) -> None:
    for _ in range(BURST + 1):
        ana.send("hand", {"up": True})
    clock.set(now + timedelta(seconds=2))
    assert ana.send("hand", {"up": False})["ok"]


def test_R16_whoever_works_here_no_longer_leads_no_room(
    app: Flask, database: Database, now: datetime
) -> None:
    """Named for the meeting once, a member now: neither the desk's stream nor its commands."""
    evening = an_evening(database, now=now)
    with database.write() as session:
        dana = a_practitioner(session, name="Dana Whitlock")
        meeting = a_meeting(session, title="Another group", hosts=[dana])
        slug, who = meeting.slug, dana.id
    line = Line(app, who)
    assert line.send("join", {"room": slug})["me"]["moderator"]
    with database.write() as session:
        session.get_one(Person, who).role_rows = [PersonRole(role="member")]
    for _ in range(4):
        line.live.beat()
    assert not line.socket.is_connected(NAMESPACE)
    again = Line(app, who)
    joined = again.send("join", {"room": slug})
    assert not joined["me"]["moderator"]
    assert "desk" not in joined["snapshot"]
    assert again.send("room", {"open": True})["error"]["code"] == "not_allowed"
    assert evening.room().state == "open"


def test_the_beat_goes_on_whatever_one_of_them_meets() -> None:
    beats: list[int] = []

    class Rooms:
        def beat(self) -> None:
            beats.append(len(beats))
            raise KeyError("a socket that has gone in between")

    class Sleeper:
        def sleep(self, _seconds: float) -> None:
            if len(beats) == 3:
                raise SystemExit

    gateway: Any = Gateway(Rooms(), Flask("empty"), Sleeper())  # type: ignore[arg-type]
    with pytest.raises(SystemExit):
        gateway._beat()
    assert len(beats) == 3
