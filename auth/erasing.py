"""Deleting what the house holds about a person, table by table as the register says (foundation/personal).

What stays names a row that says nothing of anybody. Their key is destroyed too, so that what was theirs does
not open in a backup either (docs/decisions/0034), and their id is kept, so that no backup brings them back.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.people import Person
from foundation.audit import record
from foundation.columns import Id, UtcDateTime
from foundation.database import Base, lock
from foundation.person_keys import destroy_keys
from foundation.personal import explains, holdings
from foundation.tables import know_every_table

NOWHERE = "{}@deleted.invalid"
"""An address that can never be one (RFC 2606)."""
Farewell = Callable[[Session, str, datetime], None]
_farewells: list[Farewell] = []


class ErasedPerson(Base):
    """Who was deleted: an id that means nothing any more, and when."""

    __tablename__ = "erased_person"

    person_id: Mapped[str] = mapped_column(Id, primary_key=True)
    erased_at: Mapped[datetime] = mapped_column(UtcDateTime)


explains(ErasedPerson, "person_id", "who was deleted, by an id that means nothing any more")


def at_farewell(command: Farewell) -> Farewell:
    """Have `command(session, person_id, now)` called before somebody's rows go: it gives their time back."""
    _farewells.append(command)
    return command


def erase_person(session: Session, person_id: str, *, now: datetime) -> bool:
    """Delete or overwrite everything that is theirs. Says whether there was anything left."""
    know_every_table()
    lock(session, f"person:{person_id}")
    person = session.get(Person, person_id, populate_existing=True)
    if person is None or person.email == NOWHERE.format(person_id):
        return False
    person.departed_at = person.departed_at or now
    session.flush()
    _overwrite(session, person_id)
    for command in _farewells:
        command(session, person_id, now)
    _delete(session, person_id)
    session.execute(update(Person).where(Person.id == person_id).values(email=NOWHERE.format(person_id)))
    destroy_keys(session, person_id)
    if session.get(ErasedPerson, person_id) is None:
        session.add(ErasedPerson(person_id=person_id, erased_at=now))
    record(session, actor=None, action="person.erased", kind="person", object_id=person_id, now=now)
    session.flush()
    session.expire_all()
    return True


def erased_ids(session: Session) -> set[str]:
    """Of everybody who was ever deleted: they name nobody, and a restore deletes them again."""
    return set(session.scalars(select(ErasedPerson.person_id)))


def _overwrite(session: Session, person_id: str) -> None:
    """Of the rows that stay, the words: first, since nothing may have to open them any more."""
    for one in holdings():
        if one.blank:
            session.execute(update(one.table).where(one.rows_of(person_id)).values(**one.blank))
    session.expire_all()


def _delete(session: Session, person_id: str) -> None:
    """Rows that refer to others go before those."""
    session.flush()
    for one in reversed(list(holdings())):
        if not one.keep:
            session.execute(delete(one.table).where(one.rows_of(person_id)))
