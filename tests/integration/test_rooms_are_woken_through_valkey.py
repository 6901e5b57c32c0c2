"""A hint through a real Valkey: told at once, lost without harm, found again by itself."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from auth.people import Person
from foundation.database import Database
from foundation.settings import Settings
from realtime.lifecycle import sweep
from realtime.valkey import CHANNEL, ValkeyWakeups
from realtime.wakeups import NoWakeups, tell_after_commits, wakeups_for
from tests.builders.rooms import an_evening
from tests.valkey_server import Valkey, running_valkey

PATIENCE = 30


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    with running_valkey(tmp_path) as server:
        yield server


class Ear:
    """What one process hears of the others."""

    def __init__(self, url: str) -> None:
        self.heard: list[str] = []
        self.wakeups = ValkeyWakeups(url)
        self.wakeups.listen(self.heard.append)

    def hears(self, room_id: str, teller: ValkeyWakeups) -> None:
        """Told again until it is heard: an ear that was deaf a moment ago missed the first."""
        deadline = time.monotonic() + PATIENCE
        while room_id not in self.heard:
            assert time.monotonic() < deadline, "it was never heard"
            teller.tell(room_id)
            time.sleep(0.02)


@pytest.fixture
def ears(valkey: Valkey) -> Iterator[Callable[[], Ear]]:
    with ExitStack() as opened:

        def another() -> Ear:
            made = Ear(valkey.url)
            opened.enter_context(closing(made.wakeups))
            return made

        yield another


def wait_until(is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_true():
        assert time.monotonic() < deadline, "it did not come in time"
        time.sleep(0.02)


def test_what_one_tells_everybody_hears(ears: Callable[[], Ear]) -> None:
    ana, ben = ears(), ears()
    ana.hears("first", ben.wakeups)
    ben.hears("second", ben.wakeups)
    ben.wakeups.tell("third")
    wait_until(lambda: "third" in ana.heard and "third" in ben.heard)


def test_nonsense_on_the_channel_wakes_nobody(valkey: Valkey, ears: Callable[[], Ear]) -> None:
    ear = ears()
    ear.hears("before", ear.wakeups)
    for nonsense in ("", "a" * 65, "../etc", '{"room": 1}', "två", "a b", "\x00", "x\n"):
        valkey.ask("PUBLISH", CHANNEL, nonsense)
    ear.hears("after", ear.wakeups)
    assert set(ear.heard) == {"before", "after"}


def test_an_ear_that_meets_a_fault_stays_open(ears: Callable[[], Ear]) -> None:
    ear, heard = ears(), []

    def break_once(room_id: str) -> None:
        heard.append(room_id)
        raise LookupError(room_id)

    ear.wakeups.listen(break_once)
    ear.hears("first", ear.wakeups)
    ear.hears("second", ear.wakeups)
    wait_until(lambda: "second" in heard)


def test_a_lost_server_is_found_again_with_one_line_each_way(
    valkey: Valkey, ears: Callable[[], Ear], caplog: pytest.LogCaptureFixture
) -> None:
    ear = ears()
    ear.hears("before", ear.wakeups)
    with caplog.at_level(logging.WARNING, "evenside.realtime"):
        valkey.stop()
        for number in range(3):
            ear.wakeups.tell(f"away{number}")
            wait_until(lambda: "lost" in caplog.text)
        valkey.start()
        ear.hears("after", ear.wakeups)
        wait_until(lambda: "back" in caplog.text)
    assert [record.message for record in caplog.records] == [
        "wake-ups are lost; rooms go on by the pulse",
        "wake-ups are back",
    ]
    assert valkey.url not in caplog.text


def test_a_server_that_hangs_holds_nobody_up(valkey: Valkey, ears: Callable[[], Ear]) -> None:
    ear = ears()
    ear.hears("before", ear.wakeups)
    with valkey.hanging():
        begun = time.monotonic()
        for number in range(1000):
            ear.wakeups.tell(f"room{number}")
        assert time.monotonic() - begun < 30
    ear.hears("after", ear.wakeups)


def test_a_connection_that_is_cut_and_a_flush_are_got_over(valkey: Valkey, ears: Callable[[], Ear]) -> None:
    ear = ears()
    ear.hears("before", ear.wakeups)
    valkey.ask("FLUSHALL")
    valkey.ask("CLIENT", "KILL", "TYPE", "pubsub")
    ear.hears("after", ear.wakeups)


def test_nobody_is_troubled_where_no_server_ever_was(caplog: pytest.LogCaptureFixture) -> None:
    with closing(ValkeyWakeups("redis://127.0.0.1:9")) as nowhere:
        nowhere.listen(lambda _room: None)
        nowhere.tell("room")
        wait_until(lambda: "lost" in caplog.text)


class Told(NoWakeups):
    def __init__(self) -> None:
        self.rooms: list[str] = []

    def tell(self, room_id: str) -> None:
        self.rooms.append(room_id)


def test_a_word_that_comes_while_others_are_told_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker's threads tell at any moment (seen: the one that sends ended for good)."""
    told: list[str] = []
    wakeups = ValkeyWakeups("redis://nowhere.invalid")
    words = wakeups._untold

    class Server(nullcontext[None]):
        def __enter__(self) -> Any:
            return self

        def publish(self, _channel: str, room_id: str) -> None:
            told.append(room_id)
            words.update({"second", "third"} - set(told))

    monkeypatch.setattr("realtime.valkey.client", lambda _url: Server())
    with closing(wakeups):
        wakeups.tell("first")
        wait_until(lambda: set(told) == {"first", "second", "third"})


def test_each_commit_with_events_is_told_and_nothing_else(database: Database, now: datetime) -> None:
    """The worker's too: it holds a room whose desk has fallen empty."""
    told, later = Told(), now + timedelta(minutes=5)
    evening = an_evening(database, now=now, members=1)
    tell_after_commits(database, told)
    with database.write() as session:
        assert session.get_one(Person, evening.desk.person_id)
    with pytest.raises(LookupError), database.write() as session:
        sweep(session, later)
        raise LookupError
    assert told.rooms == []
    with database.write() as session:
        assert sweep(session, later) == 1
    assert told.rooms == [evening.room_id]


def test_without_an_address_there_is_the_pulse_alone(settings: Settings) -> None:
    assert isinstance(wakeups_for(settings), NoWakeups)
