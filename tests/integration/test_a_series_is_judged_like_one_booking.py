"""What the plan of a series says of each date is what a single booking of that time would be told."""

from datetime import date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy.orm import Session

from foundation.database import Database
from foundation.errors import DomainError
from scheduling.availability import Override
from scheduling.conflicts import Wish, require_open
from scheduling.hours import Hours, load_hours, save_hours
from scheduling.occupancy import Kind, Occupancy
from scheduling.series import plan_series
from tests.builders.people import LONG_AGO
from tests.builders.series import DECEMBER, Practice, at

DATES = 30


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("override", ["", "Agreed with both."])
def test_each_date_is_judged_as_if_it_were_booked_alone(database: Database, seed: int, override: str) -> None:
    chance = Random(seed)
    with database.write() as session:
        practice = Practice(session, notice_minutes=35 * 24 * 60)
        fill(session, practice, chance)
    order = practice.order(at(2026, 12, 29, chance.choice([8, 9, 12, 15])), count=DATES, override=override)
    with database.read() as session:
        planned = plan_series(session, order, now=DECEMBER)
        alone = [verdict(session, practice, one.starts_at, override) for one in planned]
    told = [one.conflict.code if one.conflict else tuple(sorted(one.set_aside)) for one in planned]
    assert told == alone
    assert len(set(told)) > 1


def verdict(session: Session, practice: Practice, at: datetime, override: str) -> str | tuple[str, ...]:
    people = practice.dana.id, practice.ana.id
    wish = Wish(practice.service, *people, at, override=bool(override), repeats=True)
    try:
        return tuple(sorted(require_open(session, wish, now=DECEMBER)))
    except DomainError as refusal:
        return refusal.code


def fill(session: Session, practice: Practice, chance: Random) -> None:
    """Days off, a daily limit, and time of every kind taken on either side, around the dates."""
    hours = load_hours(session, practice.dana.id)
    tuesdays = [date(2026, 12, 29) + timedelta(weeks=number) for number in range(DATES)]
    off = tuple(Override(day, chance.choice([(), ((600, 660),)])) for day in chance.sample(tuesdays, 4))
    limited = Hours(hours.timezone, hours.windows, off, daily_limit=2)
    save_hours(session, practice.dana.id, limited, now=LONG_AGO, by=practice.dana.id)
    for day in chance.sample(tuesdays, 20):
        starts_at = at(day.year, day.month, day.day, chance.randrange(8, 17), chance.choice([0, 30]))
        for number in range(chance.choice([1, 1, 2])):
            session.add(some_time(practice, chance, starts_at + timedelta(hours=2 * number)))


def some_time(practice: Practice, chance: Random, starts_at: datetime) -> Occupancy:
    kind = chance.choice([Kind.APPOINTMENT, Kind.HOLD, Kind.BLOCK, Kind.EXTERNAL])
    hers = kind != Kind.HOLD or chance.random() < 0.5
    return Occupancy(
        practitioner_id=practice.dana.id if hers else None,
        member_id=None if hers else practice.ana.id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=chance.choice([30, 60, 90])),
        kind=kind.value,
        expires_at=DECEMBER + timedelta(minutes=chance.choice([-5, 5])) if kind == Kind.HOLD else None,
    )
