"""From commit to socket: each event once and in order, whoever wakes whom, and whatever breaks on the way."""

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from auth.people import Person
from auth.permissions import NotSignedIn
from auth.sessions import close_all, open_session
from foundation.database import Database
from foundation.settings import Settings
from realtime.eventlog import PUB, events_since, heads
from realtime.gateway import Gateway
from realtime.live import LiveRooms
from realtime.models import Room
from realtime.payloads import Data
from realtime.room import find_participant
from realtime.snapshot import Seat, catch_up
from realtime.taking_part import chat
from realtime.transport import Broadcaster
from realtime.visitors import Credential, Visitor
from tests.builders.rooms import Evening, an_evening
from tests.conftest import Clock

WRITERS = 4
LINES = 10


class Switchboard:
    """Stands for the sockets: keeps what was told, and who is in which channel."""

    def __init__(self) -> None:
        self.emitted: list[tuple[str, str, Any]] = []
        self.channels: set[tuple[str, str]] = set()
        self.writing: WatchedDatabase | None = None

    def tell(self, channel: str, event: str, data: object) -> None:
        assert not (self.writing and self.writing.open), f"{event} was emitted inside a transaction"
        self.emitted.append((event, channel, data))

    def tell_one(self, sid: str, event: str, data: object) -> None:
        self.tell(sid, event, data)

    def enter(self, sid: str, channel: str) -> None:
        self.channels.add((sid, channel))

    def leave(self, sid: str, channel: str) -> None:
        self.channels.discard((sid, channel))

    def cut(self, sid: str) -> None:
        del sid
        assert not (self.writing and self.writing.open), "a line was cut inside a transaction"

    def names(self) -> list[str]:
        return [event for event, _to, _data in self.emitted]


class WatchedDatabase(Database):
    """Knows whether a write is under way."""

    open = 0

    @contextmanager
    def write(self) -> Iterator[Session]:
        with super().write() as session:
            self.open += 1
            try:
                yield session
            finally:
                self.open -= 1


@pytest.fixture
def evening(database: Database, now: datetime) -> Evening:
    evening = an_evening(database, now=now, members=2)
    evening.steer(policy="open", chat=True)
    return evening


@pytest.fixture
def watched(database: Database) -> Iterator[WatchedDatabase]:
    made = WatchedDatabase(database.engine.url.render_as_string(hide_password=False))
    yield made
    made.close()


@pytest.fixture
def server() -> Switchboard:
    return Switchboard()


@pytest.fixture
def live(watched: WatchedDatabase, settings: Settings, clock: Clock, server: Switchboard) -> LiveRooms:
    server.writing = watched
    return LiveRooms(watched, settings, clock, server)


def seat(live: LiveRooms, evening: Evening, person_id: str, sid: str) -> Visitor:
    """Somebody's socket, come in."""
    with evening.database.write() as session:
        token = open_session(session, session.get_one(Person, person_id), now=evening.now, stepped_up=True)
    visitor = live.visitors.by_sid.setdefault(sid, Visitor(Credential(token)))
    live.join(sid, visitor, Data({"room": evening.meeting.slug}))
    return visitor


class Follower:
    """One process's broadcaster, and the ordinals it emitted."""

    def __init__(self, evening: Evening) -> None:
        self.heard: list[tuple[str, int]] = []
        self.broadcaster = Broadcaster(evening.database, self.keep)
        self.broadcaster.follow(evening.room_id)
        self.room_id = evening.room_id

    def keep(self, to: str, event: str, data: dict[str, Any]) -> None:
        if event == "events":
            stream = to.removeprefix(f"{self.room_id}/")
            for one in data["events"]:
                self.heard.append((stream, one["seq"]))
                time.sleep(random.random() / 2000)  # a socket that takes its time; others run meanwhile

    def pulse_until(self, over: threading.Event) -> None:
        while not over.wait(0.01):
            self.broadcaster.wake(self.room_id)
        self.broadcaster.wake(self.room_id)


