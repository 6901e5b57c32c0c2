"""The nightly round over 10,000 members with a season behind each: read, judged, and what changed written.

The first night finds everything anew; the second little, as nights are. The limit is reading the bare rows
that the rules are judged by, in the same stretches, without opening a seal or any code around them.
"""

import time
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, select

from benchmarks.bare import Bare
from benchmarks.engines import ENGINES, NAMES, database_on
from benchmarks.figures import Figure
from benchmarks.many_in_care import fill
from cli.wiring import utc_now
from foundation.database import Database
from scheduling.aftercare.concern_records import Concern
from scheduling.aftercare.rounds import STRETCH, judge_stretch, walks_due
from scheduling.aftercare.step_records import Step

TITLE = "The rules held against 10,000 members"
GOAL, MEMBERS = 60.0, 10_000
_TABLES = {
    "appointment": "starts_at, status", "checkup": "at, outcome", "measure_response": "completed_at, score",
    "planned_contact": "due_by, state",
}  # fmt: skip


def measure(members: int = MEMBERS) -> list[Figure]:
    return [figure for engine in ENGINES for figure in _on(engine, members)]


def _on(engine: str, members: int) -> Iterator[Figure]:
    with database_on(engine) as database:
        with database.write() as session:
            fill(session, members, now=utc_now())
        bare = _read_bare(database)
        for night in range(2):
            took = _round(database, night)
            facts = {**_found(database), "times the limit": f"{took / bare:.1f}", "limit, s": f"{bare:.1f}"}
            yield Figure(
                f"night {night + 1} on {NAMES[engine]}, {members} members", took, "s", GOAL, facts=facts
            )


def _round(database: Database, night: int) -> float:
    """Seconds until every stretch of every zone is settled."""
    now, begun = utc_now() + timedelta(days=night), time.perf_counter()
    with database.read() as session:
        walks = walks_due(session, now=now)
    for walk in walks:
        here = walk
        while ahead := judge_stretch(database, here, now=now):
            here = ahead
    return time.perf_counter() - begun


def _read_bare(database: Database) -> float:
    with Bare(database) as bare:
        begun = time.perf_counter()
        members = [row[0] for row in bare.rows("SELECT member_id FROM care_plan ORDER BY member_id")]
        for start in range(0, len(members), STRETCH):
            some = ", ".join(f"'{one}'" for one in members[start : start + STRETCH])
            for table, columns in _TABLES.items():
                bare.rows(f"SELECT member_id, {columns} FROM {table} WHERE member_id IN ({some})")
        return time.perf_counter() - begun


def _found(database: Database) -> dict[str, object]:
    with database.read() as session:
        concerns = session.scalar(select(func.count()).select_from(Concern).where(Concern.ended_at.is_(None)))
        steps = session.scalar(select(func.count()).select_from(Step).where(Step.state == "proposed"))
    return {"concerns": concerns, "proposals": steps}
