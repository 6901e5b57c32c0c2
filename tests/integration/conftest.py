"""An evening, a socket, a small clinic, two programs, a provider of accounts: what many stories need."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask

from foundation.database import Database
from tests.builders.hostile_provider import NOW, Provider, a_provider
from tests.builders.lines import Line
from tests.builders.rooms import Evening, an_evening
from tests.clinic import Clinic, open_clinic
from tests.conftest import Clock
from tests.program import Program, program_for


@pytest.fixture
def evening(database: Database, now: datetime) -> Evening:
    """Open, with Jonah at the desk and two members inside; everything is held for him."""
    return an_evening(database, now=now, members=2)


@pytest.fixture
def ana(app: Flask, evening: Evening) -> Line:
    """The socket of the first member, in the room."""
    return Line(app, evening.members[0].person_id, evening.meeting.slug)


@pytest.fixture
def clinic(app: Flask, database: Database) -> Clinic:
    return open_clinic(app, database)


@pytest.fixture
def jonah(clinic: Clinic) -> Program:
    """A program that speaks for the member."""
    return program_for(clinic)


@pytest.fixture
def dana(clinic: Clinic) -> Program:
    """A program that speaks for the practitioner."""
    return program_for(clinic, clinic.dana)


@pytest.fixture
def provider(app: Flask, clock: Clock) -> Iterator[Provider]:
    """The one account elsewhere that may be used here; it tells the truth until a story says otherwise."""
    with a_provider() as made:
        house = app.extensions["evenside"]
        with_it = replace(house.settings, oidc=(made.settings,))
        app.extensions["evenside"] = replace(house, settings=with_it)
        NOW[0] = clock().timestamp()
        yield made
