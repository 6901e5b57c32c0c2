"""Admission at discharge: kept while it is written, looked at as dates, and confirmed all or nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auth.contact_consents import ContactWay, ways_agreed
from foundation.database import Database
from foundation.outbox import Delivery
from scheduling.aftercare.admitting import (
    Admission,
    BadStart,
    StalePlan,
    admission_of,
    discard_draft,
    keep_draft,
    preview,
)
from scheduling.aftercare.arrangement import LEAVE_OUT
from scheduling.aftercare.draft_text import DraftText, NewSupporter
from scheduling.aftercare.plan_confirming import PlanConflict, PlanRunning, confirm_plan
from scheduling.aftercare.plan_contacts import contacts_of
from scheduling.aftercare.plan_records import CarePlan, PlannedContact
from scheduling.aftercare.plans import UnknownPlan, active_plan, draft_of
from scheduling.aftercare.supporters import supporters_of
from scheduling.aftercare.urge_plans import UrgePlanText, read_urge_plan
from scheduling.appointments import Appointment, of_member
from tests.builders.plans import a_template, an_admission
from tests.clinic import NOW, Clinic

DISCHARGE = date(2026, 11, 27)
MONDAY_TEN = datetime(2026, 11, 30, 18, 0, tzinfo=UTC)
"""In Los Angeles, where Dana works: the first of the usual Mondays."""


def told_of(session: Session, clinic: Clinic, **chosen: Any) -> Admission:
    """Jonah's month: Mondays at ten with Dana, follow-ups with the same service."""
    template = a_template(session, clinic.dana, now=NOW)
    services = {"regular_service": clinic.service.id, "follow_up_service": clinic.service.id}
    usual: dict[str, Any] = {"template": template, "starts_on": DISCHARGE, **services}
    return an_admission(session, clinic.jonah, clinic.dana, now=NOW, **{**usual, **chosen})


def keep(session: Session, clinic: Clinic, told: Admission, seen: int | None = None) -> CarePlan:
    return keep_draft(session, clinic.jonah.id, told, seen=seen, by=clinic.dana.id, now=NOW)


def confirm(session: Session, clinic: Clinic) -> CarePlan:
    return confirm_plan(session, clinic.jonah.id, by=clinic.dana.id, now=NOW)


