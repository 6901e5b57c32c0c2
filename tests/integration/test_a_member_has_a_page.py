"""One page for each member, for those who look after them and nobody else."""

from scheduling.aftercare.admitting import keep_draft
from tests.builders.people import a_coordinator, a_practitioner
from tests.builders.plans import a_running_plan, an_admission
from tests.builders.scheduling import a_booking, a_working_practitioner
from tests.clinic import NOW, TUESDAY_3PM, Clinic


def page_of(clinic: Clinic) -> str:
    return f"/staff/people/{clinic.jonah.id}"


def test_their_therapist_sees_what_is_next_and_their_clock(clinic: Clinic) -> None:
    clinic.booked()
    page = clinic.visit(clinic.dana).open(page_of(clinic))
    assert page.h1 == ["Jonah Reed"]
    assert "Next: Tuesday 1 December, 1:00 pm, Follow-up with Dana Whitlock." in page.text
    assert "Where Jonah lives, it is 2:00 pm (Chicago)." in page.text
    assert "Jonah" not in page.title


def test_a_colleague_who_never_met_them_finds_nobody_once_somebody_cares(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        lee, cora = a_practitioner(session, name="Lee"), a_coordinator(session)
    assert clinic.visit(lee).open(page_of(clinic)).status == 200, "somebody has to begin"
    with clinic.database.write() as session:
        a_running_plan(session, clinic.jonah, clinic.dana, now=NOW)
    assert clinic.visit(lee).open(page_of(clinic)).status == 404
    assert page_of(clinic) not in clinic.visit(lee).open("/staff/people").links.values()
    assert page_of(clinic) in clinic.visit(clinic.dana).open("/staff/people").links.values()
    assert clinic.visit(cora).open(page_of(clinic)).status == 200
    assert clinic.visit(clinic.jonah).open(page_of(clinic)).status == 403


def test_whoever_meets_them_looks_after_them_too(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        lee = a_working_practitioner(session, name="Lee")
        a_running_plan(session, clinic.jonah, clinic.dana, now=NOW)
        a_booking(session, TUESDAY_3PM, now=NOW, member=clinic.jonah, practitioner=lee)
    assert clinic.visit(lee).open(page_of(clinic)).status == 200


def test_whoever_admits_for_a_colleague_stays_in_the_team(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        lee = a_practitioner(session, name="Lee")
        told = an_admission(session, clinic.jonah, clinic.dana, now=NOW)
        keep_draft(session, clinic.jonah.id, told, seen=None, by=lee.id, now=NOW)
    for one in (lee, clinic.dana):
        assert clinic.visit(one).open(page_of(clinic)).status == 200
