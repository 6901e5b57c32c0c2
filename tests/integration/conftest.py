"""An evening and a member's socket, for the many stories that need no other."""

from datetime import datetime

import pytest
from flask import Flask

from foundation.database import Database
from tests.builders.lines import Line
from tests.builders.rooms import Evening, an_evening


@pytest.fixture
def evening(database: Database, now: datetime) -> Evening:
    """Open, with Jonah at the desk and two members inside; everything is held for him."""
    return an_evening(database, now=now, members=2)


@pytest.fixture
def ana(app: Flask, evening: Evening) -> Line:
    """The socket of the first member, in the room."""
    return Line(app, evening.members[0].person_id, evening.meeting.slug)
