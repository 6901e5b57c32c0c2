"""People, and the roles they have here."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

import foundation.own_seals  # noqa: F401 - from here on texts are sealed for whom they are about
from auth.addresses import BadAddress, normalise_address
from foundation.columns import Encrypted, Id, UtcDateTime, new_id
from foundation.database import Base, lock
from foundation.errors import DomainError
from foundation.plaintext import breaks_the_line, hides_something
from foundation.zones import is_zone

DEFAULT_ZONE = "America/Los_Angeles"
THEMES = ("system", "light", "dark")
LONGEST_NAME = 80


class Role(StrEnum):
    MEMBER = "member"
    PRACTITIONER = "practitioner"
    MODERATOR = "moderator"
    COORDINATOR = "coordinator"


STAFF = frozenset({Role.PRACTITIONER, Role.MODERATOR, Role.COORDINATOR})


class UnknownPerson(DomainError):
    code: ClassVar[str] = "unknown_person"
    default: ClassVar[str] = "There is nobody here by that name."


class AddressTaken(DomainError):
    code: ClassVar[str] = "address_taken"
    default: ClassVar[str] = "Somebody here has that address already."


class BadName(DomainError):
    code: ClassVar[str] = "bad_name"
    default: ClassVar[str] = f"A name is one line of up to {LONGEST_NAME} letters."


class BadZone(DomainError):
    code: ClassVar[str] = "bad_zone"
    default: ClassVar[str] = "That is not a time zone we know. Choose one by its city, like America/Chicago."


class PersonRole(Base):
    __tablename__ = "person_role"

    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True, index=True)


class Person(Base):
    """Somebody with a way in. `email` is normalised; `departed_at` ends every way in; history stays."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    timezone: Mapped[str] = mapped_column(String(64), default=DEFAULT_ZONE)
    phone: Mapped[str | None] = mapped_column(Encrypted("person.phone"))
    theme: Mapped[str] = mapped_column(String(6), default="system")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    departed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    role_rows: Mapped[list[PersonRole]] = relationship(lazy="selectin", cascade="all, delete-orphan")

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(Role(row.role) for row in self.role_rows)

    @property
    def is_staff(self) -> bool:
        return bool(self.roles & STAFF)


def add_person(
    session: Session,
    *,
    email: str,
    name: str,
    roles: Iterable[Role],
    timezone: str = DEFAULT_ZONE,
    now: datetime,
) -> Person:
    """Add somebody. Raises BadAddress, BadName, BadZone, AddressTaken."""
    address = normalise_address(email)
    lock(session, f"address:{address}")
    if session.scalar(select(Person.id).where(Person.email == address)) is not None:
        raise AddressTaken
    rows = [PersonRole(role=role.value) for role in sorted(set(roles))]
    person = Person(
        email=address,
        name=checked_name(name),
        timezone=checked_zone(timezone),
        created_at=now,
        role_rows=rows,
    )
    session.add(person)
    session.flush()
    return person


def find_person(session: Session, person_id: str) -> Person:
    """The person, departed or not. Raises UnknownPerson."""
    person = session.get(Person, person_id)
    if person is None:
        raise UnknownPerson
    return person


def find_member(session: Session, person_id: str) -> Person:
    """A member who is still here. Raises UnknownPerson."""
    person = find_person(session, person_id)
    if Role.MEMBER not in person.roles or person.departed_at is not None:
        raise UnknownPerson
    return person


def find_by_email(session: Session, email: str) -> Person | None:
    """Somebody present whose address this is, however it is written."""
    try:
        address = normalise_address(email)
    except BadAddress:
        return None
    return session.scalar(select(Person).where(Person.email == address, Person.departed_at.is_(None)))


def people_with(session: Session, role: Role) -> list[Person]:
    """Everybody present with this role, by name."""
    having = select(PersonRole.person_id).where(PersonRole.role == role.value)
    present = select(Person).where(Person.id.in_(having), Person.departed_at.is_(None))
    return list(session.scalars(present.order_by(Person.name, Person.id)))


def checked_name(name: str) -> str:
    """The name without outer spaces. Raises BadName."""
    trimmed = name.strip()
    if not trimmed or len(trimmed) > LONGEST_NAME or breaks_the_line(trimmed) or hides_something(trimmed):
        raise BadName
    return trimmed


def checked_zone(timezone: str) -> str:
    """The IANA name, unchanged. Raises BadZone."""
    if not is_zone(timezone):
        raise BadZone
    return timezone
