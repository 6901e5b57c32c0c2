"""5,000 sockets come into one room on two web processes: the first time, and again after a cut.

Printed with it: how many statements the database was sent, over all and for each socket.
"""

from collections.abc import Iterator

from benchmarks.engines import ENGINES, NAMES, durable_house
from benchmarks.figures import Figure
from benchmarks.hall import a_hall
from benchmarks.load.apart import Sockets, let_files_be_opened, sockets
from benchmarks.process import cpu_seconds, web_processes
from benchmarks.statements import counting_statements, since

TITLE = "5,000 sockets into one room on two processes"
MEMBERS, WORKERS = 5000, 2
GOAL_SECONDS = 60.0
GOAL_STATEMENTS = 12.0
_AT_ONCE = 50
_PATIENCE_SECONDS = 400.0


def measure(members: int = MEMBERS) -> list[Figure]:
    let_files_be_opened()
    return [figure for engine in ENGINES for figure in on_engine(engine, members)]


def on_engine(engine: str, members: int) -> Iterator[Figure]:
    with counting_statements() as statements, durable_house(engine, workers=WORKERS) as house:
        hall = a_hall(house, members - 1)
        pids = web_processes(house)
        assert len(pids) == WORKERS, pids
        for how in ("for the first time", "again"):
            cpu, before = cpu_seconds(*pids), statements.so_far()
            with sockets(house.url) as crowd:
                came = crowd.come_in(hall.tokens, hall.slug, at_once=_AT_ONCE, patience=_PATIENCE_SECONDS)
                sent = since(before, statements.so_far())
                facts = {
                    "statements": sent,
                    "processor of both web processes, s": round(cpu_seconds(*pids) - cpu, 1),
                    "each, median and p95 ms": (round(came["median_ms"]), round(came["p95_ms"])),
                    "then each heard one line": _everybody_hears(crowd, members),
                }
            on = f"{how}, {NAMES[engine]}"
            yield Figure(f"all in, {on}", came["seconds"], "s", GOAL_SECONDS, facts=facts)
            yield Figure(f"statements a socket, {on}", sum(sent.values()) / members, "", GOAL_STATEMENTS)


def _everybody_hears(crowd: Sockets, members: int) -> bool:
    """A line said in one process is heard in both, once."""
    told = crowd.relay(1, letters=107, speakers=2)
    return (told["deliveries"], told["doubled"], told["skipped"]) == (members, 0, 0)
