"""What it costs to tell a room of 900 sockets 300 bytes: ours, Node's socket.io, and a bare loop in C.

Each of the three runs twice, once with 100 sockets and once with 900, and is told the same lines by members
of the room, one line after the other. What a delivery costs is what the further 800 sockets cost, less what
they cost when nobody speaks; so what each line costs once (in ours: the rights, the screening, the
transaction) is left out. The whole path is all that the process spent, over all deliveries.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from statistics import median
from typing import Any

from benchmarks.engines import ENGINES, NAMES, durable_house
from benchmarks.figures import Figure
from benchmarks.hall import a_hall
from benchmarks.load.apart import Sockets, let_files_be_opened, sockets
from benchmarks.peers.running import node_socketio, peer_versions, send_loop
from benchmarks.process import cpu_seconds, resident_bytes, web_processes

TITLE = "One line of 300 bytes to 900 sockets"
FEW, MANY, LINES = 100, 900, 150
BYTES = 300
GOAL_OF_LIMIT, GOAL_OF_NODE, GOAL_MEMORY = 1.35, 0.65, 1.0
_IDLE_SECONDS = 4.0
_WARM = 20
_ROUNDS = 9
OURS, NODE, LIMIT = "ours", "Node's socket.io", "send loop in C"


@dataclass(frozen=True)
class Server:
    """A server by its process, with its crowd; `letters` make its lines come out at the same size."""

    crowd: Sockets
    pid: int
    letters: int
    tokens: Sequence[str]
    room: str


@dataclass
class Told:
    """What one server spent on so many lines, round by round, in seconds of a processor."""

    sockets: int
    server: Server
    idle_per_second: float = 0.0
    cpu: list[float] = field(default_factory=list)
    heard: list[dict[str, Any]] = field(default_factory=list)

    @property
    def busy(self) -> list[float]:
        """For the lines alone, without what the sockets cost while nobody speaks."""
        pairs = zip(self.cpu, self.heard, strict=True)
        return [cpu - self.idle_per_second * heard["seconds"] for cpu, heard in pairs]

    @property
    def deliveries(self) -> list[int]:
        """Of each round: the lines, and what else reached somebody (our pulse does, three times a second)."""
        return [int(heard["deliveries"] + heard["others"]) for heard in self.heard]


@dataclass(frozen=True)
class Contestant:
    few: Told
    many: Told
    lines: int

    @property
    def per_delivery(self) -> float:
        """Microseconds of a processor for each further delivery, in the round that stands in the middle.

        The two crowds are told a round right after each other, so that whatever else this machine does
        meets both of them.
        """
        rounds = zip(self.few.busy, self.many.busy, self.few.deliveries, self.many.deliveries, strict=True)
        return 1e6 * median((many - few) / (more - fewer) for few, many, fewer, more in rounds)

    @property
    def whole_path(self) -> float:
        return 1e6 * median(self.many.cpu) / (self.many.sockets * self.lines)

    @property
    def memory(self) -> float:
        """Bytes for each further socket."""
        more = resident_bytes(self.many.server.pid) - resident_bytes(self.few.server.pid)
        return more / (self.many.sockets - self.few.sockets)

    def of_many(self, name: str) -> float:
        return median(float(one[name]) for one in self.many.heard)


Serving = Callable[[int], AbstractContextManager[Server]]


def measure(many: int = MANY, lines: int = LINES) -> list[Figure]:
    let_files_be_opened()
    return [row for engine in ENGINES for row in on_engine(engine, many, lines)]


def on_engine(engine: str, many: int = MANY, lines: int = LINES) -> Iterator[Figure]:
    serving: Mapping[str, Serving] = {OURS: partial(_ours, engine), NODE: _node, LIMIT: _limit}
    with ExitStack() as opened:
        contestants = {
            name: Contestant(
                _seated(opened.enter_context(serve(FEW)), FEW),
                _seated(opened.enter_context(serve(many)), many),
                lines,
            )
            for name, serve in serving.items()
        }
        _note_idle([told for one in contestants.values() for told in (one.few, one.many)])
        for _ in range(_ROUNDS):
            for one in contestants.values():
                _tell(one.few, lines)
                _tell(one.many, lines)
        yield from _compared(NAMES[engine], contestants)


@contextmanager
def _ours(engine: str, count: int) -> Iterator[Server]:
    with durable_house(engine) as house:
        hall = a_hall(house, count - 1)
        (pid,) = web_processes(house)
        with sockets(house.url) as crowd:
            yield Server(crowd, pid, 101, hall.tokens, hall.slug)


@contextmanager
def _node(count: int) -> Iterator[Server]:
    with node_socketio() as peer, sockets(peer.url) as crowd:
        yield Server(crowd, peer.pid, 107, ["any"] * count, "any")


@contextmanager
def _limit(count: int) -> Iterator[Server]:
    with send_loop() as peer, sockets(peer.url, plain=True) as crowd:
        yield Server(crowd, peer.pid, BYTES, [""] * count, "")


def _seated(server: Server, count: int) -> Told:
    server.crowd.come_in(server.tokens[:count], server.room)
    server.crowd.relay(_WARM, letters=server.letters, speakers=count)
    return Told(count, server)


def _tell(told: Told, lines: int) -> None:
    """Everybody heard every line, once, in order. Everybody speaks in turn, so that nobody is slowed down."""
    server = told.server
    before = cpu_seconds(server.pid)
    heard = server.crowd.relay(lines, letters=server.letters, speakers=told.sockets)
    told.cpu.append(cpu_seconds(server.pid) - before)
    told.heard.append(heard)
    assert (heard["deliveries"], heard["doubled"], heard["skipped"]) == (told.sockets * lines, 0, 0), heard


def _note_idle(all_told: Sequence[Told]) -> None:
    """Seconds of a processor in each second, while nobody speaks."""
    before = [cpu_seconds(one.server.pid) for one in all_told]
    time.sleep(_IDLE_SECONDS)
    for told, spent in zip(all_told, before, strict=True):
        told.idle_per_second = (cpu_seconds(told.server.pid) - spent) / _IDLE_SECONDS


def _compared(on: str, contestants: Mapping[str, Contestant]) -> Iterator[Figure]:
    ours, node, limit = contestants[OURS], contestants[NODE], contestants[LIMIT]
    facts = {name: _facts(one) for name, one in contestants.items()} | {"versions": peer_versions()}
    of_limit, of_node = ours.per_delivery / limit.per_delivery, ours.per_delivery / node.per_delivery
    yield Figure(f"processor, ours / the limit, {on}", of_limit, "x", GOAL_OF_LIMIT, facts=facts)
    yield Figure(f"processor, ours / Node, {on}", of_node, "x", GOAL_OF_NODE)
    yield Figure(f"whole path, ours / Node, {on}", ours.whole_path / node.whole_path, "x")
    yield Figure(f"memory a socket, ours / Node, {on}", ours.memory / node.memory, "x", GOAL_MEMORY)
    yield Figure(f"p50, ours, {on}", ours.of_many("p50_ms"), "ms")
    yield Figure(f"p99, ours, {on}", ours.of_many("p99_ms"), "ms")


def _facts(one: Contestant) -> str:
    return (
        f"{one.per_delivery:.2f} µs a delivery, {one.whole_path:.2f} µs on the whole path,"
        f" {one.memory / 1024:.1f} KiB a socket, p50 {one.of_many('p50_ms'):.1f} ms,"
        f" p99 {one.of_many('p99_ms'):.1f} ms, frames of {one.many.heard[0]['bytes']} bytes,"
        f" idle {one.many.idle_per_second * 1000:.1f} ms a second"
    )
