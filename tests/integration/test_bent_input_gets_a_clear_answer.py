"""Numbers and days that no page of ours sends get a clear answer, and no page of errors."""

import pytest
from flask import Flask
from sqlalchemy import select

from auth.people import Person
from foundation.database import Database
from safety.flags import Flag
from scheduling.aftercare.supporters import MOST, add_supporter
from tests.builders.people import a_coordinator, a_member
from tests.conftest import Clock
from tests.posting import browser_of, send

ENDLESS = "9" * 5000
"""Longer than what Python reads as a number."""


@pytest.fixture
def ana(database: Database) -> Person:
    with database.write() as session:
        return a_member(session, name="Ana")


@pytest.fixture
def ruth(database: Database) -> Person:
    with database.write() as session:
        return a_coordinator(session, name="Ruth Vale")


def test_steps_with_an_endless_revision_count_as_the_first(app: Flask, ana: Person) -> None:
    told = {"steps": "Shoes on.", "seen": ENDLESS}
    assert send(browser_of(app, ana), "/care/steps/edit", told).status_code == 303


@pytest.mark.parametrize("asked", ["last=9999-12-31", "first=0001-01-01"])
def test_the_trail_of_days_beyond_the_calendar_is_asked_for_without_them(
    app: Flask, ruth: Person, asked: str
) -> None:
    assert browser_of(app, ruth).get(f"/admin/audit?{asked}").status_code == 200


def test_words_of_danger_reach_a_person_even_when_there_is_room_for_nobody_more(
    app: Flask, database: Database, ana: Person, clock: Clock
) -> None:
    with database.write() as session:
        for name in ("Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hal")[:MOST]:
            add_supporter(session, ana.id, name, "312 555 0141", "", by=ana.id, now=clock())
    told = {"name": "Marcus", "phone": "312 555 0178", "relation": "I want to kill myself"}
    assert send(browser_of(app, ana), "/care/people", told).status_code == 409
    with database.read() as session:
        [flag] = session.scalars(select(Flag)).all()
    assert flag.person_id == ana.id


def test_taking_out_an_endless_line_of_a_schedule_takes_out_none(app: Flask, ruth: Person) -> None:
    browser, told = browser_of(app, ruth), {"title": "A month", "act": f"remove-{ENDLESS}"}
    assert send(browser, "/admin/plans/new", told, page="/admin/plans/new").status_code in {200, 422}
