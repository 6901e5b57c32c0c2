"""What it costs to tell a room of 900 sockets 300 bytes: ours, Node's socket.io, and a bare loop in C.

Each of the three is told the same lines by members of the room, one line after the other, first with 100
sockets in it and then with 900. What a delivery costs is what the further 800 sockets cost, less what they
cost when nobody speaks; so what each line costs once (in ours: the rights, the screening, the transaction)
is left out. The whole path is all that the process spent, over all deliveries.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from benchmarks.engines import ENGINES, NAMES, durable_house
from benchmarks.figures import Figure
from benchmarks.hall import a_hall
from benchmarks.load.apart import Sockets, let_files_be_opened, sockets
from benchmarks.peers.running import node_socketio, peer_versions, send_loop
from benchmarks.process import cpu_seconds, resident_bytes, web_processes

TITLE = "One line of 300 bytes to 900 sockets"
FEW, MANY, LINES = 100, 900, 100
BYTES = 300
GOAL_OF_LIMIT, GOAL_OF_NODE, GOAL_MEMORY = 1.35, 0.65, 1.0
_IDLE_SECONDS = 4.0
_WARM = 20
_ROUNDS = 5
OURS, NODE, LIMIT = "ours", "Node's socket.io", "send loop in C"
Round = tuple[float, dict[str, Any]]


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


@dataclass(frozen=True)
class Contestant:
    """A server by its process, with its crowd; `letters` make its lines come out at the same size."""

    crowd: Sockets
    pid: int
    letters: int
    tokens: Sequence[str]
    room: str


def measure(many: int = MANY, lines: int = LINES) -> list[Figure]:
    let_files_be_opened()
    return [row for engine in ENGINES for row in on_engine(engine, many, lines)]


def on_engine(engine: str, many: int = MANY, lines: int = LINES) -> Iterator[Figure]:
    with ExitStack() as opened:
        contestants = {
            OURS: opened.enter_context(_ours(engine, many)),
            NODE: opened.enter_context(_node(many)),
            LIMIT: opened.enter_context(_limit(many)),
        }
        few = _stage(contestants, 0, FEW, lines)
        all_of_them = _stage(contestants, FEW, many, lines)
    measured = {name: Measured(few[name], all_of_them[name]) for name in contestants}
    yield from _compared(NAMES[engine], measured)


@contextmanager
def _ours(engine: str, many: int) -> Iterator[Contestant]:
    with durable_house(engine) as house:
        hall = a_hall(house, many - 1)
        (pid,) = web_processes(house)
        with sockets(house.url) as crowd:
            yield Contestant(crowd, pid, 101, hall.tokens, hall.slug)


@contextmanager
def _node(many: int) -> Iterator[Contestant]:
    with node_socketio() as peer, sockets(peer.url) as crowd:
        yield Contestant(crowd, peer.pid, 107, ["any"] * many, "any")


@contextmanager
def _limit(many: int) -> Iterator[Contestant]:
    with send_loop() as peer, sockets(peer.url, plain=True) as crowd:
        yield Contestant(crowd, peer.pid, BYTES, [""] * many, "")


def _stage(contestants: Mapping[str, Contestant], begin: int, end: int, lines: int) -> dict[str, Stage]:
    """Of several rounds the cheapest: others at work on this machine make a round dearer, never cheaper.

    The contestants take turns in each round, and everybody speaks in turn, so that nobody is slowed.
    """
    for one in contestants.values():
        one.crowd.come_in(one.tokens[begin:end], one.room)
        one.crowd.relay(_WARM, letters=one.letters, speakers=end)
    idle = _cpu_while_idle(contestants)
    rounds: dict[str, list[Round]] = {name: [] for name in contestants}
    for _ in range(_ROUNDS):
        for name, one in contestants.items():
            rounds[name].append(_round(one, end, lines))
    cheapest = {name: min(each, key=lambda one: one[0]) for name, each in rounds.items()}
    return {
        name: Stage(
            sockets=end,
            deliveries=end * lines,
            cpu=cpu,
            idle_per_second=idle[name],
            seconds=told["seconds"],
            resident=resident_bytes(contestants[name].pid),
            p50_ms=told["p50_ms"],
            p99_ms=told["p99_ms"],
            bytes=told["bytes"],
        )
        for name, (cpu, told) in cheapest.items()
    }


def _round(one: Contestant, count: int, lines: int) -> Round:
    """The seconds of a processor for so many lines, and what the crowd heard: all of it, once, in order."""
    before = cpu_seconds(one.pid)
    told = one.crowd.relay(lines, letters=one.letters, speakers=count)
    assert (told["deliveries"], told["doubled"], told["skipped"]) == (count * lines, 0, 0), told
    return cpu_seconds(one.pid) - before, told


def _cpu_while_idle(contestants: Mapping[str, Contestant]) -> dict[str, float]:
    """Seconds of a processor in each second, while nobody speaks."""
    before = {name: cpu_seconds(one.pid) for name, one in contestants.items()}
    time.sleep(_IDLE_SECONDS)
    return {name: (cpu_seconds(one.pid) - before[name]) / _IDLE_SECONDS for name, one in contestants.items()}


def _compared(on: str, measured: Mapping[str, Measured]) -> Iterator[Figure]:
    ours, node, limit = measured[OURS], measured[NODE], measured[LIMIT]
    facts = {
        name: f"{one.per_delivery:.2f} µs a delivery, {one.whole_path:.2f} µs on the whole path,"
        f" {one.memory / 1024:.1f} KiB a socket, p50 {one.many.p50_ms:.1f} ms, p99 {one.many.p99_ms:.1f} ms,"
        f" frames of {one.many.bytes} bytes, idle {one.many.idle_per_second * 1000:.1f} ms a second"
        for name, one in measured.items()
    } | {"versions": peer_versions()}
    of_limit, of_node = ours.per_delivery / limit.per_delivery, ours.per_delivery / node.per_delivery
    yield Figure(f"processor, ours / the limit, {on}", of_limit, "x", GOAL_OF_LIMIT, facts=facts)
    yield Figure(f"processor, ours / Node, {on}", of_node, "x", GOAL_OF_NODE)
    yield Figure(f"whole path, ours / Node, {on}", ours.whole_path / node.whole_path, "x")
    yield Figure(f"memory a socket, ours / Node, {on}", ours.memory / node.memory, "x", GOAL_MEMORY)
    yield Figure(f"p50, ours, {on}", ours.many.p50_ms, "ms")
    yield Figure(f"p99, ours, {on}", ours.many.p99_ms, "ms")
