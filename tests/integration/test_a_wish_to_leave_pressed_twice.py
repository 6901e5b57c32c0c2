"""Two presses of the same button at once are one wish, and one change of mind."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from auth.leaving import Leaving, ask_to_leave, stay
from foundation.database import Database, is_postgres
from tests.clinic import NOW, Clinic
from tests.peers import wait_until

T = TypeVar("T")
WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


def pressed_twice(database: Database, press: Callable[[Session], T]) -> tuple[T, T]:
    """The second comes while the first is under way."""

    def second() -> T:
        with database.write() as session:
            return press(session)

    with ThreadPoolExecutor(1) as beside:
        with database.write() as session:
            first = press(session)
            coming = beside.submit(second)
            if is_postgres(session):
                wait_until(lambda: session.scalar(WAITING), "the second does not wait for the first")
        return first, coming.result()


def test_asked_twice_it_is_asked_once(clinic: Clinic) -> None:
    pressed_twice(clinic.database, lambda session: ask_to_leave(session, clinic.jonah.id, now=NOW).due_at)
    with clinic.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Leaving)) == 1


def test_taken_back_twice_it_was_there_once(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        ask_to_leave(session, clinic.jonah.id, now=NOW)
    found = pressed_twice(clinic.database, lambda session: stay(session, clinic.jonah.id, now=NOW))
    assert found == (True, False)
