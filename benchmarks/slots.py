"""Slots of 28 days for one practitioner with 100 live bookings and 6,000 old ones, whole HTTP request.

The limit is the three bare queries by hand on the same file, without a server or any code around them.
Measured elsewhere, for orientation: Easy!Appointments 429-497 ms, Thunderbird Appointment 194 ms.
"""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy import insert

from auth.people import Person, Role, add_person
from benchmarks.bare import Bare, timed
from benchmarks.engines import ENGINES, NAMES, durable_house
from benchmarks.report import Row
from cli.wiring import utc_now
from foundation.columns import new_id
from foundation.database import Database
from scheduling.availability import Window
from scheduling.hours import Hours, save_hours
from scheduling.occupancy import Occupancy
from scheduling.services import add_service
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


def measure(times: int = TIMES) -> list[Row]:
    return [_on(engine, times) for engine in ENGINES]


def _on(engine: str, times: int) -> Row:
    with durable_house(engine) as house:
        practitioner = fill(house.database)
        with Visitor(house) as visitor:
            visitor.sign_in("member@mail.example")
            samples = visitor.time(_query(practitioner), times)
        limit = scan(house.database, practitioner, times)
        return Row(f"GET /api/v1/slots on {NAMES[engine]}", samples, GOAL, limit)


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


def scan(database: Database, practitioner: str, times: int) -> list[float]:
    since = utc_now()
    span = {"since": since, "until": since + timedelta(days=28)}
    with Bare(database) as bare:
        return [
            timed(
                lambda: [
                    bare.rows(one, who=practitioner, **(span if ":since" in one else {}))
                    for one in BARE_QUERIES
                ]
            )
            for _ in range(times)
        ]
