"""The server asks every line whether it still lives; a client answers, and whoever does not is let go."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import websocket

from tests.clients import quick_pings
from tests.clients.conftest import Hall
from tests.house import House, running_house
from tests.live_house import a_live_evening
from tests.peers import PATIENCE, Peer, wait_until

SETTINGS = Path(quick_pings.__file__)
ASKED = 4


@pytest.fixture(scope="module")
def quick_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GUNICORN_CMD_ARGS", f"--config {SETTINGS}")
        with running_house(tmp_path_factory.mktemp("pings")) as running:
            yield running


def test_a_client_that_answers_stays(quick_house: House, new_peer: Callable[[House], Peer]) -> None:
    def arrive(token: str) -> Peer:
        peer = new_peer(quick_house)
        peer.connect(token=token)
        return peer

    hall = Hall(a_live_evening(quick_house.database), arrive)
    for peer in (hall.ana, hall.ben):
        wait_until(lambda one=peer: one.pings() >= ASKED)  # type: ignore[misc]
    assert hall.ana.call("chat", {"id": "here", "text": "Still here"})["ok"]
    assert [peer.times_connected() for peer in (hall.desk, hall.ana, hall.ben)] == [1, 1, 1]


def test_a_line_that_never_answers_is_let_go(quick_house: House) -> None:
    address = quick_house.url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
    line: Any = websocket.create_connection(address, origin=quick_house.url, timeout=PATIENCE)
    asked = 0
    try:
        while heard := line.recv():
            asked += heard == "2"
    except (websocket.WebSocketConnectionClosedException, ConnectionError):
        pass
    finally:
        line.shutdown()
    assert asked >= 1
