"""People for the stories: named like people, each with an address of their own."""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from auth.actor import Actor
from auth.people import Person, Role, add_person

LONG_AGO = datetime(2026, 1, 5, 18, 0, tzinfo=UTC)
_numbers = count(1)


def a_person(
    session: Session,
    role: Role = Role.MEMBER,
    *,
    name: str = "Ana",
    email: str | None = None,
    roles: Iterable[Role] | None = None,
    timezone: str = "America/Los_Angeles",
    now: datetime = LONG_AGO,
    **more: Any,
) -> Person:
    """Somebody with one role, or with `roles`; anything in `more` is set on the person."""
    address = email or f"{name.lower().replace(' ', '.')}.{next(_numbers)}@example.org"
    person = add_person(session, email=address, name=name, roles=roles or [role], timezone=timezone, now=now)
    for attribute, value in more.items():
        setattr(person, attribute, value)
    session.flush()
    return person


def a_member(session: Session, **more: Any) -> Person:
    return a_person(session, Role.MEMBER, **more)


def a_practitioner(session: Session, **more: Any) -> Person:
    return a_person(session, Role.PRACTITIONER, **{"name": "Dana", **more})


def a_moderator(session: Session, **more: Any) -> Person:
    return a_person(session, Role.MODERATOR, **{"name": "Mo", **more})


def a_coordinator(session: Session, **more: Any) -> Person:
    return a_person(session, Role.COORDINATOR, **{"name": "Cora", **more})


def an_actor(*roles: Role, person_id: str = "somebody", name: str = "Ana") -> Actor:
    """Whoever asks, without a database; a member unless said otherwise."""
    return Actor(
        person_id=person_id,
        name=name,
        roles=frozenset(roles or {Role.MEMBER}),
        timezone="America/Los_Angeles",
    )
