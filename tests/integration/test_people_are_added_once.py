"""People: one address, one person; and what cannot be a name or a zone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import text

from auth.addresses import BadAddress
from auth.people import (
    AddressTaken,
    BadName,
    BadZone,
    Role,
    UnknownPerson,
    add_person,
    find_by_email,
    find_person,
    people_with,
)
from auth.preferences import BadTheme, Preferences, change_preferences
from foundation.audit import AuditEntry
from foundation.database import Database
from tests.builders.people import a_member, a_person, a_practitioner


def test_a_person_is_found_however_the_address_is_written(database: Database, now: datetime) -> None:
    with database.write() as session:
        ana = add_person(session, email=" Ana@Example.ORG ", name=" Ana ", roles=[Role.MEMBER], now=now)
    with database.read() as session:
        found = find_by_email(session, "ANA@example.org")
        assert found is not None
        assert (found.id, found.name, found.email) == (ana.id, "Ana", "ana@example.org")
        assert (found.timezone, found.roles) == ("America/Los_Angeles", frozenset({Role.MEMBER}))
        assert find_by_email(session, "not an address") is None


def test_an_address_is_taken_once_also_in_a_race(database: Database, now: datetime) -> None:
    def add(number: int) -> bool:
        try:
            with database.write() as session:
                add_person(
                    session, email="ana@example.org", name=f"Ana {number}", roles=[Role.MEMBER], now=now
                )
        except AddressTaken:
            return False
        return True

    with ThreadPoolExecutor(8) as everybody:
        assert sorted(everybody.map(add, range(8))) == [False] * 7 + [True]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"email": "ana@example.org\r\nBcc: b@example.org"}, BadAddress),
        ({"name": "Ana\nBcc: b"}, BadName),
        ({"name": "Ana\x00"}, BadName),
        ({"name": "\u202eAna"}, BadName),
        ({"name": "  "}, BadName),
        ({"name": "A" * 81}, BadName),
        ({"timezone": "Mars/Olympus"}, BadZone),
    ],
)
def test_bad_input_is_refused(
    database: Database, now: datetime, wrong: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error), database.write() as session:
        add_person(
            session,
            **{"email": "ana@example.org", "name": "Ana", "timezone": "UTC", **wrong},
            roles=[],
            now=now,
        )


def test_people_by_role_are_those_still_here(database: Database, now: datetime) -> None:
    with database.write() as session:
        a_practitioner(session, name="Ruth")
        a_person(session, name="Dana", roles=[Role.PRACTITIONER, Role.MODERATOR])
        a_practitioner(session, name="Gone", departed_at=now)
        a_member(session)
    with database.read() as session:
        assert [person.name for person in people_with(session, Role.PRACTITIONER)] == ["Dana", "Ruth"]
        with pytest.raises(UnknownPerson):
            find_person(session, "nobody")


def test_a_phone_number_is_sealed_at_rest(database: Database, now: datetime) -> None:
    with database.write() as session:
        ana = a_member(session)
        change_preferences(session, ana.id, Preferences("UTC", "dark", "312 555 0100"), now=now)
    with database.read() as session:
        assert b"5550100" not in bytes(session.execute(text("SELECT phone FROM person")).scalar_one())
        assert find_person(session, ana.id).phone == "+13125550100"


def test_changes_are_noted_by_name_and_only_when_there_are_any(database: Database, now: datetime) -> None:
    with database.write() as session:
        ana = a_member(session)
        for _ in range(2):
            change_preferences(session, ana.id, Preferences("UTC", "dark", ""), now=now)
    with database.read() as session:
        [entry] = session.query(AuditEntry).all()
        assert entry.detail == {"changed": ["theme", "timezone"]}


def test_a_theme_that_is_none_is_refused(database: Database, now: datetime) -> None:
    with pytest.raises(BadTheme), database.write() as session:
        change_preferences(session, a_member(session).id, Preferences("UTC", "neon", ""), now=now)
