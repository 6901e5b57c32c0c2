"""A hundred clients want one seat at the same moment, each on its own connection: until all are answered.

The limit is a hundred inserts of one row against the same guard, on sixty connections, and nothing else.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from time import perf_counter
from typing import Any

from benchmarks.bare import many
from benchmarks.engines import NAMES, durable_house
from benchmarks.report import Row
from cli.wiring import utc_now
from tests.builders.scheduling import a_service, a_working_practitioner, weekdays
from tests.crowd import Post, post_all, tokens_of_many
from tests.house import House

TITLE = "100 clients race for one seat, until all are answered"
GOALS = {"sqlite": 2000.0, "postgresql": 1000.0}
PROCESSES = (("sqlite", 1), ("postgresql", 1), ("postgresql", 2))
"""PostgreSQL is what larger installations use, with a web process for each core."""
CROWD, ROUNDS = 100, 7
HOUR = timedelta(hours=1)


def measure(rounds: int = ROUNDS, crowd: int = CROWD) -> list[Row]:
    return [row for engine, workers in PROCESSES for row in _on(engine, workers, rounds, crowd)]


def _on(engine: str, workers: int, rounds: int, crowd: int) -> Iterator[Row]:
    with durable_house(engine, workers) as house:
        wanted, tokens = an_offer(house), tokens_of_many(house, crowd)
        post_all(house, "/api/v1/appointments", [Post(tokens[0], wanted | {"starts_at": _at(2)})])
        answers = [_round(house, wanted, tokens, _at(number)) for number in range(3, 3 + rounds)]
        samples, outcomes = [took for took, _ in answers], [counted for _, counted in answers]
        limit = [bare_round(house, wanted["practitioner"], number, crowd) for number in range(rounds)]
        facts = {"booked": [one[201] for one in outcomes], "told it is taken": [one[409] for one in outcomes]}
        name = f"over HTTP on {NAMES[engine]}, {workers} web"
        yield Row(name, samples, GOALS[engine], limit, facts)


def _round(
    house: House, wanted: dict[str, Any], tokens: list[str], starts_at: str
) -> tuple[float, Counter[int]]:
    posts = [Post(token, wanted | {"starts_at": starts_at}) for token in tokens]
    begun = perf_counter()
    replies = post_all(house, "/api/v1/appointments", posts)
    return (perf_counter() - begun) * 1000, Counter(reply.status for reply in replies)


def bare_round(house: House, practitioner_id: str, number: int, crowd: int) -> float:
    start = utc_now().replace(microsecond=0) + timedelta(days=100 + number)
    took, won = many(
        house.database, crowd, lambda bare, _number: bare.insert(practitioner_id, start, start + HOUR)
    )
    assert sum(won) == 1
    return took


def an_offer(house: House) -> dict[str, Any]:
    with house.database.write() as session:
        dana = a_working_practitioner(session, weekdays(0, 24, range(7)), timezone="UTC")
        return {"service": a_service(session, dana).slug, "practitioner": dana.id}


def _at(days: int) -> str:
    """Noon, so many days from now."""
    return datetime.combine(utc_now().date() + timedelta(days=days), time(12), UTC).isoformat()
