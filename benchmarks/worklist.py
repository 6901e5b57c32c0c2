"""The therapist's pages with 400 members in their care, a season behind each: whole HTTP requests.

The promise is about the list; the two pages behind it stand for comparison. The limit is the bare queries of
the list by hand on the same data, without a server or any code around them.
"""

from collections.abc import Iterator
from datetime import timedelta

from auth.contact_consents import ContactWay, agree_to_contact
from auth.people import Role, people_with
from benchmarks.bare import Bare, timed
from benchmarks.engines import ENGINES, NAMES, durable_house
from benchmarks.many_in_care import THERAPIST, fill
from benchmarks.report import Row
from cli.wiring import utc_now
from foundation.database import Database
from tests.visitor import Visitor

TITLE = "A therapist's worklist, 400 members in care"
GOAL = 50.0
MEMBERS, TIMES = 400, 60
PAGES = ("/staff/worklist", "/staff/worklist/quiet", "/staff/worklist/caseload")
_MINE = "care_plan.practitioner_id = :who AND care_plan.status = 'active'"
BARE_QUERIES = (
    "SELECT care_plan.id, member_id, person.name FROM care_plan"
    f" JOIN person ON person.id = member_id WHERE {_MINE}",
    "SELECT care_concern.id, grounds FROM care_concern JOIN care_plan"
    f" ON care_plan.member_id = care_concern.member_id WHERE {_MINE} AND care_concern.ended_at IS NULL",
    f"SELECT care_step.id FROM care_step JOIN care_plan ON care_plan.id = plan_id WHERE {_MINE}"
    " AND state = 'proposed'",
    "SELECT id, member_id, due_by FROM planned_contact WHERE practitioner_id = :who AND state = 'due'"
    " AND kind = 'call' AND due_from <= :today",
    "SELECT person_id FROM safety_flag WHERE state <> 'disposed'",
)


def measure(times: int = TIMES) -> list[Row]:
    return [row for engine in ENGINES for row in _on(engine, times)]


def _on(engine: str, times: int) -> Iterator[Row]:
    with durable_house(engine) as house:
        practitioner = _fill(house.database)
        limit = _scan(house.database, practitioner, times)
        with Visitor(house) as visitor:
            visitor.sign_in(THERAPIST)
            for path in PAGES:
                samples = visitor.time(path, times)
                promised = path == PAGES[0]
                goal, bare = (GOAL, limit) if promised else (None, [])
                yield Row(f"GET {path} on {NAMES[engine]}", samples, goal, bare)


def _fill(database: Database) -> str:
    with database.write() as session:
        practitioner = fill(session, MEMBERS, now=utc_now())
        for member in people_with(session, Role.MEMBER):
            agree_to_contact(session, member.id, [ContactWay.CALL], by=member.id, now=utc_now())
    return practitioner


def _scan(database: Database, practitioner: str, times: int) -> list[float]:
    today = (utc_now() + timedelta(days=1)).date().isoformat()
    with Bare(database) as bare:
        return [
            timed(lambda: [_rows(bare, one, practitioner, today) for one in BARE_QUERIES])
            for _ in range(times)
        ]


def _rows(bare: Bare, statement: str, who: str, today: str) -> object:
    values = {"who": who, "today": today}
    return bare.rows(statement, **{name: value for name, value in values.items() if f":{name}" in statement})
