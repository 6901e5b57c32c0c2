"""Two coordinators who end each other in the same moment leave one; nothing else ends the last one either."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy.orm import Session

from auth.leaving import ask_to_leave, leaving_of
from auth.people import Person, PersonRole, Role, find_person, people_with
from auth.roster import change_roles, depart
from foundation.database import Database
from foundation.errors import DomainError
from scheduling.accounts_due import erase_due_accounts
from tests.builders.people import a_coordinator, a_member
from tests.clinic import NOW

WEEK = timedelta(days=7)
Act = Callable[[Session, Person, Person], None]


def makes_a_member(session: Session, whom: Person, by: Person) -> None:
    change_roles(session, whom.id, [Role.MEMBER], by=by.id, now=NOW)


def shows_out(session: Session, whom: Person, by: Person) -> None:
    depart(session, whom.id, by=by.id, now=NOW)


@pytest.mark.parametrize(
    ("first", "second"),
    [(makes_a_member, makes_a_member), (shows_out, shows_out), (makes_a_member, shows_out)],
)
def test_of_two_who_end_each_other_one_stays(database: Database, first: Act, second: Act) -> None:
    with database.write() as session:
        cora, ruth = a_coordinator(session, name="Cora Field"), a_coordinator(session, name="Ruth Vale")
    ready = Barrier(2)

    def run(act: Act, whom: Person, by: Person) -> str:
        ready.wait(10)
        try:
            database.change(lambda session: act(session, whom, by))
        except DomainError as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        outcomes = [pool.submit(run, first, ruth, cora), pool.submit(run, second, cora, ruth)]
        told = sorted(one.result() for one in outcomes)
    assert told == ["done", "last_coordinator"]
    with database.read() as session:
        assert len(people_with(session, Role.COORDINATOR)) == 1


def test_a_wish_to_be_deleted_ends_where_somebody_begins_to_work_here(database: Database) -> None:
    """Else the only coordinator would be gone a week after they asked as a member."""
    with database.write() as session:
        cora, ana = a_coordinator(session, name="Cora Field"), a_member(session)
        ask_to_leave(session, ana.id, now=NOW)
    with database.write() as session:
        change_roles(session, ana.id, [Role.MEMBER, Role.COORDINATOR], by=cora.id, now=NOW)
    with database.read() as session:
        assert leaving_of(session, ana.id) is None


def test_whoever_works_here_meanwhile_is_not_deleted(database: Database) -> None:
    """The wish and the role came in the same moment; neither saw the other."""
    with database.write() as session:
        ana = a_member(session)
        ask_to_leave(session, ana.id, now=NOW)
        session.add(PersonRole(person_id=ana.id, role=Role.COORDINATOR.value))
    with database.write() as session:
        assert erase_due_accounts(session, now=NOW + WEEK) == 0
    with database.read() as session:
        assert find_person(session, ana.id).name == ana.name