def test_a_draft_is_kept_as_it_was_written_and_binds_nobody(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        told = told_of(
            session, clinic, assessment="Eight weeks here.", goals="Back to work.", triggers="Evenings."
        )
        text = DraftText(
            UrgePlanText(steps=("Call June",)), (NewSupporter("June", "+13125550142"),), ("contact.call",)
        )
        told = replace(told, text=text)
        keep(session, clinic, told)
    with clinic.database.read() as session:
        draft = draft_of(session, clinic.jonah.id)
        assert draft is not None
        assert admission_of(draft) == told
        assert of_member(session, clinic.jonah.id) == []
        assert supporters_of(session, clinic.jonah.id) == []
        assert ways_agreed(session, clinic.jonah.id) == frozenset()


def test_whoever_moved_while_it_was_written_has_a_plan_where_they_live_now(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        keep(session, clinic, told_of(session, clinic))
        session.merge(clinic.jonah).timezone = "Pacific/Kiritimati"
    with clinic.database.write() as session:
        assert confirm(session, clinic).timezone == "Pacific/Kiritimati"


def test_the_preview_shows_every_date_before_anything_is_booked(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        shown = preview(session, clinic.jonah.id, told_of(session, clinic), now=NOW)
        assert [one.planned.starts_at for one in shown.proposals if one.due.kind == "checkup"] == [
            MONDAY_TEN + timedelta(weeks=number) for number in range(4)
        ]
        [follow_up] = [one for one in shown.proposals if one.due.kind == "follow_up"]
        assert follow_up.planned.starts_at == MONDAY_TEN + timedelta(days=1), "the same time on another day"
        assert len(shown.dues) == 12
        assert shown.in_the_way == []
        assert session.scalar(select(func.count()).select_from(PlannedContact)) == 0


def test_confirmed_the_appointments_the_reminders_and_the_contacts_exist(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        keep(session, clinic, told_of(session, clinic))
        plan = confirm(session, clinic)
    with clinic.database.read() as session:
        assert active_plan(session, clinic.jonah.id) is not None
        contacts = contacts_of(session, plan.id)
        booked = {one.appointment_id for one in contacts if one.state == "booked"}
        assert booked == {one.id for one in of_member(session, clinic.jonah.id)}
        assert len(booked) == 5
        assert {one.kind for one in contacts if one.state == "due"} == {"call", "check_in", "measure"}
        reminders = select(func.count()).where(Delivery.kind == "appointment.reminder")
        assert session.scalar(reminders)


def test_what_was_written_for_the_member_is_theirs_from_then_on(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        told = told_of(session, clinic)
        text = DraftText(
            UrgePlanText(steps=("Call June",)), (NewSupporter("June", "+13125550142"),), ("contact.call",)
        )
        keep(session, clinic, replace(told, text=text))
        plan = confirm(session, clinic)
        assert plan.draft == ""
    with clinic.database.read() as session:
        urge = read_urge_plan(session, clinic.jonah.id)
        assert urge is not None
        assert urge.steps == ("Call June",)
        assert [one.name for one in supporters_of(session, clinic.jonah.id)] == ["June"]
        assert ways_agreed(session, clinic.jonah.id) == {ContactWay.CALL}


def test_what_is_in_the_way_is_named_with_other_times_and_nothing_is_written(clinic: Clinic) -> None:
    clinic.taken_by_another(MONDAY_TEN + timedelta(weeks=1))
    with clinic.database.write() as session:
        keep(session, clinic, told_of(session, clinic))
    with pytest.raises(PlanConflict) as refused, clinic.database.write() as session:
        confirm(session, clinic)
    [one] = refused.value.proposals
    assert one.planned.date == date(2026, 12, 7)
    assert one.planned.conflict is not None
    assert one.planned.conflict.alternatives
    with clinic.database.read() as session:
        assert draft_of(session, clinic.jonah.id) is not None
        assert of_member(session, clinic.jonah.id) == []


def test_a_date_in_the_way_is_moved_another_left_out_and_the_rest_booked(clinic: Clinic) -> None:
    taken, last = date(2026, 12, 7), date(2026, 12, 21)
    clinic.taken_by_another(MONDAY_TEN + timedelta(weeks=1))
    elsewhere = MONDAY_TEN + timedelta(weeks=1, hours=2)
    with clinic.database.write() as session:
        choices = {(2, taken): elsewhere, (2, last): LEAVE_OUT}
        keep(session, clinic, told_of(session, clinic, choices=choices))
        plan = confirm(session, clinic)
        by_day = {one.due_from: one for one in contacts_of(session, plan.id) if one.kind == "checkup"}
        moved = session.get_one(Appointment, by_day[date(2026, 12, 5)].appointment_id)
        assert moved.starts_at == elsewhere
        assert by_day[date(2026, 12, 19)].state == "due", (
            "left out is not forgotten: somebody still sees to it"
        )


def test_two_sessions_of_one_plan_never_meet(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        choices = {(1, date(2026, 11, 30)): MONDAY_TEN}
        shown = preview(session, clinic.jonah.id, told_of(session, clinic, choices=choices), now=NOW)
        [wrong] = shown.in_the_way
        assert wrong.due.kind == "follow_up"
        assert wrong.planned.conflict is not None
        assert MONDAY_TEN not in [slot.starts_at for slot in wrong.planned.conflict.alternatives]
        assert wrong.planned.conflict.alternatives


def test_without_a_service_nothing_is_booked_and_all_of_it_is_due(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        keep(session, clinic, told_of(session, clinic, regular_service="", follow_up_service=""))
        plan = confirm(session, clinic)
        assert {one.state for one in contacts_of(session, plan.id)} == {"due"}


def test_confirming_twice_gives_the_first_plan(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        keep(session, clinic, told_of(session, clinic))
        assert confirm(session, clinic).id == confirm(session, clinic).id
        assert len(of_member(session, clinic.jonah.id)) == 5


def test_a_second_plan_waits_until_the_first_is_ended(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        told = told_of(session, clinic)
        keep(session, clinic, told)
        confirm(session, clinic)
        keep(session, clinic, told)
        with pytest.raises(PlanRunning):
            confirm(session, clinic)


def test_two_who_write_at_once_do_not_write_over_each_other(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        told = told_of(session, clinic)
        seen = keep(session, clinic, told).revision
        keep(session, clinic, told, seen)
        with pytest.raises(StalePlan):
            keep(session, clinic, told, seen)


def test_a_day_of_discharge_far_away_is_a_slip(clinic: Clinic) -> None:
    with clinic.database.write() as session, pytest.raises(BadStart):
        keep(session, clinic, told_of(session, clinic, starts_on=date(2027, 11, 27)))


def test_a_discarded_draft_is_gone(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        keep(session, clinic, told_of(session, clinic))
        discard_draft(session, clinic.jonah.id, by=clinic.dana.id, now=NOW)
        assert draft_of(session, clinic.jonah.id) is None
        with pytest.raises(UnknownPlan):
            confirm(session, clinic)


def test_clinical_text_is_sealed(clinic: Clinic, database: Database) -> None:
    with clinic.database.write() as session:
        keep(session, clinic, told_of(session, clinic, assessment="Eight weeks here."))
    with database.engine.connect() as connection:
        row = connection.exec_driver_sql("SELECT assessment, draft FROM care_plan").one()
    assert b"Eight weeks" not in bytes(row[0])
