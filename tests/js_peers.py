"""socket.io-client, run by Node.js: one process holds all the peers of a module's stories."""

import base64
import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any

from tests.node import PROJECT, Node
from tests.peers import NAMESPACE, PATIENCE, RETURN_AFTER, Refused

_SCRIPT = PROJECT / "tests" / "js" / "peer.cjs"


class Driver:
    """The process: sends orders, hands out what its peers hear."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._orders = count(1)
        self._answers: dict[int, SimpleQueue[dict[str, Any]]] = {}
        self._peers: dict[str, JsPeer] = {}
        self._writing = Lock()
        Thread(target=self._listen, daemon=True).start()

    def adopt(self, peer: "JsPeer") -> None:
        self._peers[peer.name] = peer

    def order(self, peer: str, do: str, **more: object) -> Any:
        """What came of it. Raises TimeoutError."""
        number = next(self._orders)
        answer: SimpleQueue[dict[str, Any]] = SimpleQueue()
        self._answers[number] = answer
        line = json.dumps({"order": number, "peer": peer, "do": do, **more}, default=_as_bytes)
        assert self._process.stdin is not None
        with self._writing:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        try:
            told = answer.get(timeout=PATIENCE + 10)
        except Empty as late:
            raise TimeoutError(do) from late
        if "failed" in told:
            raise TimeoutError(told["failed"])
        return told["result"]

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            told = json.loads(line)
            if "order" in told:
                self._answers.pop(told["order"]).put(told)
            else:
                self._peers[told["peer"]].hear(told["heard"], told.get("data"))


@contextmanager
def js_driver(node: Node) -> Iterator[Driver]:
    with subprocess.Popen(
        node.command(_SCRIPT), env=node.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Driver(process)
        finally:
            process.kill()


class JsPeer:
    """One socket of socket.io-client."""

    _names = count(1)

    def __init__(self, driver: Driver, url: str) -> None:
        self.name = f"peer{next(self._names)}"
        self.heard: list[tuple[str, Any]] = []
        self._pings = 0
        self._driver = driver
        self._url = url
        self._connected = 0
        self._is_here = False
        driver.adopt(self)

    def connect(
        self, *, token: str | None = None, cookie: str | None = None, namespace: str = NAMESPACE
    ) -> None:
        said = self._driver.order(
            self.name,
            "connect",
            url=self._url,
            namespace=namespace,
            auth={"token": token} if token else {},
            headers={"Cookie": cookie} if cookie else {},
            wait=RETURN_AFTER * 1000,
        )
        if said is not None:
            raise Refused(said)
        self.hear("$connect", None)

    def call(self, event: str, *data: object) -> dict[str, Any]:
        answer: dict[str, Any] = self._driver.order(self.name, "call", event=event, data=data, wait=PATIENCE)
        return answer

    def call_at_once(self, calls: Sequence[tuple[str, object]]) -> list[dict[str, Any]]:
        answers: list[dict[str, Any]] = self._driver.order(self.name, "many", calls=calls, wait=PATIENCE)
        return answers

    def tell(self, event: str, *data: object) -> None:
        self._driver.order(self.name, "tell", event=event, data=data)

    def tear(self) -> None:
        self._driver.order(self.name, "tear")

    def leave(self) -> None:
        self._driver.order(self.name, "leave")

    def return_(self) -> None:
        self._driver.order(self.name, "return")

    def hang_up(self) -> None:
        self._driver.order(self.name, "leave")

    def is_here(self) -> bool:
        return self._is_here

    def times_connected(self) -> int:
        return self._connected

    def pings(self) -> int:
        return self._pings

    def hear(self, event: str, data: Any) -> None:
        """Called by the driver. What begins with $ is the client's own news."""
        if event == "$ping":
            self._pings += 1
        elif event == "$connect":
            self._connected += 1
            self._is_here = True
        elif event == "$disconnect":
            self._is_here = False
        else:
            self.heard.append((event, data))


def _as_bytes(value: object) -> dict[str, str]:
    assert isinstance(value, bytes)
    return {"$bytes": base64.b64encode(value).decode()}