def test_two_processes_emit_every_commit_once_and_in_the_order_of_the_commits(evening: Evening) -> None:
    """One process is woken by its writers and its pulse at once, the other hears only by its pulse."""
    first = evening.room().ordinal
    here, there = Follower(evening), Follower(evening)
    over = threading.Event()

    def write(writer: int) -> None:
        for n in range(LINES):
            said: dict[str, Any] = {"client_id": f"{writer}-{n}", "text": f"Line {n}", "now": evening.now}
            with evening.database.write() as session:
                chat(session, evening.room_id, evening.members[writer % 2], **said)
            here.broadcaster.wake(evening.room_id)

    with ThreadPoolExecutor(WRITERS + 2) as pool:
        pulses = [pool.submit(one.pulse_until, over) for one in (here, there)]
        for done in [pool.submit(write, writer) for writer in range(WRITERS)]:
            done.result()
        over.set()
        for pulse in pulses:
            pulse.result()
    with evening.database.read() as session:
        kept = [(one.stream, one.seq) for one in events_since(session, evening.room_id, first)]
    assert len(kept) == WRITERS * LINES
    assert here.heard == kept
    assert there.heard == kept


def test_whoever_was_away_gets_exactly_the_numbers_after_their_own(evening: Evening) -> None:
    for n in range(6):
        with evening.database.write() as session:
            said: dict[str, Any] = {"client_id": f"c{n}", "text": f"Line {n}", "now": evening.now}
            chat(session, evening.room_id, evening.members[0], **said)
    with evening.database.moment() as session:
        room = session.get_one(Room, evening.room_id)
        place = find_participant(session, room.id, evening.members[0].person_id)
        assert place is not None
        last = heads(session, room.id, [PUB])[PUB]
        for had in range(last + 1):
            answer = catch_up(session, room, Seat(place, False), {PUB: had, "member": 0}, room.epoch)
            assert [event["seq"] for event in answer["events"]] == list(range(had + 1, last + 1))
            assert answer["seq"][PUB] == last


def test_no_command_emits_inside_its_transaction(live: LiveRooms, evening: Evening) -> None:
    ana = seat(live, evening, evening.members[0].person_id, "ana")
    jonah = seat(live, evening, evening.desk.person_id, "jonah")
    asked = live.run("ana", ana, "ask", Data({"id": "a", "text": "What helps on Sundays?"}))
    live.run("ana", ana, "chat", Data({"id": "b", "text": "Hello"}))
    live.run("ana", ana, "hand", Data({"up": True}))
    live.run("jonah", jonah, "moderate", Data({"question": asked["question"], "action": "answer"}))
    live.run("ana", ana, "ask", Data({"id": "c", "text": "I do not want to be here anymore"}))
    live.run("jonah", jonah, "person", Data({"pseudonym": "Second Cup", "action": "remove"}))


def test_a_signed_out_socket_is_sent_away_after_the_transaction(
    live: LiveRooms, evening: Evening, server: Switchboard
) -> None:
    ana = seat(live, evening, evening.members[0].person_id, "ana")
    with evening.database.write() as session:
        close_all(session, evening.members[0].person_id, now=evening.now)
    with pytest.raises(NotSignedIn):
        live.run("ana", ana, "chat", Data({"id": "late", "text": "Still here?"}))
    assert server.emitted[-1] == ("gone", "ana", {"reason": "signed_out"})
    assert live.visitors.by_sid == {}
    with pytest.raises(NotSignedIn):
        live.join("ana", ana, Data({"room": evening.meeting.slug}))


def test_what_was_committed_is_acknowledged_though_telling_it_fails(
    live: LiveRooms, evening: Evening, server: Switchboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer must not say that nothing was sent; the next pulse tells the others."""
    ana = seat(live, evening, evening.members[0].person_id, "ana")
    with monkeypatch.context() as patch:
        patch.setattr("realtime.transport.events_since", database_away)
        said = live.run("ana", ana, "chat", Data({"id": "a", "text": "Hello"}))
    assert said["state"] == "said"
    assert "events" not in server.names()
    live.beat()
    assert [data["events"][0]["text"] for event, _, data in server.emitted if event == "events"] == ["Hello"]


def test_the_pulse_goes_on_after_one_that_broke(
    live: LiveRooms, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    beats: list[str] = []

    class Enough(BaseException):
        pass

    class Sleeper:
        def sleep(self, _seconds: float) -> None:
            if len(beats) == 2:
                raise Enough

    def beat() -> None:
        beats.append("beat")
        raise KeyError("a socket that was just gone")

    monkeypatch.setattr(live, "beat", beat)
    with pytest.raises(Enough):
        Gateway(live, None, Sleeper())._beat()  # type: ignore[arg-type]
    assert len(beats) == 2
    assert "tries again" in caplog.text


def database_away(*_args: object, **_named: object) -> Any:
    raise OperationalError("SELECT", {}, Exception("away"))
