"""Everybody who has or had a way in, as coordinators look for them."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auth.people import Person
from auth.sessions import AuthSession
from foundation.person_keys import ErasedPerson


@dataclass(frozen=True)
class RosterLine:
    """`seen_at`: when one of their sign-ins was last used, as far as we still know."""

    person: Person
    seen_at: datetime | None


@dataclass(frozen=True)
class RosterPage:
    lines: tuple[RosterLine, ...]
    total: int


def find_everybody(
    session: Session, words: str = "", *, role: str = "", gone: bool = False, limit: int = 50, offset: int = 0
) -> RosterPage:
    """By name: those with every word somewhere in name or address, with the role; `gone`: who has left."""
    wanted = [_folded(word) for word in words.split()]
    which = Person.departed_at.is_not(None) if gone else Person.departed_at.is_(None)
    here = which, Person.id.not_in(select(ErasedPerson.person_id))
    rows = session.scalars(select(Person).where(*here).order_by(Person.name, Person.id))
    found = [one for one in rows if _is_meant(one, wanted, role)]
    page = found[offset : offset + limit]
    seen = _last_seen(session, [one.id for one in page])
    return RosterPage(tuple(RosterLine(one, seen.get(one.id)) for one in page), len(found))


def _is_meant(person: Person, wanted: list[str], role: str) -> bool:
    text = _folded(f"{person.name} {person.email}")
    return (not role or role in person.roles) and all(word in text for word in wanted)


def _last_seen(session: Session, ids: list[str]) -> dict[str, datetime]:
    rows = select(AuthSession.person_id, func.max(AuthSession.seen_at)).where(AuthSession.person_id.in_(ids))
    return {row[0]: row[1] for row in session.execute(rows.group_by(AuthSession.person_id))}


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
