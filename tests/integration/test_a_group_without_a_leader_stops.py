"""Nobody leads it, or nobody gives it any more: a weekly group gets no new dates, and the desk is told."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from auth.people import Person
from scheduling.group_dates import dates_of, extend_groups, missing_dates
from scheduling.groups import end_group
from scheduling.services import Service
from tests.builders.groups import weekly_group
from tests.builders.people import a_coordinator
from tests.clinic import NOW, Clinic

LATER = NOW + timedelta(weeks=3)


def stop(session: Session, clinic: Clinic, how: str) -> None:
    if how == "left":
        session.get_one(Person, clinic.dana.id).departed_at = NOW
    else:
        session.query(Service).filter(Service.seats > 1).update({"active": False})


def new_dates(clinic: Clinic, now: datetime) -> int:
    with clinic.database.write() as session:
        return extend_groups(session, now=now)


@pytest.mark.parametrize(
    ("how", "words"),
    [("left", "Dana Whitlock has left"), ("retired", "Small group is not offered any more")],
)
def test_no_new_date_comes_and_a_coordinator_reads_why(clinic: Clinic, how: str, words: str) -> None:
    with clinic.database.write() as session:
        group = weekly_group(session, clinic.dana, now=NOW)
        stop(session, clinic, how)
        cora = a_coordinator(session)
    assert new_dates(clinic, LATER) == 0
    with clinic.database.read() as session:
        assert len(dates_of(session, group.id, after=NOW)) == 12, "those that are there stay"
        assert missing_dates(session, group, now=LATER) == []
    desk = clinic.visit(cora)
    for path in ("/staff/groups", f"/staff/groups/{group.id}"):
        page = desk.open(path)
        assert words in page.text and "gets no new dates" in page.text
    ended = desk.press(desk.open(f"/staff/groups/{group.id}"), "End it", **{"end-from_date": "2026-12-01"})
    assert ended.status == 200, "a group that stands still can be ended"


def test_a_group_that_goes_on_says_nothing(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        group = weekly_group(session, clinic.dana, now=NOW)
        cora = a_coordinator(session)
    assert new_dates(clinic, LATER) == 3
    assert "gets no new dates" not in clinic.visit(cora).open("/staff/groups").text
    with clinic.database.write() as session:
        end_group(session, group.id, from_date=LATER.date(), by=cora.id, now=NOW)
    assert new_dates(clinic, LATER) == 0
