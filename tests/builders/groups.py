"""Group services, full sessions and people who wait, for the stories."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.people import Person
from scheduling.group_records import GroupOccurrence
from tests.builders.people import a_member
from tests.builders.scheduling import House


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
