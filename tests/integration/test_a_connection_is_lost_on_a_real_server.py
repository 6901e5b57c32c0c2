"""Real processes, real WebSockets: what is refused at the door, and what comes after a lost connection."""

import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
import socketio
import websocket

from auth.people import Person
from auth.tokens import issue_token
from cli.wiring import utc_now
from foundation.database import Database
from tests.builders.people import a_member, a_moderator
from tests.builders.scheduling import a_meeting
from tests.house import House, running_house
from tests.ways_in import ENDINGS, everything_open

PATIENCE = 60
SLUG = "tonight"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running_house(tmp_path_factory.mktemp("live")) as running:
        yield running


@pytest.fixture(scope="module")
def people(house: House) -> dict[str, Person]:
    begins = utc_now() + timedelta(minutes=5)
    with house.database.write() as session:
        jonah = a_moderator(session, name="Jonah Reed", now=utc_now())
        ana, ben = (a_member(session, name=name, now=utc_now()) for name in ("Ana", "Ben"))
        a_meeting(
            session, slug=SLUG, timezone="UTC", moderators=[jonah],
            weekday=begins.weekday(), minute_of_day=begins.hour * 60 + begins.minute,
        )  # fmt: skip
    return {"jonah": jonah, "ana": ana, "ben": ben}


class Phone:
    """A socket that keeps what it heard."""

    def __init__(self, house: House, person: Person) -> None:
        self.house = house
        self.token = token_for(house.database, person)
        self.heard: list[tuple[str, Any]] = []
        self.line = self._line()

    def _line(self) -> Any:
        line: Any = socketio.Client(reconnection=False)
        for name in ("events", "pulse", "gone"):
            line.on(name, lambda data, name=name: self.heard.append((name, data)), namespace="/live")
        line.connect(
            self.house.url, auth={"token": self.token}, namespaces=["/live"], transports=["websocket"]
        )
        return line

    def send(self, event: str, **data: object) -> dict[str, Any]:
        answer: dict[str, Any] = self.line.call(event, data, namespace="/live", timeout=PATIENCE)
        return answer

    def lose_connection(self) -> None:
        self.line.eio.ws.sock.close()
        wait_until(lambda: not self.line.connected)

    def come_back(self) -> None:
        self.line = self._line()

    def numbers(self, stream: str) -> list[int]:
        batches = [data for name, data in self.heard if name == "events" and data["stream"] == stream]
        return [event["seq"] for batch in batches for event in batch["events"]]

    def hang_up(self) -> None:
        self.line.disconnect()
        self.line.eio.ws.close()  # the library leaves it open when the server ended the talk


@pytest.fixture
def phones(house: House, people: dict[str, Person]) -> Iterator[dict[str, Phone]]:
    made = {name: Phone(house, person) for name, person in people.items()}
    yield made
    for phone in made.values():
        phone.hang_up()


def token_for(database: Database, person: Person) -> str:
    with database.write() as session:
        return issue_token(session, session.get_one(Person, person.id), label="Story", now=utc_now())


def wait_until(is_true: Any) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_true():
        assert time.monotonic() < deadline, "it did not come in time"
        time.sleep(0.02)


def test_after_a_lost_connection_exactly_the_missed_events_come(phones: dict[str, Phone]) -> None:
    ana, ben, jonah = phones["ana"], phones["ben"], phones["jonah"]
    jonah.send("join", room=SLUG)
    assert jonah.send("room", open=True, policy="all_held", chat=True)["ok"]
    joined = ana.send("join", room=SLUG)
    ben.send("join", room=SLUG)
    first = ben.send("chat", id="before", text="Before it broke")
    wait_until(lambda: first["seq"] in ana.numbers("pub"))
    had = {**joined["seq"], "pub": first["seq"]}
    ana.lose_connection()
    sent = [ben.send("chat", id=f"during{n}", text=f"Line {n}")["seq"] for n in range(5)]
    ana.come_back()
    back = ana.send("join", room=SLUG, after=had, epoch=joined["epoch"])
    assert [event["seq"] for event in back["events"] if event["stream"] == "pub"] == sent
    last = ben.send("chat", id="after", text="After")["seq"]
    wait_until(lambda: last in ana.numbers("pub"))
    assert ana.numbers("pub").count(last) == 1


def test_an_acknowledgement_that_was_lost_comes_again_on_the_next_connection(
    phones: dict[str, Phone],
) -> None:
    ana = phones["ana"]
    phones["jonah"].send("join", room=SLUG)
    phones["jonah"].send("room", open=True)
    ana.send("join", room=SLUG)
    ana.line.emit("ask", {"id": "lost", "text": "Was it heard?", "anonymous": True}, namespace="/live")
    ana.lose_connection()
    ana.come_back()
    ana.send("join", room=SLUG)
    first = ana.send("ask", id="lost", text="Was it heard?", anonymous=True)
    assert first["ok"]
    mine = ana.send("join", room=SLUG)["me"]["questions"]
    assert [one["text"] for one in mine].count("Was it heard?") == 1


def test_the_pulse_says_votes_and_numbers_without_being_asked(phones: dict[str, Phone]) -> None:
    ana, jonah = phones["ana"], phones["jonah"]
    ana.send("join", room=SLUG)
    jonah.send("join", room=SLUG)
    jonah.send("room", open=True)
    asked = ana.send("ask", id="vote-me", text="Who wants this?", anonymous=True)
    assert jonah.send("moderate", question=asked["question"], action="approve")["state"] == "live"
    phones["ben"].send("join", room=SLUG)
    phones["ben"].send("vote", question=asked["question"], on=True)
    wait_until(
        lambda: any(name == "pulse" and data["votes"].get(asked["question"]) == 1 for name, data in ana.heard)
    )


@pytest.mark.parametrize("how", ENDINGS)
def test_R16_whoever_is_ended_is_out_everywhere(house: House, people: dict[str, Person], how: str) -> None:
    """Page, socket and feed, without being asked. `python -m benchmarks endings` says in how many seconds."""
    assert people["ana"].id
    end, also_the_feed = ENDINGS[how]
    with closing(everything_open(house, SLUG)) as theirs:
        end(theirs)
        theirs.seconds_until_out(also_the_feed=also_the_feed)
        assert theirs.heard == [{"reason": "signed_out"}]
        assert theirs.read_feed() == (404 if also_the_feed else 200)


def test_R14_R15_another_origin_and_long_polling_are_refused(house: House) -> None:
    address = house.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    for origin in ("https://elsewhere.example", "null", house.url.replace("127.0.0.1", "localhost")):
        with pytest.raises(websocket.WebSocketBadStatusException):
            websocket.create_connection(
                address, origin=origin, header={"X-Forwarded-Host": "elsewhere.example"}
            )
    websocket.create_connection(address, origin=house.url).close()
    for query in ("transport=polling", "transport=polling&j=0"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{house.url}/socket.io/?EIO=4&{query}", timeout=PATIENCE)
        assert refused.value.code == 400
        refused.value.close()


def test_nobody_hears_a_room_without_a_sign_in(house: House) -> None:
    line: Any = socketio.Client(reconnection=False)
    with pytest.raises(socketio.exceptions.ConnectionError):
        line.connect(house.url, namespaces=["/live"], transports=["websocket"])
