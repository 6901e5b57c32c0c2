"""Who is let in, as what, and until when: what coordinators do. All is noted; none is for oneself."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import delete
from sqlalchemy.orm import Session

from auth.leaving import stay
from auth.people import (
    DEFAULT_ZONE,
    STAFF,
    Person,
    PersonRole,
    Role,
    UnknownPerson,
    add_person,
    find_person,
    people_with,
)
from auth.sessions import close_all
from auth.tokens import revoke_tokens
from foundation import outbox
from foundation.audit import record
from foundation.database import lock
from foundation.errors import DomainError
from foundation.person_keys import ErasedPerson

INVITED = "person.invited"
_WORTH_TELLING = timedelta(days=7)
_LOCK = "roster"


class NotOneself(DomainError):
    code: ClassVar[str] = "not_oneself"
    default: ClassVar[str] = "Nobody changes what they are here themselves. Ask another coordinator."


class LastCoordinator(DomainError):
    code: ClassVar[str] = "last_coordinator"
    default: ClassVar[str] = "Nobody else is a coordinator. Make somebody one first."


class NoRole(DomainError):
    code: ClassVar[str] = "no_role"
    default: ClassVar[str] = "Choose at least one. Whoever is to be nothing here any more has left."


class HasLeft(DomainError):
    code: ClassVar[str] = "has_left"
    default: ClassVar[str] = "They have left. Bring them back first."


def invite(
    session: Session,
    *,
    email: str,
    name: str,
    roles: Iterable[Role],
    timezone: str = DEFAULT_ZONE,
    tell: bool = True,
    by: str,
    now: datetime,
) -> Person:
    """Add somebody and owe them a mail that leads to signing in; it holds no secret.

    Raises BadAddress, BadName, BadZone, AddressTaken, NoRole.
    """
    wanted = _some(roles)
    person = add_person(session, email=email, name=name, roles=wanted, timezone=timezone, now=now)
    _note(session, "person.added", person.id, by, now, roles=sorted(wanted))
    if tell:
        _tell(session, person, by, now)
    return person


def invite_again(session: Session, person_id: str, *, by: str, now: datetime) -> None:
    """One more mail; within a minute of the last it changes nothing. Raises UnknownPerson, HasLeft."""
    _tell(session, _present(session, person_id), by, now)


def change_roles(
    session: Session, person_id: str, roles: Iterable[Role], *, by: str, now: datetime
) -> frozenset[Role]:
    """Make somebody exactly these, and sign them out everywhere, so that nothing open outlives it (R16).

    Whoever begins to work here is not deleted any more, since staff stay: their wish is taken back.
    Returns what they were. Raises NotOneself, LastCoordinator, NoRole, HasLeft, UnknownPerson.
    """
    wanted = _some(roles)
    person = _another(session, person_id, by)
    before = person.roles
    if wanted == before:
        return before
    if Role.COORDINATOR not in wanted:
        _keep_a_coordinator(session, person)
    session.execute(delete(PersonRole).where(PersonRole.person_id == person.id))
    session.add_all(PersonRole(person_id=person.id, role=role.value) for role in sorted(wanted))
    session.flush()
    session.expire(person)
    close_all(session, person.id, now=now)
    if wanted & STAFF:
        stay(session, person.id, by=by, now=now)
    facts = {"given": sorted(wanted - before), "taken": sorted(before - wanted)}
    _note(session, "person.roles_changed", person.id, by, now, **facts)
    return before


def depart(session: Session, person_id: str, *, by: str, now: datetime) -> None:
    """End every way in: sign-ins, sockets, feeds, programs. What they did stays, and names them.

    Raises NotOneself, LastCoordinator, HasLeft, UnknownPerson.
    """
    person = _another(session, person_id, by)
    _keep_a_coordinator(session, person)
    person.departed_at = now
    close_all(session, person.id, now=now)
    revoke_tokens(session, person.id, now=now)
    session.flush()
    _note(session, "person.departed", person.id, by, now)


def bring_back(session: Session, person_id: str, *, by: str, now: datetime) -> bool:
    """They sign in anew, as what they were; tokens of programs stay ended. Says whether they had left."""
    hold_roster(session)
    person = find_here(session, person_id)
    if person.departed_at is None:
        return False
    person.departed_at = None
    session.flush()
    _note(session, "person.brought_back", person.id, by, now)
    return True


def hold_roster(session: Session) -> None:
    """Nobody else becomes or stops being anything here until the transaction ends."""
    lock(session, _LOCK)


def find_here(session: Session, person_id: str) -> Person:
    """Present or departed; whoever was deleted is nobody. Raises UnknownPerson."""
    if session.get(ErasedPerson, person_id) is not None:
        raise UnknownPerson
    return find_person(session, person_id)


def _another(session: Session, person_id: str, by: str) -> Person:
    """Under the lock of the roster, so that two who end each other's role do so in turn."""
    hold_roster(session)
    if person_id == by:
        raise NotOneself
    return _present(session, person_id)


def _present(session: Session, person_id: str) -> Person:
    person = find_here(session, person_id)
    if person.departed_at is not None:
        raise HasLeft
    return person


def _keep_a_coordinator(session: Session, person: Person) -> None:
    if Role.COORDINATOR in person.roles and len(people_with(session, Role.COORDINATOR)) == 1:
        raise LastCoordinator


def _some(roles: Iterable[Role]) -> frozenset[Role]:
    wanted = frozenset(roles)
    if not wanted:
        raise NoRole
    return wanted


def _tell(session: Session, person: Person, by: str, now: datetime) -> None:
    key = f"{INVITED}:{person.id}:{int(now.timestamp()) // 60}"
    refs = {"person": person.id}
    outbox.promise(session, INVITED, refs, key=key, due_at=now, now=now, not_after=now + _WORTH_TELLING)
    _note(session, "person.invited", person.id, by, now)


def _note(session: Session, action: str, person_id: str, by: str, now: datetime, **facts: object) -> None:
    record(session, actor=by, action=action, kind="person", object_id=person_id, now=now, detail=facts)
