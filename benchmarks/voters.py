"""1,000 people with five votes each within ten seconds: how many broadcasts, how soon on every screen."""

from collections.abc import Iterator
from random import Random

from sqlalchemy import func, select

from benchmarks.engines import ENGINES, NAMES, durable_house
from benchmarks.figures import Figure
from benchmarks.hall import Hall, a_hall, ask_many
from benchmarks.load.apart import let_files_be_opened, sockets
from benchmarks.process import cpu_seconds, web_processes
from realtime.models import Question, Vote
from tests.house import House

TITLE = "1,000 voters, five votes each in ten seconds"
VOTERS, VOTES, QUESTIONS, SECONDS = 1000, 5, 30, 10.0
GOAL_BROADCASTS, GOAL_P95_MS, GOAL_CORES = 4.0, 500.0, 0.5


def measure(voters: int = VOTERS) -> list[Figure]:
    let_files_be_opened()
    return [figure for engine in ENGINES for figure in on_engine(engine, voters)]


def on_engine(engine: str, voters: int) -> Iterator[Figure]:
    with durable_house(engine) as house:
        hall = a_hall(house, voters)
        questions = ask_many(house, hall, QUESTIONS)
        with sockets(house.url) as crowd:
            crowd.come_in(hall.tokens, hall.slug)
            (pid,) = web_processes(house)
            cpu = cpu_seconds(pid)
            told = crowd.vote(_votes(voters, questions))
            cores = (cpu_seconds(pid) - cpu) / told["seconds"]
        on = NAMES[engine]
        facts = {
            "votes acknowledged": sum(told["acknowledged"].values()),
            "counted once each in the end": _are_counted(house, hall, told["acknowledged"]),
            "seconds until the last was acknowledged": round(told["seconds"], 1),
            "acknowledged, p50 and p95 ms": (round(told["answer_p50_ms"]), round(told["answer_p95_ms"])),
            "on every screen, p50 ms": round(told["everywhere_p50_ms"]),
        }
        yield Figure(f"broadcasts a second, {on}", told["broadcasts_per_second"], "", GOAL_BROADCASTS)
        yield Figure(
            f"vote to everybody's screen, p95, {on}",
            told["everywhere_p95_ms"],
            "ms",
            GOAL_P95_MS,
            facts=facts,
        )
        yield Figure(f"processor of the web process, {on}", cores, "cores", GOAL_CORES)


def _votes(voters: int, questions: list[str]) -> list[tuple[float, int, str]]:
    """Each member (the desk, number 0, does not vote) at five moments, for five questions."""
    chance = Random(5)  # the same votes in each run
    return [
        (chance.uniform(0, SECONDS), voter, question)
        for voter in range(1, voters + 1)
        for question in chance.sample(questions, VOTES)
    ]


def _are_counted(house: House, hall: Hall, acknowledged: dict[str, int]) -> bool:
    """Whether the rows and the numbers of the questions are what was acknowledged. Raises when not."""
    with house.database.read() as session:
        asked = Question.room_id == hall.evening.room_id
        shown = dict(session.execute(select(Question.id, Question.votes).where(asked)).all())
        rows = dict(session.execute(select(Vote.question_id, func.count()).group_by(Vote.question_id)).all())
    assert rows == acknowledged, "the rows of votes are not what was acknowledged"
    assert {one: votes for one, votes in shown.items() if votes} == acknowledged, "the counts are not"
    return True
