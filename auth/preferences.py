"""What a person sets for themselves."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy.orm import Session

from auth.people import THEMES, Person, checked_zone, find_person
from auth.phones import normalise_phone
from foundation.audit import record
from foundation.errors import DomainError


class BadTheme(DomainError):
    code: ClassVar[str] = "bad_theme"
    default: ClassVar[str] = "Choose light, dark, or as the device has it."


@dataclass(frozen=True)
class Preferences:
    """`phone` is E.164 or empty for none."""

    timezone: str
    theme: str
    phone: str


def change_preferences(session: Session, person_id: str, wanted: Preferences, *, now: datetime) -> Person:
    """Keep what changed and note which, not what. Raises UnknownPerson, BadZone, BadTheme, BadPhone."""
    person = find_person(session, person_id)
    values = asdict(_checked(wanted)) | {"phone": normalise_phone(wanted.phone) if wanted.phone else None}
    changed = sorted(name for name, value in values.items() if getattr(person, name) != value)
    for name in changed:
        setattr(person, name, values[name])
    if changed:
        detail = {"changed": changed}
        record(
            session,
            actor=person.id,
            action="person.changed",
            kind="person",
            object_id=person.id,
            now=now,
            detail=detail,
        )
    return person


def keep_phone(session: Session, person_id: str, phone: str, *, now: datetime) -> None:
    """The number that somebody gave for a call, unless they gave that one before. Raises BadPhone."""
    person, number = find_person(session, person_id), normalise_phone(phone)
    wanted = Preferences(person.timezone, person.theme, number)
    change_preferences(session, person_id, wanted, now=now)


def _checked(wanted: Preferences) -> Preferences:
    checked_zone(wanted.timezone)
    if wanted.theme not in THEMES:
        raise BadTheme
    return wanted
