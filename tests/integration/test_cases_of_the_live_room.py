"""The cases of the live room by their numbers; 2, 3 and 6 are in test_the_room_under_many_hands."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from auth.actor import Actor, actor_for
from foundation.settings import Settings
from jobs.deliver import deliver_due
from realtime import snapshot
from realtime.eventlog import PUB, events_after, payload
from realtime.joining import join
from realtime.models import Question, Vote
from realtime.pace import BURST
from realtime.taking_part import chat, vote
from safety.flags import open_flags
from safety.oncall import add_shift
from tests.builders.groups import some_members
from tests.builders.lines import Line
from tests.builders.people import a_practitioner
from tests.builders.post import Tray, a_post
from tests.builders.rooms import Evening
from tests.conftest import Clock

CROWD = 500


@pytest.fixture(autouse=True)
def chat_is_on(evening: Evening) -> None:
    evening.steer(chat=True)


def a_crowd(evening: Evening, count: int) -> list[Actor]:
    with evening.database.write() as session:
        crowd = [actor_for(one) for one in some_members(session, count)]
        for one in crowd:
            join(session, evening.room_id, one, now=evening.now)
    return crowd


def cast(evening: Evening, who: Actor, question: str) -> None:
    with evening.database.write() as session:
        vote(session, evening.room_id, who, question, on=True, now=evening.now)


def test_case_1_five_hundred_votes_equal_the_rows(evening: Evening) -> None:
    """One member votes from two tabs, then 500 at once, every tenth of them from two tabs as well."""
    question = evening.approved(evening.members[0])
    crowd = a_crowd(evening, CROWD)
    with ThreadPoolExecutor(2) as tabs:
        list(tabs.map(lambda _tab: cast(evening, evening.members[1], question), range(2)))
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda who: cast(evening, who, question), [*crowd, *crowd[::10]]))
    with evening.database.read() as session:
        rows = session.scalar(select(func.count()).select_from(Vote).where(Vote.question_id == question))
        assert session.get_one(Question, question).votes == rows == CROWD + 1


def test_case_4_the_ack_is_lost_the_tab_reloads_and_retries_and_one_message_stands(
    app: Flask, evening: Evening
) -> None:
    slug = evening.meeting.slug
    ben = Line(app, evening.members[1].person_id, slug)
    ben.heard()
    lost = Line(app, evening.members[0].person_id, slug)
    said = {"id": "5c0f", "text": "Good evening from the kitchen"}
    first = lost.send("chat", said)
    lost.socket.disconnect("/live")
    reloaded = Line(app, evening.members[0].person_id, slug)
    assert [line["text"] for line in reloaded.joined["snapshot"]["chat"]] == [said["text"]]
    assert reloaded.send("chat", said) == first
    ben.live.beat()
    assert ben.kinds() == ["chat"]
    with evening.database.read() as session:
        told = [payload(one) for one in events_after(session, evening.room_id, PUB, 0, limit=99)]
    assert [event["text"] for event in told if event["kind"] == "chat"] == [said["text"]]


def test_case_5_what_is_committed_between_subscription_and_snapshot_is_seen_once(
    app: Flask, evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line just before the snapshot is read, and so in it; one while it is read, and so after it."""
    ana = Line(app, evening.members[0].person_id)
    numbers = iter(range(9))

    def say(text: str) -> None:
        with evening.database.write() as session:
            words: dict[str, Any] = {"client_id": f"c{next(numbers)}", "text": text, "now": evening.now}
            chat(session, evening.room_id, evening.members[1], **words)
        ana.live.wake(evening.room_id)

    coming = ana.live._arrivals
    sit, about_each = coming._sit, snapshot.about_each

    def subscribe(*given: Any) -> None:
        sit(*given)
        say("just before")

    def read(*given: Any) -> Any:
        mine = about_each(*given)
        say("just after")
        return mine

    monkeypatch.setattr(coming, "_sit", subscribe)
    monkeypatch.setattr("realtime.coming_in.about_each", read)
    joined = ana.send("join", {"room": evening.meeting.slug})
    seen = [line["text"] for line in joined["snapshot"]["chat"]]
    fresh = [
        one for batch in ana.heard("events") for one in batch["events"] if one["seq"] > joined["seq"]["pub"]
    ]
    assert [*seen, *(one["text"] for one in fresh)] == ["just before", "just after"]
    assert [one["seq"] for one in fresh] == [joined["seq"]["pub"] + 1]


class Night:
    """A practitioner on call, and the worker that writes to her."""

    def __init__(self, evening: Evening, settings: Settings, clock: Clock) -> None:
        self.evening, self.clock, self.tray = evening, clock, Tray()
        self.post = a_post(evening.database, settings, clock, self.tray)
        with evening.database.write() as session:
            ruth = a_practitioner(session, name="Ruth Abelson", email="ruth@example.org")
            until = clock() + timedelta(hours=8)
            add_shift(session, person_id=ruth.id, starts_at=clock() - timedelta(hours=1), ends_at=until)

    def mails_after(self, **span: float) -> list[str]:
        """Whom the worker wrote to while this time passed, a look every ten seconds."""
        self.tray.sent.clear()
        until = self.clock() + timedelta(**span)
        while self.clock() < until:
            self.clock.set(self.clock() + timedelta(seconds=10))
            deliver_due(self.post)
        return [str(mail["To"]) for mail in self.tray.sent]


@pytest.fixture
def night(evening: Evening, settings: Settings, clock: Clock) -> Iterator[Night]:
    yield Night(evening, settings, clock)


def test_case_10_a_limited_member_who_leaves_is_heard_though_the_only_moderator_sleeps(
    app: Flask, evening: Evening, night: Night
) -> None:
    jonah = Line(app, evening.desk.person_id, evening.meeting.slug)
    ana = Line(app, evening.members[0].person_id, evening.meeting.slug)
    flood = [ana.send("hand", {"up": True}) for _ in range(BURST + 5)]
    assert flood[-1]["error"]["code"] == "slow_down"
    jonah.heard()
    answer = ana.send(
        "ask", {"id": "d", "text": "i want to k\u200bi\u200bl\u200bl my\u200dself to\u2060night"}
    )
    assert answer["state"] == "escalated"
    assert "988" in json.dumps(answer["help"])
    ana.socket.disconnect("/live")
    assert "alert" in jonah.kinds()
    assert night.mails_after(seconds=50) == []
    assert night.mails_after(seconds=20) == ["ruth@example.org"]
    jonah.live.beat()
    jonah.heard()
    assert night.mails_after(minutes=3) == ["ruth@example.org"]
    jonah.live.beat()
    assert "alert" in jonah.kinds()
    with evening.database.read() as session:
        (flag,) = open_flags(session, f"room:{evening.room_id}")
    assert (flag.state, flag.calls) == ("raised", 2)
