"""A session ends: by sign-out, by age, by leaving; and its token is worth nothing then."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from auth.people import Person, PersonRole, Role
from auth.sessions import (
    AuthSession,
    close_all,
    close_one,
    close_session,
    find_actor,
    is_visit_due,
    note_visit,
    open_session,
    open_sessions,
)
from foundation.database import Database
from tests.builders.people import a_member, a_person, a_practitioner

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def signed_in(database: Database, now: datetime, role: Role, *, shared: bool = False) -> tuple[Person, str]:
    with database.write() as session:
        person = a_person(session, role, timezone="America/Chicago", theme="dark")
        return person, open_session(session, person, now=now, shared=shared, stepped_up=True)


def is_in(database: Database, token: str, now: datetime) -> bool:
    with database.read() as session:
        return find_actor(session, token, now=now) is not None


def test_the_token_says_who_asks(database: Database, now: datetime) -> None:
    person, token = signed_in(database, now, Role.MEMBER)
    with database.read() as session:
        actor = find_actor(session, token, now=now)
    assert actor is not None
    assert (actor.person_id, actor.roles) == (person.id, frozenset({Role.MEMBER}))
    assert (actor.timezone, actor.theme) == ("America/Chicago", "dark")


def test_R6_only_its_digest_is_stored(database: Database, now: datetime) -> None:
    _person, token = signed_in(database, now, Role.MEMBER)
    with database.read() as session:
        assert session.scalars(select(AuthSession.token_digest)).one() not in {token, ""}
    assert not is_in(database, token[:-1], now)


def test_R1_signing_out_kills_the_token(database: Database, now: datetime) -> None:
    _person, token = signed_in(database, now, Role.MEMBER)
    with database.write() as session:
        close_session(session, token, now=now)
    assert not is_in(database, token, now)


@pytest.mark.parametrize(
    ("role", "shared", "last_moment"),
    [(Role.MEMBER, False, 30 * DAY), (Role.MODERATOR, False, HOUR), (Role.MEMBER, True, HOUR / 4)],
)
def test_R3_it_ends_by_age(
    database: Database, now: datetime, role: Role, shared: bool, last_moment: timedelta
) -> None:
    _person, token = signed_in(database, now, role, shared=shared)
    assert is_in(database, token, now + last_moment - timedelta(seconds=1))
    assert not is_in(database, token, now + last_moment)


def test_R3_work_keeps_staff_signed_in_for_a_day_at_most(database: Database, now: datetime) -> None:
    _person, token = signed_in(database, now, Role.PRACTITIONER)
    for half_hours in range(48):
        with database.write() as session:
            actor = find_actor(session, token, now=now + half_hours * HOUR / 2)
            assert actor is not None and actor.session_id is not None
            note_visit(session, actor.session_id, now=now + half_hours * HOUR / 2)
    assert not is_in(database, token, now + DAY)


def test_R3_a_new_role_shortens_it_at_once(database: Database, now: datetime) -> None:
    person, token = signed_in(database, now, Role.MEMBER)
    with database.write() as session:
        session.add(PersonRole(person_id=person.id, role=Role.MODERATOR.value))
    assert not is_in(database, token, now + 2 * HOUR)


def test_leaving_ends_every_way_in(database: Database, now: datetime) -> None:
    person, token = signed_in(database, now, Role.MODERATOR)
    with database.write() as session:
        session.get_one(Person, person.id).departed_at = now
    assert not is_in(database, token, now)


def test_a_visit_is_noted_once_a_minute(database: Database, now: datetime) -> None:
    _person, token = signed_in(database, now, Role.MEMBER)
    with database.write() as session:
        actor = find_actor(session, token, now=now)
        assert actor is not None and actor.session_id is not None
        assert not is_visit_due(actor, now=now + timedelta(seconds=59))
        assert is_visit_due(actor, now=now + timedelta(seconds=60))
        note_visit(session, actor.session_id, now=now + timedelta(seconds=59))
        assert session.scalars(select(AuthSession.seen_at)).one() == now


def test_a_visit_does_not_wake_a_closed_session(database: Database, now: datetime) -> None:
    _person, token = signed_in(database, now, Role.MEMBER)
    with database.write() as session:
        close_session(session, token, now=now)
        session_id = session.scalars(select(AuthSession.id)).one()
        note_visit(session, session_id, now=now + HOUR)
        assert session.scalars(select(AuthSession.seen_at)).one() == now


def test_one_of_my_devices_and_nobody_elses(database: Database, now: datetime) -> None:
    with database.write() as session:
        ana, dana = a_member(session), a_practitioner(session)
        old, new = (open_session(session, ana, now=now + when) for when in (timedelta(), HOUR))
        theirs = open_session(session, dana, now=now, stepped_up=True)
        latest, earlier = open_sessions(session, ana.id, now=now + HOUR)
        assert latest.seen_at > earlier.seen_at
        assert not close_one(session, earlier.id, dana.id, now=now)
        assert close_one(session, earlier.id, ana.id, now=now)
        assert not close_one(session, earlier.id, ana.id, now=now)
    assert [is_in(database, token, now) for token in (old, new, theirs)] == [False, True, True]


def test_signing_out_everywhere(database: Database, now: datetime) -> None:
    with database.write() as session:
        ana, dana = a_member(session), a_practitioner(session)
        mine = [open_session(session, ana, now=now) for _ in range(3)]
        theirs = open_session(session, dana, now=now, stepped_up=True)
        close_all(session, ana.id, now=now)
        assert open_sessions(session, ana.id, now=now) == []
    assert not any(is_in(database, token, now) for token in mine)
    assert is_in(database, theirs, now)
