"""What it costs to tell a room of 900 sockets 300 bytes: ours, Node's socket.io, and a bare loop in C.

Each of the three is told the same lines by members of the room, one line after the other, first with 100
sockets in it and then with 900. What a delivery costs is what the further 800 sockets cost, less what they
cost when nobody speaks; so what each line costs once (in ours: the rights, the screening, the transaction)
is left out. The whole path is all that the process spent, over all deliveries.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.engines import ENGINES, NAMES, durable_house
from benchmarks.figures import Figure
from benchmarks.hall import a_hall
from benchmarks.load.apart import Sockets, let_files_be_opened, sockets
from benchmarks.peers.running import node_socketio, send_loop
from benchmarks.process import cpu_seconds, resident_bytes, web_processes

TITLE = "One line of 300 bytes to 900 sockets"
FEW, MANY, LINES = 100, 900, 100
BYTES = 300
GOAL_OF_LIMIT, GOAL_OF_NODE, GOAL_MEMORY = 1.35, 0.65, 1.0
_IDLE_SECONDS = 4.0
_WARM = 20
_ROUNDS = 3
_LETTERS = 107


@dataclass(frozen=True)
class Stage:
    """One number of sockets: what the server spent while so many lines were told, and while none was."""

    sockets: int
    deliveries: int
    cpu: float
    idle_per_second: float
    seconds: float
    resident: int
    p50_ms: float
    p99_ms: float
    bytes: int

    @property
    def busy(self) -> float:
        """Seconds of a processor for the lines alone."""
        return self.cpu - self.idle_per_second * self.seconds


@dataclass(frozen=True)
class Measured:
    few: Stage
    many: Stage

    @property
    def per_delivery(self) -> float:
        """Microseconds of a processor for each further delivery."""
        more = self.many.deliveries - self.few.deliveries
        return 1e6 * (self.many.busy - self.few.busy) / more

    @property
    def whole_path(self) -> float:
        return 1e6 * self.many.cpu / self.many.deliveries

    @property
    def memory(self) -> float:
        """Bytes for each further socket."""
        return (self.many.resident - self.few.resident) / (self.many.sockets - self.few.sockets)


def measure(many: int = MANY, lines: int = LINES) -> list[Figure]:
    let_files_be_opened()
    limit, node = _limit(many, lines), _node(many, lines)
    return [row for engine in ENGINES for row in _compared(engine, _ours(engine, many, lines), node, limit)]


def _limit(many: int, lines: int) -> Measured:
    with send_loop() as peer, sockets(peer.url, plain=True) as crowd:
        return _measured(crowd, [""] * many, "", peer.pid, lines, BYTES)


def _node(many: int, lines: int) -> Measured:
    with node_socketio() as peer, sockets(peer.url) as crowd:
        return _measured(crowd, ["any"] * many, "any", peer.pid, lines, _LETTERS)


def _ours(engine: str, many: int, lines: int) -> Measured:
    with durable_house(engine) as house:
        hall = a_hall(house, many - 1)
        with sockets(house.url) as crowd:
            (pid,) = web_processes(house)
            return _measured(crowd, hall.tokens, hall.slug, pid, lines, _LETTERS)


def _measured(crowd: Sockets, tokens: list[str], room: str, pid: int, lines: int, letters: int) -> Measured:
    stages = []
    for begin, end in ((0, FEW), (FEW, len(tokens))):
        crowd.come_in(tokens[begin:end], room)
        crowd.relay(_WARM, letters=letters, speakers=FEW)
        stages.append(_stage(crowd, end, pid, lines, letters))
    return Measured(*stages)


def _stage(crowd: Sockets, count: int, pid: int, lines: int, letters: int) -> Stage:
    """Of several rounds the one in the middle, by what it cost: others may be at work on this machine."""
    idle = _cpu_while_idle(pid)
    rounds = sorted(
        (_round(crowd, count, pid, lines, letters) for _ in range(_ROUNDS)), key=lambda one: one[0]
    )
    cpu, told = rounds[_ROUNDS // 2]
    return Stage(
        sockets=count,
        deliveries=count * lines,
        cpu=cpu,
        idle_per_second=idle,
        seconds=told["seconds"],
        resident=resident_bytes(pid),
        p50_ms=told["p50_ms"],
        p99_ms=told["p99_ms"],
        bytes=told["bytes"],
    )


def _round(crowd: Sockets, count: int, pid: int, lines: int, letters: int) -> tuple[float, dict[str, Any]]:
    """The seconds of a processor for so many lines, and what the crowd heard: all of it, once, in order."""
    before = cpu_seconds(pid)
    told = crowd.relay(lines, letters=letters, speakers=FEW)
    assert (told["deliveries"], told["doubled"], told["skipped"]) == (count * lines, 0, 0), told
    return cpu_seconds(pid) - before, told


def _cpu_while_idle(pid: int) -> float:
    before = cpu_seconds(pid)
    time.sleep(_IDLE_SECONDS)
    return (cpu_seconds(pid) - before) / _IDLE_SECONDS


def _compared(engine: str, ours: Measured, node: Measured, limit: Measured) -> Iterator[Figure]:
    on = NAMES[engine]
    facts = {
        name: f"{one.per_delivery:.2f} µs a delivery, {one.whole_path:.2f} µs on the whole path,"
        f" {one.memory / 1024:.1f} KiB a socket, p50 {one.many.p50_ms:.1f} ms, p99 {one.many.p99_ms:.1f} ms,"
        f" frames of {one.many.bytes} bytes, idle {one.many.idle_per_second * 1000:.1f} ms a second"
        for name, one in (("ours", ours), ("Node's socket.io", node), ("send loop in C", limit))
    }
    of_limit, of_node = ours.per_delivery / limit.per_delivery, ours.per_delivery / node.per_delivery
    yield Figure(f"processor, ours / the limit, {on}", of_limit, "x", GOAL_OF_LIMIT, facts=facts)
    yield Figure(f"processor, ours / Node, {on}", of_node, "x", GOAL_OF_NODE)
    yield Figure(f"whole path, ours / Node, {on}", ours.whole_path / node.whole_path, "x")
    yield Figure(f"memory a socket, ours / Node, {on}", ours.memory / node.memory, "x", GOAL_MEMORY)
    yield Figure(f"p50, ours, {on}", ours.many.p50_ms, "ms")
    yield Figure(f"p99, ours, {on}", ours.many.p99_ms, "ms")
