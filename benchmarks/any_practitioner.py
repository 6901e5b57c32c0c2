"""Any of 300 practitioners, the next 28 days, earliest first; 20 bookings behind and 20 ahead of each.

The limit is the three range queries by hand on the same rows, read and thrown away.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from auth.people import Role, add_person
from benchmarks.bare import Bare, timed
from benchmarks.engines import ENGINES, NAMES, durable_house
from benchmarks.report import Row
from cli.wiring import utc_now
from foundation.columns import new_id
from foundation.database import Database
from scheduling.availability import Window
from scheduling.hours import Hours, save_hours
from scheduling.occupancy import Occupancy
from scheduling.services import add_service, find_service, practitioner_ids_of
from scheduling.turns import earliest_of_any
from tests.visitor import Visitor

TITLE = "Any of 300 practitioners, next 28 days, earliest first"
GOAL = 150.0
PEOPLE, DAYS, BOOKINGS = 300, 28, 20
TIMES = 40
ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "Europe/London",
    "Australia/Sydney",
)
MINE = "practitioner_id IN (SELECT practitioner_id FROM service_practitioner)"
SCAN = (
    f"SELECT practitioner_id, weekday, start_minute, end_minute FROM weekly_hours WHERE {MINE}",
    f"SELECT practitioner_id, date, ranges FROM date_override WHERE {MINE}",
    "SELECT practitioner_id, starts_at, ends_at FROM occupancy"
    f" WHERE {MINE} AND starts_at BETWEEN :since AND :until AND status = 'active'",
)


def measure(times: int = TIMES, people: int = PEOPLE) -> list[Row]:
    return [row for engine in ENGINES for row in _on(engine, times, people)]


def _on(engine: str, times: int, people: int) -> Iterator[Row]:
    with durable_house(engine) as house:
        fill(house.database, people)
        limit = scan(house.database, times)
        alone = [timed(lambda: _search(house.database)) for _ in range(times + 1)][1:]
        with Visitor(house) as visitor:
            visitor.sign_in("member@mail.example")
            whole = visitor.time(_query(), times)
        yield Row(f"GET /api/v1/slots on {NAMES[engine]}", whole, GOAL, limit)
        yield Row(f"the function alone on {NAMES[engine]}", alone, GOAL, limit)


def fill(database: Database, people: int) -> None:
    """Hours on weekdays in six zones, and a member who asks."""
    now = utc_now()
    with database.write() as session:
        ids = [
            add_person(
                session, email=f"p{n}@clinic.example", name=f"P {n}", roles=[Role.PRACTITIONER], now=now
            ).id
            for n in range(people)
        ]
        add_person(session, email="member@mail.example", name="M", roles=[Role.MEMBER], now=now)
        add_service(session, slug="follow-up", name="Follow-up", practitioner_ids=ids)
        windows = tuple(Window(day, start, start + 240) for day in range(5) for start in (9 * 60, 14 * 60))
        for number, one in enumerate(ids):
            zone = ZONES[number % len(ZONES)]
            save_hours(session, one, Hours(zone, windows), now=now, by=one)
        session.execute(insert(Occupancy), [row for one in ids for row in _rows(one, now)])


def scan(database: Database, times: int) -> list[float]:
    since = utc_now()
    wanted = {"since": since, "until": since + timedelta(days=DAYS)}
    with Bare(database) as bare:
        return [
            timed(lambda: [bare.rows(one, **(wanted if ":since" in one else {})) for one in SCAN])
            for _ in range(times)
        ]


def _search(database: Database) -> None:
    zone, now = ZoneInfo("America/Los_Angeles"), utc_now()
    today = now.astimezone(zone).date()
    last = today + timedelta(days=DAYS - 1)
    with database.read() as session:
        service = find_service(session, "follow-up")
        ids = practitioner_ids_of(session, service)
        assert earliest_of_any(session, service, ids, today, last, zone, now=now)


def _rows(practitioner_id: str, now: datetime) -> list[dict[str, object]]:
    hour = timedelta(hours=1)
    whole = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    starts = [whole + 33 * hour * number for number in range(-BOOKINGS, BOOKINGS)]
    common = {"practitioner_id": practitioner_id, "kind": "appointment", "status": "active"}
    return [common | {"id": new_id(), "starts_at": start, "ends_at": start + hour} for start in starts]


def _query() -> str:
    today = utc_now().date()
    last = today + timedelta(days=DAYS - 1)
    wanted = {"service": "follow-up", "from": today.isoformat(), "to": last.isoformat()}
    return "/api/v1/slots?" + urlencode(wanted)
