"""A meeting of many on two web processes, PostgreSQL and Valkey, to which things happen.

All stories share it: each of them says what went wrong, and at its end compares all that was ever said. With
EVENSIDE_LONG_FAULTS=1 there are a thousand, and each fault lasts as long as promised (about nine minutes in
all); else five hundred, and a few seconds.
"""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.live.powers import IS_LONG, Postgres, web_processes
from tests.hall import Hall, a_hall
from tests.hall_guest import Guest
from tests.house import House, running_house
from tests.live_house import LiveEvening, a_live_evening
from tests.quick_folder import quick_folder
from tests.valkey_server import Valkey, running_valkey

GUESTS = 1000 if IS_LONG else 500
TALKERS = 120
_ONE_FAILED = pytest.StashKey[bool]()


@dataclass
class Meeting:
    """Everybody is inside and may write when a story begins."""

    house: House
    evening: LiveEvening
    hall: Hall
    desk: Guest
    postgres: Postgres
    valkey: Valkey

    @property
    def talkers(self) -> list[Guest]:
        return self.hall.guests[1 : TALKERS + 1]

    def webs(self) -> list[int]:
        return web_processes(self.house)

    def open(self) -> None:
        """Also after the desk was away for so long that the room held everything."""
        self.hall.run_until(self.hall.is_settled, "somebody is not back")
        mark = f"open{len(self.desk.acknowledged)}"
        self.desk.say("room", {"open": True, "policy": "open", "chat": True, "panic": False}, mark)
        self.hall.run_until(lambda: mark in self.desk.acknowledged or mark in self.desk.refused, "not opened")
        assert self.desk.refused == {}
        everybody_hears(self.hall, self.desk)


def everybody_hears(hall: Hall, guest: Guest) -> None:
    """A line said now reaches all: also those whose line was lost while nobody read it."""
    mark = guest.say_line("Are all of you there")
    hall.run_until(lambda: mark in guest.acknowledged, "it was not acknowledged")
    number = guest.acknowledged[mark]["seq"]
    hall.run_until(lambda: all(one.at >= number for one in hall.guests), "not all heard it")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    server = Postgres(Path(tempfile.mkdtemp(prefix="evenside-pg-", dir=quick_folder())))
    yield server
    server.close()


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    with running_valkey(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest.fixture(scope="session")
def house(postgres: Postgres, valkey: Valkey, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("meeting")
    with running_house(folder, workers=2, DATABASE_URL=postgres.url, REDIS_URL=valkey.url) as running:
        yield running


class Seats:
    """One hall for all stories; whatever a story that failed left of it, the next finds another."""

    def __init__(self, house: House, postgres: Postgres, valkey: Valkey) -> None:
        self._ground = house, postgres, valkey
        self._taken: Meeting | None = None
        self._opened = ExitStack()

    def take(self) -> Meeting:
        """With everybody inside, who may write."""
        if self._taken is None:
            self._taken = self._seat()
        self._taken.open()
        return self._taken

    def leave(self) -> None:
        self._opened.close()
        self._taken = None

    def _seat(self) -> Meeting:
        house, postgres, valkey = self._ground
        evening = a_live_evening(house.database, GUESTS - 1)
        hall = self._opened.enter_context(a_hall(house, evening))
        [desk] = hall.seat([evening.desk_token])
        meeting = Meeting(house, evening, hall, desk, postgres, valkey)
        meeting.open()
        hall.seat(evening.tokens)
        return meeting


@pytest.fixture(scope="session")
def seats(house: House, postgres: Postgres, valkey: Valkey) -> Iterator[Seats]:
    made = Seats(house, postgres, valkey)
    yield made
    made.leave()


@pytest.fixture
def meeting(seats: Seats, request: pytest.FixtureRequest) -> Meeting:
    if request.session.stash.get(_ONE_FAILED, False):
        request.session.stash[_ONE_FAILED] = False
        seats.leave()
    return seats.take()


def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    if call.excinfo is not None:
        item.session.stash[_ONE_FAILED] = True
