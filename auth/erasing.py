"""Deleting what the house holds about a person, table by table as the register says (foundation/personal).

What stays names a row that says nothing of anybody. Their key is destroyed too, so that what was theirs does
not open in a backup either (docs/decisions/0034), and their id is kept, so that no backup brings them back.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, literal, select, update
from sqlalchemy.orm import Session

from auth.people import Person
from foundation.audit import record
from foundation.person_keys import ErasedPerson, destroy_keys, hold_person
from foundation.personal import holdings
from foundation.tables import know_every_table

NOWHERE = "{}@deleted.invalid"
"""An address that can never be one (RFC 2606)."""
_LATE = timedelta(minutes=10)
"""Longer than any request lasts that began while somebody was still here."""
Farewell = Callable[[Session, str, datetime], None]
_farewells: list[Farewell] = []


def at_farewell(command: Farewell) -> Farewell:
    """Have `command(session, person_id, now)` called before somebody's rows go: it gives their time back."""
    _farewells.append(command)
    return command


def erase_person(session: Session, person_id: str, *, now: datetime) -> bool:
    """Delete or overwrite everything that is theirs. Says whether there was anything left.

    Whoever writes about them just now is waited for: the row of the person is held, which every row that
    refers to it shares, and so is what every sealed text shares (foundation/person_keys).
    """
    know_every_table()
    hold_person(session, person_id)
    person = session.get(Person, person_id, with_for_update=True, populate_existing=True)
    if person is None or person.email == NOWHERE.format(person_id):
        return False
    person.departed_at = person.departed_at or now
    session.flush()
    _erase_rows(session, person_id, now)
    session.execute(update(Person).where(Person.id == person_id).values(email=NOWHERE.format(person_id)))
    destroy_keys(session, person_id)
    if session.get(ErasedPerson, person_id) is None:
        session.add(ErasedPerson(person_id=person_id, erased_at=now))
    record(session, actor=None, action="person.erased", kind="person", object_id=person_id, now=now)
    session.flush()
    session.expire_all()
    return True


def erase_late_rows(session: Session, *, now: datetime) -> int:
    """Once more, for those who were deleted just now: what a request wrote that had begun before.

    Sealed words were refused to it. Returns how many rows went.
    """
    lately = select(ErasedPerson.person_id).where(ErasedPerson.erased_at > now - _LATE)
    gone = session.scalars(lately).all()
    if (
        gone
    ):  # on nearly every minute nobody: importing the whole house takes seconds, and SQLite's writers wait
        know_every_table()
    return sum(_erase_rows(session, one, now) for one in gone)


def erased_ids(session: Session) -> set[str]:
    """Of everybody who was ever deleted: they name nobody, and a restore deletes them again."""
    return set(session.scalars(select(ErasedPerson.person_id)))


def _erase_rows(session: Session, person_id: str, now: datetime) -> int:
    _overwrite(session, person_id)
    for command in _farewells:
        command(session, person_id, now)
    return _delete(session, person_id)


def _overwrite(session: Session, person_id: str) -> None:
    """Of the rows that stay, the words: first, since nothing may have to open them any more."""
    for one in holdings():
        if one.blank:
            session.execute(update(one.table).where(one.rows_of(person_id)).values(**one.blank))
    session.expire_all()


def _delete(session: Session, person_id: str) -> int:
    """Rows that refer to others go before those. Returns how many went."""
    session.flush()
    going = [one for one in reversed(list(holdings())) if not one.keep]
    these = (delete(one.table).where(one.rows_of(person_id)).returning(literal(1)) for one in going)
    return sum(len(session.execute(one).all()) for one in these)
