"""Contact schedules: one from the beginning, a change is a new version, running plans keep theirs."""

import pytest

from scheduling.aftercare.contact_schedule import ContactLine
from scheduling.aftercare.plan_contacts import contacts_of
from scheduling.aftercare.plans import active_plan
from scheduling.aftercare.templates import (
    BadTemplate,
    StaleTemplate,
    add_template,
    change_template,
    find_template,
    lay_default,
    lines_of,
    newest_templates,
    offered_templates,
    retire_template,
)
from tests.builders.people import a_coordinator
from tests.builders.plans import SHORT, a_running_plan, a_template
from tests.clinic import NOW, Clinic
from tests.pages import Visit


def coordinator(clinic: Clinic) -> Visit:
    with clinic.database.write() as session:
        cora = a_coordinator(session)
    return clinic.visit(cora)


def test_a_house_begins_with_a_schedule_of_two_years(clinic: Clinic) -> None:
    page = coordinator(clinic).open("/admin/plans")
    assert "Two years after treatment" in page.text
    assert "No running plans." in page.text
    with clinic.database.write() as session:
        assert lay_default(session, now=NOW) is None, "once"


def test_a_change_makes_a_version_and_running_plans_keep_theirs(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        first = a_template(session, clinic.dana, now=NOW)
        plan = a_running_plan(session, clinic.jonah, clinic.dana, now=NOW, template=first)
        before = [one.due_from for one in contacts_of(session, plan.id)]
        by = clinic.dana.id
        second = change_template(session, first.id, "A month", SHORT[:2], by=by, now=NOW)
        assert (second.slug, second.version) == (first.slug, 2)
        assert plan.template_id == first.id
        assert [one.due_from for one in contacts_of(session, plan.id)] == before
        assert [one.id for one in offered_templates(session)] == [second.id]


def test_keeping_what_nobody_changed_makes_no_version(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        first = a_template(session, clinic.dana, now=NOW)
        same = change_template(session, first.id, " A month ", SHORT, by=clinic.dana.id, now=NOW)
        assert same.id == first.id


def test_two_who_change_it_at_once_do_not_write_over_each_other(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        first, by = a_template(session, clinic.dana, now=NOW), clinic.dana.id
        change_template(session, first.id, "A month", SHORT[:2], by=by, now=NOW)
        with pytest.raises(StaleTemplate):
            change_template(session, first.id, "A month", SHORT[:3], by=by, now=NOW)


def test_a_retired_schedule_is_offered_to_nobody_new(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        first = a_template(session, clinic.dana, now=NOW)
        retire_template(session, first.id, by=clinic.dana.id, now=NOW)
        assert offered_templates(session) == []
        assert [one.id for one in newest_templates(session)] == [first.id]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (ContactLine("checkup", 10, last=5, every=7), "ends before it begins"),
        (ContactLine("checkup", 1, last=50), "how many days lie between"),
        (ContactLine("checkup", 1, last=50, every=7, window=7), "over before the next begins"),
        (ContactLine("measure", 1), "which questions"),
        (ContactLine("checkup", 1, last=50, every=10, window=6, booked=True), "7, 14, 21 or 28"),
        (ContactLine("checkup", 1, last=500, every=14, window=6, booked=True), "up to a year ahead"),
        (ContactLine("checkup", 1, last=50, every=7, window=2, booked=True), "any day of the week"),
        (ContactLine("check_in", 7, code="check-in", booked=True), "can be booked"),
        (ContactLine("party", 7), "what kind"),
    ],
)
def test_what_does_not_fit_is_said_at_its_line(clinic: Clinic, line: ContactLine, said: str) -> None:
    with clinic.database.write() as session, pytest.raises(BadTemplate) as refused:
        add_template(session, "A month", (SHORT[0], line), by=clinic.dana.id, now=NOW)
    assert said in refused.value.message
    assert refused.value.line == 1


def test_a_coordinator_adds_a_line_and_keeps_it(clinic: Clinic) -> None:
    visit = coordinator(clinic)
    page = visit.open("/admin/plans")
    page = visit.open(page.link("Two years after treatment"))
    assert "Checkup every week, days 1 to 56: 8 times, booked at once." in page.text
    page = visit.press(page, "Another line")
    fields = page.form_with("Keep this schedule").fields
    last = sum(name.startswith("kind-") for name in fields) - 1
    page = visit.press(page, "Keep this schedule", **{f"kind-{last}": "call", f"first-{last}": "ten"})
    assert page.status == 422
    assert "Write days as whole numbers" in page.text
    page = visit.press(page, "Keep this schedule", **{f"first-{last}": "10"})
    assert "version 2" in page.text
    with clinic.database.read() as session:
        [newest] = newest_templates(session)
        assert ContactLine("call", 10) in lines_of(find_template(session, newest.id))
        assert active_plan(session, clinic.jonah.id) is None


def test_schedules_are_for_coordinators(clinic: Clinic) -> None:
    assert clinic.visit(clinic.dana).open("/admin/plans").status == 403
