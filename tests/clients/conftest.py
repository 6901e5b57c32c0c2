"""Each story here is told by two standard clients: socket.io-client (JavaScript) and python-socketio's."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.house import House, running_house
from tests.js_peers import Driver, JsPeer, js_driver
from tests.live_house import LiveEvening, a_live_evening
from tests.node import Node
from tests.peers import Peer, PythonPeer

Arrive = Callable[..., Any]
KINDS = ("python-socketio", "socket.io-client")


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running_house(tmp_path_factory.mktemp("clients")) as running:
        yield running


@pytest.fixture(scope="session")
def driver(node: Node) -> Iterator[Driver]:
    with js_driver(node) as running:
        yield running


@pytest.fixture(params=KINDS)
def new_peer(request: pytest.FixtureRequest) -> Iterator[Callable[[House], Peer]]:
    """A client of this story's kind for a house; all hang up at the end."""
    made: list[PythonPeer | JsPeer] = []

    def make(house: House) -> Peer:
        if request.param == "socket.io-client":
            made.append(JsPeer(request.getfixturevalue("driver"), house.url))
        else:
            made.append(PythonPeer(house.url))
        return made[-1]

    yield make
    for one in made:
        one.hang_up()


@pytest.fixture
def evening(house: House) -> LiveEvening:
    return a_live_evening(house.database, members=2)


class Hall:
    """The three of a story: Jonah at the desk, Ana and Ben in the room."""

    def __init__(self, evening: LiveEvening, arrive: Callable[[str], Peer]) -> None:
        self.evening = evening
        self.desk = arrive(evening.desk_token)
        self.joined_desk = self.join(self.desk)
        opened = self.desk.call("room", {"open": True, "policy": "open", "chat": True})
        assert opened["ok"], opened
        self.ana, self.ben = (arrive(token) for token in evening.tokens)
        self.joined_ana, self.joined_ben = self.join(self.ana), self.join(self.ben)

    def join(self, peer: Peer, **more: object) -> dict[str, Any]:
        answer = peer.call("join", {"room": self.evening.slug, **more})
        assert answer["ok"], answer
        return answer


@pytest.fixture
def arrive(house: House, new_peer: Callable[[House], Peer]) -> Callable[[str], Peer]:
    """A client that came in with this token."""

    def with_token(token: str) -> Peer:
        peer = new_peer(house)
        peer.connect(token=token)
        return peer

    return with_token


@pytest.fixture
def hall(evening: LiveEvening, arrive: Callable[[str], Peer]) -> Hall:
    return Hall(evening, arrive)
