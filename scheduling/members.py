"""Members as the people who work here look for them."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from auth.people import Person, PersonRole, Role
from scheduling.appointments import Appointment, Status


@dataclass(frozen=True)
class MemberLine:
    """A member, when they come next and when they were last here."""

    id: str
    name: str
    next_at: datetime | None = None
    seen_at: datetime | None = None


@dataclass(frozen=True)
class MemberPage:
    lines: tuple[MemberLine, ...]
    total: int


def find_members(
    session: Session, words: str = "", *, now: datetime, limit: int = 50, offset: int = 0
) -> MemberPage:
    """Those present whose name has every word somewhere, accents aside, by name."""
    wanted = [_folded(word) for word in words.split()]
    found = [(one, name) for one, name in _present(session) if all(word in _folded(name) for word in wanted)]
    page = found[offset : offset + limit]
    dates = _dates(session, [one for one, _name in page], now)
    return MemberPage(tuple(MemberLine(one, name, *dates.get(one, ())) for one, name in page), len(found))


def _present(session: Session) -> list[tuple[str, str]]:
    members = select(PersonRole.person_id).where(PersonRole.role == Role.MEMBER.value)
    rows = select(Person.id, Person.name).where(Person.id.in_(members), Person.departed_at.is_(None))
    return [(one, name) for one, name in session.execute(rows.order_by(Person.name, Person.id))]


def _dates(
    session: Session, ids: Sequence[str], now: datetime
) -> dict[str, tuple[datetime | None, datetime | None]]:
    ahead = (Appointment.status == Status.BOOKED) & (Appointment.starts_at > now)
    came = Appointment.status.in_([Status.ARRIVED, Status.FULFILLED])
    rows = (
        select(
            Appointment.member_id,
            func.min(case((ahead, Appointment.starts_at))),
            func.max(case((came, Appointment.starts_at))),
        )
        .where(Appointment.member_id.in_(ids))
        .group_by(Appointment.member_id)
    )
    return {one: (next_at, seen_at) for one, next_at, seen_at in session.execute(rows)}


def _folded(text: str) -> str:
    """Lower case without accents: `ines` finds Inés."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
