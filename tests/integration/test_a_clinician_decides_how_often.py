"""Rules propose more contact or less; a clinician decides, says why, and the plan follows at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auth.people import Role
from foundation.audit import AuditEntry
from scheduling.aftercare.plan_records import CarePlan, ContactKind, PlannedContact
from scheduling.aftercare.plans import find_plan
from scheduling.aftercare.step_records import Direction, Step
from scheduling.aftercare.stepping import NoFurtherStep, apply_step
from scheduling.aftercare.steps import decide_step, take_step
from tests.builders.aftercare import a_proposal
from tests.builders.people import a_person
from tests.builders.plans import a_month_begun
from tests.clinic import NOW, Clinic

GROUNDS = "Nothing heard for 15 days"


def begun(clinic: Clinic) -> CarePlan:
    with clinic.database.write() as session:
        member, dana = session.merge(clinic.jonah), session.merge(clinic.dana)
        return a_month_begun(session, member, dana, NOW.date(), now=NOW)


def proposed(clinic: Clinic, plan: CarePlan, direction: int = 1) -> Step:
    with clinic.database.write() as session:
        return a_proposal(session, plan, GROUNDS, now=NOW, direction=direction)


def where(clinic: Clinic) -> str:
    return f"/staff/people/{clinic.jonah.id}/step"


def level_of(clinic: Clinic, plan: CarePlan) -> int:
    with clinic.database.read() as session:
        return session.get_one(CarePlan, plan.id).level


def calls_ahead(clinic: Clinic) -> int:
    with clinic.database.read() as session:
        calls = PlannedContact.kind == ContactKind.CALL, PlannedContact.state == "due"
        return session.scalar(select(func.count()).select_from(PlannedContact).where(*calls)) or 0


def test_taken_with_a_reason_the_contacts_follow(clinic: Clinic) -> None:
    plan = begun(clinic)
    before = calls_ahead(clinic)
    proposed(clinic, plan)
    dana = clinic.visit(clinic.dana)
    page = dana.open(dana.open("/staff/worklist").link("More contact is proposed"))
    assert GROUNDS in page.text
    assert "More contact is proposed" in page.text
    page = dana.press(page, "Decide", answer="take", reason="He asked for it himself.")
    assert "Decided. The contacts ahead follow it." in page.text
    assert "He asked for it himself." in page.text
    assert level_of(clinic, plan) == 1
    assert calls_ahead(clinic) > before
    with clinic.database.read() as session:
        decided = session.scalars(select(AuditEntry).where(AuditEntry.action == "step.decided")).one()
    assert decided.actor_id == clinic.dana.id
    assert "asked for it" not in str(decided.detail)


def test_left_with_a_reason_the_plan_stays(clinic: Clinic) -> None:
    plan = begun(clinic)
    proposed(clinic, plan)
    dana = clinic.visit(clinic.dana)
    page = dana.press(dana.open(where(clinic)), "Decide", answer="leave", reason="On a journey until Sunday.")
    assert "More contact: left as it was" in page.text
    assert level_of(clinic, plan) == 0
    assert "is proposed" not in dana.open("/staff/worklist").text


def test_without_a_reason_or_an_answer_nothing_is_decided(clinic: Clinic) -> None:
    plan = begun(clinic)
    proposed(clinic, plan)
    dana = clinic.visit(clinic.dana)
    page = dana.press(dana.open(where(clinic)), "Decide", answer="take", reason=" ")
    assert page.status == 422
    assert "Say why in a sentence" in page.text
    page = dana.press(page, "Decide", answer="sideways", reason="He asked for it himself.")
    assert page.status == 422
    assert "Choose one of these." in page.text
    assert "He asked for it himself." in page.text
    assert level_of(clinic, plan) == 0


def test_a_clinician_may_step_unasked_and_the_other_way(clinic: Clinic) -> None:
    plan = begun(clinic)
    proposed(clinic, plan, direction=-1)
    dana = clinic.visit(clinic.dana)
    page = dana.press(dana.open(where(clinic)), "Decide", answer="up", reason="His voice on the phone.")
    assert level_of(clinic, plan) == 1
    assert "unasked" in page.text
    assert "Less contact: left as it was" in page.text
    assert "More contact" not in [one.text for form in page.forms for one in form.buttons]


def test_of_two_who_decide_the_second_learns_it(clinic: Clinic) -> None:
    plan = begun(clinic)
    step = proposed(clinic, plan)
    dana = clinic.visit(clinic.dana)
    page = dana.open(where(clinic))
    with clinic.database.write() as session:
        decide_step(session, step.id, accept=False, reason="Spoke today.", by=clinic.dana.id, now=NOW)
    page = dana.press(page, "Decide", answer="take", reason="He asked for it himself.")
    assert page.status == 409
    assert "Somebody has decided this meanwhile" in page.text
    assert level_of(clinic, plan) == 0


def test_two_touches_of_the_button_are_one_step(clinic: Clinic) -> None:
    """From the widest rhythm a second touch would lead past what was agreed to the closest."""
    plan = begun(clinic)
    with clinic.database.write() as session:
        apply_step(session, plan.id, -1, reason="A good month.", by=clinic.dana.id, now=NOW)
    dana = clinic.visit(clinic.dana)
    page = dana.open(where(clinic))
    assert dana.press(page, "Decide", answer="up", reason="He asked for it.").status == 200
    again = dana.press(page, "Decide", answer="up", reason="He asked for it.")
    assert (again.status, "Somebody has decided this meanwhile" in again.text) == (409, True)
    assert level_of(clinic, plan) == 0


def test_only_clinicians_decide(clinic: Clinic) -> None:
    plan = begun(clinic)
    proposed(clinic, plan)
    with clinic.database.write() as session:
        ruth = a_person(session, Role.COORDINATOR, name="Ruth")
    visit = clinic.visit(ruth)
    page = visit.open(where(clinic))
    assert "A clinician decides this." in page.text
    answer = {"answer": "take", "reason": "Because."}
    assert visit.client.post(where(clinic), data=answer).status_code in {400, 403}
    assert level_of(clinic, plan) == 0


def test_up_and_down_again_brings_the_rhythm_back(clinic: Clinic) -> None:
    plan = begun(clinic)
    before = calls_ahead(clinic)
    with clinic.database.write() as session:
        told: dict[str, Any] = {"by": clinic.dana.id, "reason": "A hard month."}
        take_step(session, clinic.jonah.id, Direction.UP, now=NOW, **told)
        later = NOW + timedelta(hours=1)
        take_step(session, clinic.jonah.id, Direction.DOWN, now=later, **told)
    assert level_of(clinic, plan) == 0
    assert calls_ahead(clinic) == before


def test_of_two_who_step_up_at_once_one_is_told_that_it_is_done(clinic: Clinic) -> None:
    """The second looked at the plan before the first had stepped, and looks again."""
    plan = begun(clinic)
    looked, stepped = Event(), Event()

    def step(session: Session) -> None:
        apply_step(session, plan.id, 1, reason="He asked for it.", by=clinic.dana.id, now=NOW)

    def slowly() -> str:
        with clinic.database.write() as session:
            seen = find_plan(session, plan.id)
            looked.set()
            stepped.wait(0.5)
            try:
                step(session)
            except NoFurtherStep as refusal:
                return refusal.code
            assert seen.level == 1
        return "done"

    def at_once() -> str:
        looked.wait(10)
        try:
            clinic.database.change(step)
        except NoFurtherStep as refusal:
            return refusal.code
        finally:
            stepped.set()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(slowly), pool.submit(at_once)]
        assert sorted(one.result() for one in both) == ["done", "no_further_step"]
    assert level_of(clinic, plan) == 1


def test_two_who_step_in_the_same_moment_wait_in_no_ring(clinic: Clinic) -> None:
    plan, ready = begun(clinic), Barrier(2)

    def step(direction: int) -> str:
        ready.wait(10)
        with clinic.database.write() as session:
            apply_step(session, plan.id, direction, reason="We spoke.", by=clinic.dana.id, now=NOW)
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(step, (1, -1))) == ["done", "done"]
    assert level_of(clinic, plan) == 0
