"""Those who look after a member read how they answer, as a plot and a table; each reading is on record."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from foundation.audit import AuditEntry
from scheduling.aftercare.measures.reading import read_measure
from scheduling.aftercare.measures.records import MeasureResponse
from tests.builders.measures import a_check_in, a_sitting
from tests.builders.people import a_coordinator, a_member, a_practitioner
from tests.clinic import NOW, Clinic


@pytest.fixture
def answered(clinic: Clinic) -> Clinic:
    """Jonah sees Dana, and has sent two sheets and a check-in."""
    clinic.booked()
    with clinic.database.write() as session:
        a_sitting(session, clinic.jonah.id, "phq-9", 2, now=NOW - timedelta(weeks=4), q9="0")
        a_sitting(session, clinic.jonah.id, "phq-9", 1, now=NOW, q9="0")
        a_check_in(session, clinic.jonah.id, now=NOW, pull=4, line="Slept at my brother’s.")
    return clinic


def where(clinic: Clinic, more: str = "") -> str:
    return f"/staff/people/{clinic.jonah.id}/measures{more}"


def newest(clinic: Clinic, code: str) -> str:
    with clinic.database.read() as session:
        these = select(MeasureResponse.id).where(MeasureResponse.code == code)
        return str(session.scalars(these.order_by(MeasureResponse.completed_at.desc())).first())


def test_the_numbers_stand_on_the_members_page_and_on_one_of_their_own(answered: Clinic) -> None:
    dana = answered.visit(answered.dana)
    assert "8 of 27, mild" in dana.open(f"/staff/people/{answered.jonah.id}").text
    page = dana.open(where(answered))
    assert (page.status, page.h1) == (200, ["How Jonah answers"])
    assert "PHQ-9: from 16 to 8, between 8 and 16." in page.text
    assert "Slept" not in page.text, "words are one step further"


def test_each_answer_is_read_as_the_member_saw_it_and_that_is_noted(answered: Clinic) -> None:
    dana = answered.visit(answered.dana)
    response = newest(answered, "check-in")
    page = dana.open(where(answered, f"/{response}"))
    assert "Slept at my brother’s." in page.text
    assert "Once or twice" in page.text
    dana.open(where(answered))
    with answered.database.read() as session:
        noted = session.scalars(select(AuditEntry).where(AuditEntry.action.like("measure%read")))
        trail = {(one.action, one.actor_id, one.object_id) for one in noted}
    assert trail == {
        ("measure.read", answered.dana.id, response),
        ("measures.read", answered.dana.id, answered.jonah.id),
    }


def test_others_find_nothing_and_a_draft_is_nobody_elses(answered: Clinic) -> None:
    with answered.database.write() as session:
        ines = a_practitioner(session, name="Ines")
        priya = a_member(session, name="Priya")
        cora = a_coordinator(session)
        a_sitting(session, priya.id, "gad-7", 1, now=NOW)
    response = newest(answered, "phq-9")
    assert answered.visit(cora).open(where(answered)).status == 200
    assert answered.visit(priya).open(where(answered)).status == 403
    assert answered.visit(answered.dana).open(where(answered, "/nonsense")).status == 404
    other = f"/staff/people/{priya.id}/measures/{response}"
    assert answered.visit(cora).open(other).status == 404, "one member’s answers under another’s name"
    assert answered.visit(ines).open(where(answered)).status in {200, 404}


def test_coordinators_see_where_each_comes_from(answered: Clinic) -> None:
    with answered.database.write() as session:
        cora = a_coordinator(session)
    page = answered.visit(cora).open("/admin/measures")
    assert (page.status, page.h1) == (200, ["Measures"])
    said = (
        "No permission required to reproduce",
        "Its words are missing",
        "NonCommercial",
        "written from memory",
    )
    assert [words for words in said if words not in page.text] == []
    assert answered.visit(answered.dana).open("/admin/measures").status == 403


def test_a_file_of_ours_is_taken_along_to_begin_from(answered: Clinic) -> None:
    with answered.database.write() as session:
        coordinator = a_coordinator(session)
    cora = answered.visit(coordinator)
    given = cora.client.get("/admin/measures/csbd-19/file.txt")
    assert given.headers["Content-Disposition"] == 'attachment; filename="csbd-19.toml"'
    assert "1556/2006.2020.00034" in read_measure(given.get_data(as_text=True)).source
    assert cora.open("/admin/measures/nonsense/file.txt").status == 404
