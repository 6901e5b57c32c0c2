"""Slots of 28 days for one practitioner with 100 live bookings and 6,000 old ones, whole HTTP request.

The limit is the three bare queries by hand on the same file, without a server or any code around them.
Measured elsewhere, for orientation: Easy!Appointments 429-497 ms, Thunderbird Appointment 194 ms.
"""

import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pysqlite3
from sqlalchemy import insert

from auth.people import Person, Role, add_person
from benchmarks.report import Row
from cli.wiring import utc_now
from foundation.columns import new_id
from foundation.database import Database
from scheduling.availability import Window
from scheduling.hours import Hours, save_hours
from scheduling.occupancy import Occupancy
from scheduling.services import add_service
from tests.house import running_house
from tests.schema import new_postgres
from tests.servers import postgres_url
from tests.visitor import Visitor

TITLE = "Slots of 28 days, one practitioner, 100 live and 6,000 old bookings"
GOAL = 10.0
TIMES = 200
OLD, LIVE = 6000, 100
BARE_QUERIES = (
    "SELECT weekday, start_minute, end_minute FROM weekly_hours WHERE practitioner_id = :who",
    "SELECT date, ranges FROM date_override WHERE practitioner_id = :who",
    "SELECT starts_at, ends_at FROM occupancy WHERE practitioner_id = :who"
    " AND starts_at BETWEEN :since AND :until",
)


def measure() -> list[Row]:
    return [_sqlite(), _postgres()]


def _sqlite() -> Row:
    with tempfile.TemporaryDirectory() as folder, running_house(Path(folder)) as house:
        practitioner = fill(house.database)
        with Visitor(house) as visitor:
            visitor.sign_in("member@mail.example")
            samples = visitor.time(_query(practitioner), TIMES)
        return Row(
            "GET /api/v1/slots on SQLite", samples, GOAL, _bare(Path(folder) / "evenside.db", practitioner)
        )


def _postgres() -> Row:
    postgres_url()
    database = new_postgres("bench_slots")
    url = database.engine.url.render_as_string(hide_password=False)
    database.close()
    with tempfile.TemporaryDirectory() as folder, running_house(Path(folder), DATABASE_URL=url) as house:
        practitioner = fill(house.database)
        with Visitor(house) as visitor:
            visitor.sign_in("member@mail.example")
            return Row("GET /api/v1/slots on PostgreSQL", visitor.time(_query(practitioner), TIMES), GOAL)


def fill(database: Database) -> str:
    """One practitioner with hours on every day, a past of 6,000 bookings and 100 to come. Returns the id."""
    now = utc_now()
    with database.write() as session:
        person = add_person(session, email="p@clinic.example", name="P", roles=[Role.PRACTITIONER], now=now)
        add_person(session, email="member@mail.example", name="M", roles=[Role.MEMBER], now=now)
        add_service(
            session, slug="follow-up", name="Follow-up", notice_minutes=0, practitioner_ids=[person.id]
        )
        windows = tuple(Window(day, 8 * 60, 18 * 60) for day in range(7))
        save_hours(session, person.id, Hours("America/Los_Angeles", windows), now=now, by=person.id)
        session.execute(insert(Occupancy), _rows(person, now))
        return person.id


def _rows(person: Person, now: datetime) -> list[dict[str, object]]:
    hour = timedelta(hours=1)
    whole = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    starts = [whole - hour * number for number in range(1, OLD + 1)]
    starts += [whole + timedelta(hours=6 * number + 6) for number in range(LIVE)]
    common = {"practitioner_id": person.id, "kind": "appointment", "status": "active"}
    return [common | {"id": new_id(), "starts_at": start, "ends_at": start + hour} for start in starts]


def _query(practitioner: str) -> str:
    today = utc_now().date()
    wanted = {"service": "follow-up", "practitioner": practitioner, "from": today.isoformat()}
    return "/api/v1/slots?" + urlencode(wanted | {"to": (today + timedelta(days=27)).isoformat()})


def _bare(path: Path, practitioner: str) -> list[float]:
    connection = pysqlite3.connect(str(path))
    since, until = (f"{utc_now() + timedelta(days=days):%Y-%m-%d %H:%M:%S}" for days in (0, 28))
    wanted = {"who": practitioner, "since": since, "until": until}
    samples = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        for query in BARE_QUERIES:
            connection.execute(query, wanted).fetchall()
        samples.append((time.perf_counter() - begun) * 1000)
    connection.close()
    return samples
