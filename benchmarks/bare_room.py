"""python-socketio alone, as the limit for telling a room: no database, no rights, no screening.

`python -m benchmarks.bare_room PORT`. Whoever joins is in the room; `moderate` is emitted to it at once.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

ROOM = "room"


@contextmanager
def bare_room() -> Iterator[str]:
    """Its address, once it answers."""
    from tests.house import free_port  # not above: what it imports must not be there before gevent is

    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with subprocess.Popen([sys.executable, "-m", "benchmarks.bare_room", str(port)]) as server:
        try:
            _wait_for(url)
            yield url
        finally:
            server.terminate()


def _wait_for(url: str) -> None:
    for _ in range(200):
        try:
            urlopen(url, timeout=2).close()
        except HTTPError:
            return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError("the bare room did not answer in time")


def main(port: int) -> None:
    from gevent import monkey

    monkey.patch_all()
    import socketio
    from gevent.pywsgi import WSGIServer

    server = socketio.Server(
        async_mode="gevent", async_handlers=False, transports=["websocket"],
        cors_allowed_origins="*", http_compression=False,
    )  # fmt: skip

    def join(sid: str, _data: object) -> dict[str, bool]:
        server.enter_room(sid, ROOM, namespace="/live")
        return {"ok": True}

    def moderate(_sid: str, data: dict[str, object]) -> dict[str, bool]:
        question = {"id": data["question"], "number": 1, "text": "What do you do on Sundays?", "votes": 0}
        told = {"seq": 1, "kind": "question", "question": question}
        batch = {"stream": "pub", "epoch": "bare", "events": [told]}
        server.emit("events", batch, to=ROOM, namespace="/live")
        return {"ok": True}

    server.on("connect", lambda *_: True, namespace="/live")
    server.on("join", join, namespace="/live")
    server.on("moderate", moderate, namespace="/live")
    WSGIServer(("127.0.0.1", port), socketio.WSGIApp(server), log=None).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
