"""Reminders that are due by the thousand, without booking each: for what counts them on their way out."""

from datetime import datetime, timedelta

from sqlalchemy import insert

from auth.people import Person
from foundation.columns import new_id
from foundation.database import Database
from foundation.outbox import Promise, promise_all
from scheduling.appointment_records import Appointment
from scheduling.reminders import KIND
from tests.builders.people import a_member
from tests.builders.scheduling import a_service, a_working_practitioner

_AT_ONCE = 1000
_PEOPLE = 50


def owe_reminders(database: Database, number: int, *, now: datetime) -> None:
    """Each of an appointment of its own, due an hour before it starts: now."""
    with database.write() as session:
        dana = a_working_practitioner(session, name="Dana Whitlock")
        service, people = a_service(session, dana), [a_member(session) for _ in range(_PEOPLE)]
    for first in range(0, number, _AT_ONCE):
        rows = [
            _row(service.id, dana, people[one % _PEOPLE], now)
            for one in range(first, min(first + _AT_ONCE, number))
        ]
        with database.write() as session:
            session.execute(insert(Appointment), rows)
            promise_all(session, [_owed(row, now) for row in rows], now=now)


def _row(service_id: str, dana: Person, member: Person, now: datetime) -> dict[str, object]:
    starts_at = now + timedelta(hours=1)
    return {
        "id": new_id(),
        "service_id": service_id,
        "practitioner_id": dana.id,
        "member_id": member.id,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=50),
        "booked_by": member.id,
        "created_at": now - timedelta(days=7),
        "changed_at": now - timedelta(days=7),
    }


def _owed(row: dict[str, object], now: datetime) -> Promise:
    refs = {"appointment": row["id"], "revision": 0, "to": row["member_id"], "before": 60, "link": "a" * 26}
    starts_at = now + timedelta(hours=1)
    return Promise(KIND, refs, f"{KIND}:{row['id']}:0:{row['member_id']}:60", now, not_after=starts_at)
