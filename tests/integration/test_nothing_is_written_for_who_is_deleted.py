"""Whatever is written about somebody while they are being deleted does not outlive the deletion (R40)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auth.consents import Consent, give_consent
from auth.erasing import erase_late_rows, erase_person
from auth.people import Person
from auth.sessions import AuthSession, open_session
from cli.keys.resealing import reseal_everything
from foundation.database import Database
from foundation.person_keys import KeyDestroyed, PersonKey
from tests.builders.people import a_member
from tests.clinic import NOW

NUMBER = "312 555 0141"
Write = Callable[[Session, Person], None]


def agrees(session: Session, who: Person) -> None:
    """Sealed with their key."""
    give_consent(session, who.id, "call", NUMBER, now=NOW)


def signs_in(session: Session, who: Person) -> None:
    """Nothing of it is sealed; it refers to the person."""
    open_session(session, who, now=NOW)


@pytest.fixture
def ana(database: Database) -> Person:
    with database.write() as session:
        ana = a_member(session)
        give_consent(session, ana.id, "text", NUMBER, now=NOW)
    return ana


def rows_of(database: Database, who: Person) -> int:
    counted = (select(func.count()).select_from(one).where(one.person_id == who.id) for one in _THEIRS)
    keys = select(func.count()).select_from(PersonKey).where(PersonKey.owner_id == who.id)
    with database.read() as session:
        return sum(session.scalar(one) or 0 for one in (*counted, keys))


_THEIRS = (Consent, AuthSession)


def erase(database: Database, who: Person) -> None:
    with database.write() as session:
        erase_person(session, who.id, now=NOW)


@pytest.mark.parametrize("write", [agrees, signs_in])
def test_the_deletion_waits_for_who_writes_just_now(database: Database, ana: Person, write: Write) -> None:
    written, erased = Event(), Event()

    def slowly() -> None:
        with database.write() as session:
            write(session, ana)
            session.flush()
            written.set()
            erased.wait(0.5)  # it cannot be, and where it could, this row would be left

    def at_once() -> None:
        written.wait(10)
        erase(database, ana)
        erased.set()

    with ThreadPoolExecutor(2) as pool:
        for one in (pool.submit(slowly), pool.submit(at_once)):
            one.result()
    assert rows_of(database, ana) == 0


def test_who_comes_in_the_midst_of_it_waits_and_is_refused(database: Database, ana: Person) -> None:
    begun, written = Event(), Event()

    def slowly() -> None:
        with database.write() as session:
            erase_person(session, ana.id, now=NOW)
            begun.set()
            written.wait(0.5)

    def meanwhile() -> None:
        begun.wait(10)
        with pytest.raises(KeyDestroyed), database.write() as session:
            agrees(session, ana)
        written.set()

    with ThreadPoolExecutor(2) as pool:
        for one in (pool.submit(slowly), pool.submit(meanwhile)):
            one.result()
    assert rows_of(database, ana) == 0


def test_nobody_who_was_deleted_gets_a_key_again(database: Database, ana: Person) -> None:
    erase(database, ana)
    with pytest.raises(KeyDestroyed), database.write() as session:
        agrees(session, ana)
    reseal_everything(database, now=NOW)
    assert rows_of(database, ana) == 0


def test_what_a_request_wrote_that_began_before_is_gone_a_minute_later(
    database: Database, ana: Person
) -> None:
    erase(database, ana)
    with database.write() as session:
        signs_in(session, ana)
    with database.write() as session:
        assert erase_late_rows(session, now=NOW + timedelta(minutes=1)) == 1
        assert erase_late_rows(session, now=NOW + timedelta(minutes=1)) == 0
    assert rows_of(database, ana) == 0
