"""Two web processes, one room: whoever wrote where, every socket hears every event once and in order."""

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import socketio

from auth.people import Person
from auth.tokens import issue_token
from cli.wiring import utc_now
from realtime.eventlog import MOD, PUB, events_after, heads, member_stream, payload
from realtime.room import find_participant, find_room
from scheduling.meetings import current_occurrence, find_meeting
from tests.builders.people import a_member, a_moderator
from tests.builders.scheduling import a_meeting
from tests.faults.live.powers import sockets_of, web_processes
from tests.house import House, running_house
from tests.schema import drop_postgres, new_postgres

SLUG = "tonight"
MEMBERS = 8
LINES = 6
MOST_SOCKETS = 40
PATIENCE = 60
SOON = 9
"""Seconds: many pulses, and less than the ten after which presence is noted and wakes a room too."""


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    name, more = f"house_{secrets.token_hex(6)}", {}
    if request.param == "postgresql":
        empty = new_postgres(name)
        more["DATABASE_URL"] = empty.engine.url.render_as_string(hide_password=False)
        empty.close()
    with running_house(tmp_path, workers=2, **more) as running:
        yield running
    if more:
        drop_postgres(name)


class Socket:
    """A member's or moderator's line; `heard` keeps the numbers of each stream as they came."""

    def __init__(self, house: House, person: Person, token: str) -> None:
        self.person = person
        self.heard: dict[str, list[int]] = {PUB: [], MOD: [], "member": []}
        self.line: Any = socketio.Client(reconnection=False)
        self.line.on("events", self._keep, namespace="/live")
        self.line.connect(house.url, auth={"token": token}, namespaces=["/live"], transports=["websocket"])
        joined = self.send("join", room=SLUG)
        self.had: dict[str, int] = joined["seq"]
        self.moderates = bool(joined["me"]["moderator"])

    def _keep(self, batch: dict[str, Any]) -> None:
        self.heard[batch["stream"]] += [event["seq"] for event in batch["events"]]

    def send(self, event: str, **data: object) -> dict[str, Any]:
        answer: dict[str, Any] = self.line.call(event, data, namespace="/live", timeout=PATIENCE)
        assert answer["ok"], answer
        return answer

    def new(self, stream: str) -> list[int]:
        """What came after the answer to `join`; what it held already may come again and is passed over."""
        return [number for number in self.heard[stream] if number > self.had.get(stream, 0)]


def test_every_socket_of_both_processes_hears_each_event_once_and_in_order(house: House) -> None:
    jonah, members = furnish(house)
    sockets = sit_on_both(house, [jonah, *members])
    desk = sockets[0]
    desk.send("room", open=True, policy="open", chat=True)
    with ThreadPoolExecutor(len(sockets)) as pool:
        for done in [pool.submit(take_part, socket, number) for number, socket in enumerate(sockets)]:
            done.result()
    try:
        for socket in sockets:
            for stream, kept in streams_of(house, socket).items():
                expected = [number for number in kept if number > socket.had[stream]]
                wait_until(lambda s=socket, n=stream, e=expected: len(s.new(n)) >= len(e))  # type: ignore[misc]
                assert socket.new(stream) == expected
                assert kept == list(range(1, len(kept) + 1))
    finally:
        for socket in sockets:
            socket.line.disconnect()


def furnish(house: House) -> tuple[Person, list[Person]]:
    begins = utc_now() + timedelta(minutes=5)
    with house.database.write() as session:
        jonah = a_moderator(session, name="Jonah Reed", now=utc_now())
        members = [a_member(session, name=f"Member {n}", now=utc_now()) for n in range(MEMBERS)]
        a_meeting(
            session, slug=SLUG, timezone="UTC", moderators=[jonah],
            weekday=begins.weekday(), minute_of_day=begins.hour * 60 + begins.minute,
        )  # fmt: skip
    return jonah, members


def sit_on_both(house: House, people: Sequence[Person]) -> list[Socket]:
    """A socket for each, and more tabs until both processes have at least two."""
    webs = web_processes(house)
    before = sockets_of(webs)
    sockets: list[Socket] = []
    while len(sockets) < len(people) or min((sockets_of(webs) - before)[web] for web in webs) < 2:
        assert len(sockets) < MOST_SOCKETS, "one process took every connection"
        person = people[len(sockets) % len(people)]
        with house.database.write() as session:
            token = issue_token(session, session.get_one(Person, person.id), label="Story", now=utc_now())
        sockets.append(Socket(house, person, token))
    return sockets


def take_part(socket: Socket, number: int) -> None:
    for n in range(LINES):
        socket.send("chat", id=f"{number}-{n}", text=f"Line {n} of {number}")
        if n % 3 == 0 and not socket.moderates:
            socket.send("hand", up=n == 0)
    if not socket.moderates:
        socket.send("ask", id=f"ask-{number}", text=f"Question {number}, what helps?")


def streams_of(house: House, socket: Socket) -> dict[str, list[int]]:
    """The numbers that the database has of each stream that this socket hears."""
    with house.database.read() as session:
        occurrence = current_occurrence(session, find_meeting(session, SLUG), now=utc_now())
        room = find_room(session, occurrence)
        assert room is not None
        place = find_participant(session, room.id, socket.person.id)
        assert place is not None
        heard = {PUB: PUB, "member": member_stream(place.id)} | ({MOD: MOD} if socket.moderates else {})
        kept = {}
        for short, stream in heard.items():
            found = events_after(session, room.id, stream, 0, limit=5000)
            kept[short] = [int(payload(one)["seq"]) for one in found]
            assert len(found) == heads(session, room.id, [stream])[stream]
        return kept


def wait_until(is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SOON
    while not is_true():
        assert time.monotonic() < deadline, "it did not come in time"
        time.sleep(0.02)
