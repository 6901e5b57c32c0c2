"""A client that sends without end is cut off while it sends; nothing is kept to be measured later."""

from collections.abc import Iterator

import pytest
import websocket

from tests.house import House, running_house

FRAME = 60_000_000


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running_house(tmp_path_factory.mktemp("frames")) as running:
        yield running


def test_R18_sixty_megabytes_are_cut_off_early(house: House) -> None:
    address = house.url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
    line = websocket.create_connection(address, origin=house.url, timeout=60)
    line.recv()
    wire = line.sock
    assert wire is not None
    frame = websocket.ABNF.create_frame("4" + "x" * FRAME, websocket.ABNF.OPCODE_TEXT).format()
    sent = 0
    with pytest.raises(OSError):
        while sent < len(frame):
            sent += wire.send(frame[sent : sent + 65_536])
    wire.close()
    assert sent < FRAME / 4
