"""Whose calendar a page is about: one's own, or a colleague's that one may keep."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from flask import request
from sqlalchemy.orm import Session

from auth.people import Person, Role, UnknownPerson, find_person, people_with
from auth.permissions import allow, may
from scheduling.hours import Schedule
from web.context import actor


@dataclass(frozen=True)
class Whose:
    """The practitioner whose calendar this is, as the one who looks sees them."""

    person: Person
    is_own: bool

    @property
    def id(self) -> str:
        return self.person.id

    @property
    def first_name(self) -> str:
        return self.person.name.split()[0]

    @property
    def kept(self) -> dict[str, str]:
        """What an address has to carry; nothing for one's own."""
        return {} if self.is_own else {"who": self.id}

    def link(self, path: str, **asked: str) -> str:
        """`path` about the same calendar."""
        query = urlencode(asked | self.kept)
        return f"{path}?{query}" if query else path

    def day(self, day: date, **asked: str) -> str:
        """The calendar at that day."""
        return self.link("/staff/", day=day.isoformat(), **asked)


def asked_whose(session: Session) -> Whose:
    """The one whom `who` names, else oneself. Raises NotYours, UnknownPerson."""
    asked = request.values.get("who", "") or actor().person_id
    return whose(session, asked)


def whose(session: Session, person_id: str) -> Whose:
    """A colleague has to be a practitioner who is still here. Raises NotYours, UnknownPerson."""
    if person_id == actor().person_id:
        return Whose(find_person(session, person_id), is_own=True)
    allow(actor(), "schedule.edit", Schedule(practitioner_id=person_id))
    person = find_person(session, person_id)
    if Role.PRACTITIONER not in person.roles or person.departed_at is not None:
        raise UnknownPerson
    return Whose(person, is_own=False)


def colleagues(session: Session) -> list[Person]:
    """Whose calendars one may keep besides one's own, by name."""
    if not may(actor(), "coordinator"):
        return []
    return [one for one in people_with(session, Role.PRACTITIONER) if one.id != actor().person_id]
