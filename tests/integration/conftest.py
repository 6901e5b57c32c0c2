"""An evening, a member's socket, a small clinic and two programs, for the many stories that need no other."""

from datetime import datetime

import pytest
from flask import Flask

from foundation.database import Database
from tests.builders.lines import Line
from tests.builders.rooms import Evening, an_evening
from tests.clinic import Clinic, open_clinic
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
