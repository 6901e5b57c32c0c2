"""A room of 300 questions, read whole 1,000 times: by sockets that join, and by programs without one."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from urllib.parse import urlsplit

from benchmarks.engines import ENGINES, NAMES, durable_house
from benchmarks.figures import Figure
from benchmarks.hall import Hall, a_hall, ask_many
from benchmarks.load.apart import Sockets, let_files_be_opened, sockets
from benchmarks.process import cpu_seconds, web_processes
from benchmarks.statements import counting_statements, since
from tests.house import House

TITLE = "A whole room of 300 questions, 1,000 times"
QUESTIONS, TIMES, READERS = 300, 1000, 100
GOAL_SECONDS = 10.0
_ONCE_A_QUESTION = '"pinned_at"'
_AT_ONCE = 20
_CLIENTS = 4


@dataclass(frozen=True)
class Read:
    """`fewest` is the number of questions in the answer that held the fewest."""

    seconds: float
    bytes: int
    fewest: int


def measure(questions: int = QUESTIONS, times: int = TIMES) -> list[Figure]:
    let_files_be_opened()
    return [figure for engine in ENGINES for figure in on_engine(engine, questions, times)]


def on_engine(engine: str, questions: int, times: int) -> Iterator[Figure]:
    with counting_statements() as statements, durable_house(engine) as house:
        hall = a_hall(house, READERS)
        ask_many(house, hall, questions)
        (pid,) = web_processes(house)

        def measured(name: str, read: Callable[[], Read]) -> Figure:
            cpu, before = cpu_seconds(pid), statements.so_far()
            came = read()
            facts = {
                "statements": since(before, statements.so_far()),
                "processor of the web process, s": round(cpu_seconds(pid) - cpu, 2),
                "bytes each": came.bytes // times,
            }
            assert came.fewest == questions, came
            return Figure(f"{times} {name}, {NAMES[engine]}", came.seconds, "s", GOAL_SECONDS, facts=facts)

        with sockets(house.url) as crowd:
            crowd.come_in(hall.tokens, hall.slug)
            yield measured("joins of sockets", partial(_by_sockets, crowd, hall, times))
        yield measured("events of the API", partial(_by_api, house, hall, times))


def _by_sockets(crowd: Sockets, hall: Hall, times: int) -> Read:
    asks = [(1 + number % READERS, "join", {"room": hall.slug}) for number in range(times)]
    told = crowd.ask(asks, at_once=_AT_ONCE, counted=_ONCE_A_QUESTION)
    return Read(told["seconds"], told["bytes"], told["fewest"])


def _by_api(house: House, hall: Hall, times: int) -> Read:
    """Each client keeps its connection; people take turns, as 120 a minute is the most for each."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(_CLIENTS) as clients:
        turns = [hall.tokens[1 + number % READERS] for number in range(times)]
        shares = [turns[first::_CLIENTS] for first in range(_CLIENTS)]
        each = [
            size for sizes in clients.map(partial(_fetch, house.url, hall.slug), shares) for size in sizes
        ]
    return Read(time.perf_counter() - begun, sum(each), QUESTIONS if len(each) == times else 0)


def _fetch(url: str, slug: str, tokens: Sequence[str]) -> list[int]:
    """The size of each answer that holds as many questions as there are."""
    path = f"/api/v1/rooms/{slug}/events?stream=pub&after=0&limit=500"
    with closing(HTTPConnection(urlsplit(url).netloc, timeout=60)) as connection:
        bodies = []
        for token in tokens:
            connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
            bodies.append(connection.getresponse().read())
    return [len(body) for body in bodies if body.count(_ONCE_A_QUESTION.encode()) == QUESTIONS]
