"""Group services, full sessions and people who wait, for the stories."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.people import Person
from scheduling.group_records import GroupOccurrence
from scheduling.groups import add_group
from scheduling.series_records import Series
from tests.builders.people import a_member
from tests.builders.scheduling import House, a_service


class GroupHouse(House):
    """Dana's house, where the service is a group of so many seats."""

    def __init__(self, session: Session, seats: int = 8, **service: Any) -> None:
        super().__init__(session, **{"seats": seats, **service})


def some_members(session: Session, count: int) -> list[Person]:
    return [a_member(session, name=f"Rival {number}") for number in range(count)]


def occurrences(session: Session) -> list[GroupOccurrence]:
    """Every group session, by time."""
    return list(session.scalars(select(GroupOccurrence).order_by(GroupOccurrence.starts_at)))


def active_session(session: Session, starts_at: datetime) -> GroupOccurrence | None:
    there = GroupOccurrence.starts_at == starts_at, GroupOccurrence.status == "active"
    return session.scalar(select(GroupOccurrence).where(*there))


def weekly_group(session: Session, leader: Person, *, now: datetime, **more: Any) -> Series:
    """Tuesdays at six in Los Angeles, three seats, with the dates of twelve weeks."""
    service = a_service(session, leader, name="Small group", seats=3)
    terms: dict[str, Any] = {
        "service_id": service.id,
        "practitioner_id": leader.id,
        "title": "Tuesday circle",
        "timezone": "America/Los_Angeles",
        "weekday": 1,
        "minute_of_day": 18 * 60,
        "minutes": 50,
        "first_date": date(2026, 12, 1),
        "by": leader.id,
        "now": now,
    }
    return add_group(session, **terms | more)
