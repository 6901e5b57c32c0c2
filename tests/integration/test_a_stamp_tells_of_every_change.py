"""A calendar's stamp changes with whatever the calendar shows, whoever changes it, and with nothing else."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from foundation.database import Database
from scheduling.appointments import cancel
from scheduling.calendars.showing import FeedKind, Showing
from scheduling.calendars.stamps import CalendarChange, find_stamp, forget_old_changes
from scheduling.group_records import GroupOccurrence
from scheduling.groups import cancel_date
from scheduling.meetings import change_occurrence
from tests.builders.calendar_clinic import Clinic
from tests.builders.scheduling import a_booking, a_meeting
from tests.builders.series import DECEMBER, at

ANA, BEN, DANA, TEAM, MEETINGS = "ana", "ben", "dana", "team", "meetings"
EVERYBODY = {ANA, BEN, DANA, TEAM, MEETINGS}


def another_evening(session: Session, clinic: Clinic) -> None:
    a_meeting(session, audience="open")


def an_evening_off(session: Session, clinic: Clinic) -> None:
    change_occurrence(session, session.merge(clinic.evening), date(2027, 4, 9), cancelled=True, now=DECEMBER)


def a_group_off(session: Session, clinic: Clinic) -> None:
    one = session.scalars(select(GroupOccurrence).order_by(GroupOccurrence.starts_at)).first()
    assert one is not None
    cancel_date(session, one.id, by=clinic.dana.id, now=DECEMBER)


def a_new_name(session: Session, clinic: Clinic) -> None:
    session.merge(clinic.ana).name = "Ana Lopez"


def behind_the_orm(session: Session, clinic: Clinic) -> None:
    session.execute(text("UPDATE appointment SET revision = 7 WHERE id = :one"), {"one": clinic.single.id})


ACTS: list[tuple[Callable[[Session, Clinic], Any], set[str]]] = [
    (lambda s, c: cancel(s, c.single.id, by=c.ben.id, now=DECEMBER), {BEN, DANA, TEAM}),
    (lambda s, c: a_booking(s, at(2027, 1, 7, 11), now=DECEMBER, **c.with_ben), {BEN, DANA, TEAM}),
    (a_group_off, {ANA, BEN, DANA, TEAM}),
    (another_evening, EVERYBODY),
    (an_evening_off, EVERYBODY),
    (a_new_name, EVERYBODY),
    (behind_the_orm, {BEN, DANA, TEAM}),
]


@pytest.fixture
def clinic(database: Database) -> Clinic:
    with database.write() as session:
        return Clinic(session)


def stamps(session: Session, clinic: Clinic) -> dict[str, str]:
    whose = {ANA: clinic.ana.id, BEN: clinic.ben.id, DANA: clinic.dana.id}
    showings = {name: Showing(FeedKind.MEMBER, one, "x") for name, one in whose.items()}
    showings[TEAM] = Showing(FeedKind.TEAM, clinic.cora.id, "x")
    showings[MEETINGS] = Showing(FeedKind.MEETINGS, "everybody", "x")
    return {name: find_stamp(session, one) for name, one in showings.items()}


def test_each_change_is_told_to_whom_it_concerns(database: Database, clinic: Clinic) -> None:
    for act, concerned in ACTS:
        with database.write() as session:
            before = stamps(session, clinic)
            act(session, clinic)
            session.flush()
            after = stamps(session, clinic)
            session.rollback()
        assert {name for name in after if after[name] != before[name]} == concerned


def test_looking_changes_nothing_and_what_is_old_is_put_away(database: Database, clinic: Clinic) -> None:
    with database.write() as session:
        first = stamps(session, clinic)
        assert stamps(session, clinic) == first
        for _ in range(60):
            behind_the_orm(session, clinic)
        busiest = stamps(session, clinic)
        assert forget_old_changes(session, now=DECEMBER) > 50
        left = session.execute(
            select(func.count()).select_from(CalendarChange).group_by(CalendarChange.owner_id)
        )
        assert max(left.scalars()) <= 50
        assert stamps(session, clinic)[BEN] not in {first[BEN], busiest[BEN]}
