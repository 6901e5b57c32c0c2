"""Beside the list of today: who has gone quiet, everybody at a glance, the day, and a list that is empty."""

from datetime import date, datetime, timedelta

from scheduling.aftercare.plan_records import CarePlan
from tests.builders.aftercare import a_concern, a_proposal, in_care, scored
from tests.builders.people import a_member
from tests.clinic import NOW, Clinic

SIXTY_DAYS_AGO = date(2026, 9, 28)
LIST = "/staff/worklist"


def taken_into_care(clinic: Clinic) -> CarePlan:
    """Jonah, by Dana."""
    with clinic.database.write() as session:
        return in_care(session, session.merge(clinic.jonah), clinic.dana, began=SIXTY_DAYS_AGO)


def test_who_has_gone_quiet_and_everybody_at_a_glance(clinic: Clinic) -> None:
    taken_into_care(clinic)
    with clinic.database.write() as session:
        heard = a_member(session, name="Noa Lind")
        plan = in_care(session, heard, clinic.dana, began=SIXTY_DAYS_AGO, level=1)
        scored(session, heard, "phq-9", NOW - timedelta(days=33), 12, 2)
        scored(session, heard, "phq-9", NOW - timedelta(days=3), 7, 1)
        scored(session, heard, "check-in", NOW - timedelta(days=2), 3, 0)
        a_proposal(session, plan, "Steady for 12 weeks", now=NOW, direction=-1)
    dana = clinic.visit(clinic.dana)
    page = dana.open(f"{LIST}/quiet")
    assert "Jonah Reed 60 days Nothing since the plan began" in page.text
    assert "Noa Lind" not in page.text
    page = dana.open(f"{LIST}/caseload")
    assert "PHQ-9 7 (-5)" in page.text
    assert "Rhythm: Closer" in page.text
    assert "Week 9" in page.text  # 60 days on: the number that /care tells the member
    assert "1 waiting for your decision" in page.text
    assert dana.open(f"{LIST}/caseload?page=9").status == 200
    assert "days_silent >= 14" in dana.open(f"{LIST}/rules").text


def test_the_day_shows_who_comes_and_what_stands_about_them(clinic: Clinic) -> None:
    plan = taken_into_care(clinic)
    clinic.booked(datetime(2026, 11, 27, 23, 0, tzinfo=NOW.tzinfo))
    with clinic.database.write() as session:
        a_concern(session, plan, "Nothing heard for 15 days", now=NOW)
    page = clinic.visit(clinic.dana).open(LIST)
    assert "3:00 pm Jonah Reed Nothing heard for 15 days" in page.text


def test_an_empty_list_says_what_will_come(clinic: Clinic) -> None:
    visit = clinic.visit(clinic.dana)
    assert "Nobody is in your care yet" in visit.open(LIST).text
    assert "Nobody has gone quiet" in visit.open(f"{LIST}/quiet").text
    assert "Nobody here yet" in visit.open(f"{LIST}/caseload").text
