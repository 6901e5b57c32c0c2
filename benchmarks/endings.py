"""Somebody is ended while they sit in the room: until their page, socket and feed are closed (R16).

The time begins when whoever ends them has been answered.
"""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from benchmarks.report import Row
from cli.wiring import utc_now
from tests.builders.scheduling import a_meeting
from tests.house import House, running_house
from tests.ways_in import ENDINGS, everything_open

TITLE = "From the end of somebody's ways in until page, socket and feed are closed. SQLite"
GOAL_MS = 5000.0
ROUNDS = 10
SLUG = "tonight"


def measure(rounds: int = ROUNDS) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder, running_house(Path(folder)) as house:
        furnish(house)
        for how in ENDINGS:
            yield Row(how, [_once(house, how) for _ in range(rounds)], GOAL_MS)


def furnish(house: House) -> None:
    """An evening that begins in a moment."""
    begins = utc_now() + timedelta(minutes=5)
    minute = begins.hour * 60 + begins.minute
    with house.database.write() as session:
        a_meeting(session, slug=SLUG, timezone="UTC", weekday=begins.weekday(), minute_of_day=minute)


def _once(house: House, how: str) -> float:
    end, also_the_feed = ENDINGS[how]
    with closing(everything_open(house, SLUG)) as theirs:
        end(theirs)
        return theirs.seconds_until_out(also_the_feed=also_the_feed) * 1000
