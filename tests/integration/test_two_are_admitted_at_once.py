"""Two admissions for one therapist’s Mondays at once: one has them, the other is told of each of them."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from foundation.errors import DomainError
from scheduling.aftercare.admitting import keep_draft
from scheduling.aftercare.plan_confirming import PlanConflict, confirm_plan
from scheduling.aftercare.plan_contacts import contacts_of
from scheduling.aftercare.plans import active_plan
from tests.builders.people import a_member
from tests.builders.plans import a_template, an_admission
from tests.clinic import NOW, Clinic


def test_one_has_the_mondays_and_of_the_other_nothing_is_written(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        priya = a_member(session, name="Priya")
        template = a_template(session, clinic.dana, now=NOW)
        for member in (clinic.jonah, priya):
            told = an_admission(
                session, member, clinic.dana, now=NOW, template=template, regular_service=clinic.service.id
            )
            keep_draft(session, member.id, told, seen=None, by=clinic.dana.id, now=NOW)
    people, start = (clinic.jonah.id, priya.id), Barrier(2)

    def confirm(member_id: str) -> str:
        start.wait()
        try:
            clinic.database.change(lambda s: confirm_plan(s, member_id, by=clinic.dana.id, now=NOW))
        except PlanConflict as refused:
            assert len(refused.proposals) == 4
            return "refused"
        return "confirmed"

    with ThreadPoolExecutor(2) as pool:
        outcomes = dict(zip(people, pool.map(confirm, people), strict=True))
    assert Counter(outcomes.values()) == {"confirmed": 1, "refused": 1}
    with clinic.database.read() as session:
        for member_id, outcome in outcomes.items():
            plan = active_plan(session, member_id)
            assert (plan is not None) == (outcome == "confirmed")
            assert plan is None or len(contacts_of(session, plan.id)) == 12


def test_a_confirmation_sent_twice_at_once_makes_one_plan(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        template = a_template(session, clinic.dana, now=NOW)
        told = an_admission(
            session, clinic.jonah, clinic.dana, now=NOW, template=template, regular_service=clinic.service.id
        )
        keep_draft(session, clinic.jonah.id, told, seen=None, by=clinic.dana.id, now=NOW)
    start = Barrier(2)

    def confirm(_number: int) -> str:
        start.wait()
        try:
            return clinic.database.change(
                lambda s: confirm_plan(s, clinic.jonah.id, by=clinic.dana.id, now=NOW)
            ).id
        except DomainError as refused:
            return refused.code

    with ThreadPoolExecutor(2) as pool:
        plans = set(pool.map(confirm, range(2)))
    assert len(plans) == 1
