"""Reports: what happened in twelve whole months, for coordinators, with few people hidden."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import cycle, islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.people import Person
from foundation.audit import AuditEntry
from foundation.database import Database
from scheduling.aftercare.plan_records import CarePlan, PlannedContact, PlanTemplate
from scheduling.appointment_records import Appointment
from scheduling.attendance_journal import Held, note_room
from scheduling.group_records import GroupOccurrence
from scheduling.reports.report import Figure, Row, make_report
from scheduling.services import Service
from tests.builders.people import a_coordinator, a_member, a_practitioner
from tests.builders.scheduling import a_meeting, a_service
from tests.clinic import NOW, Clinic
from tests.pages import Visit

ZONE = ZoneInfo("America/Los_Angeles")
MIDDLE = datetime(2026, 10, 14, 20, 0, tzinfo=UTC)
"""Of October, the last month that is over."""
OCTOBER = date(2026, 10, 1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class House:
    """Twelve members and one practitioner, and what happened to them, written down as it is kept."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.dana = a_practitioner(session)
        self.members = [a_member(session, name=f"Member {n}") for n in range(12)]
        self.service = a_service(session, self.dana)
        self._next = cycle(self.members)

    def some(self, count: int) -> Iterator[Person]:
        return islice(self._next, count)

    def met(self, count: int, status: str, at: datetime = MIDDLE, waited: int = 3) -> None:
        for one in self.some(count):
            self.appointment(one, status, at, waited)

    def appointment(self, member: Person, status: str, at: datetime = MIDDLE, waited: int = 3) -> None:
        times = {"starts_at": at, "ends_at": at + HOUR, "created_at": at - waited * DAY, "changed_at": at}
        who = {"member_id": member.id, "practitioner_id": self.dana.id, "booked_by": member.id}
        self.session.add(Appointment(service_id=self.service.id, status=status, **times, **who))
        self.session.flush()

    def plan(self, member: Person, starts_on: date, template: PlanTemplate) -> CarePlan:
        made = CarePlan(
            member_id=member.id, practitioner_id=self.dana.id, template_id=template.id, timezone="UTC",
            starts_on=starts_on, status="active", created_at=MIDDLE, changed_at=MIDDLE,
        )  # fmt: skip
        self.session.add(made)
        self.session.flush()
        return made


def figures(session: Session, now: datetime = NOW) -> dict[str, Figure]:
    return {one.code: one for one in make_report(session, now=now, zone=ZONE)}


def october(figure: Figure) -> tuple[Any, ...]:
    row = next(one for one in figure.rows if one.month == OCTOBER)
    return row.values


@pytest.fixture
def house(database: Database) -> Iterator[House]:
    with database.write() as session:
        yield House(session)


def test_the_months_are_whole_and_over(house: House) -> None:
    rows = figures(house.session)["missed"].rows
    assert [one.month for one in rows][:1] == [date(2025, 11, 1)]
    assert rows[-1] == Row(OCTOBER, (0, 0, None))
    new_year = datetime(2027, 1, 1, 7, 30, tzinfo=UTC)
    last = figures(house.session, new_year)["missed"].rows[-1].month
    assert last == date(2026, 11, 1), "in Los Angeles it is still December"


def test_missed_sessions_of_all_that_were_held_or_missed(house: House) -> None:
    house.met(6, "noshow")
    house.met(18, "fulfilled")
    house.met(5, "cancelled")
    house.met(5, "fulfilled", at=datetime(2026, 11, 2, 20, 0, tzinfo=UTC))
    assert october(figures(house.session)["missed"]) == (6, 24, 25.0)


def test_one_person_who_missed_often_is_hidden(house: House) -> None:
    for _ in range(6):
        house.appointment(house.members[0], "noshow")
    house.met(18, "fulfilled")
    told = figures(house.session)["missed"]
    assert october(told) == (None, 24, None)
    assert told.total == Row(None, (None, 24, None)), "one month alone: its sum would be the same"


def test_the_edge_of_a_month_is_the_clinics(house: House) -> None:
    last_evening = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
    house.met(10, "fulfilled", at=last_evening)
    assert october(figures(house.session)["missed"])[1] == 10


def test_attendance_counts_visits_and_people(house: House) -> None:
    meeting = a_meeting(house.session)
    for weeks in (0, 1):
        at = MIDDLE - timedelta(weeks=weeks)
        held = Held(meeting.id, at.date(), at)
        note_room(house.session, held, {one.id: 40 for one in house.members[: 8 - weeks]}, now=NOW)
    assert october(figures(house.session)["visits"]) == (15, 8)


def test_filled_seats_of_the_sessions_that_were_held(house: House) -> None:
    for taken, status in ((6, "active"), (3, "active"), (8, "cancelled")):
        house.session.add(_a_group(house.service, house.dana, taken, status))
    house.session.flush()
    assert october(figures(house.session)["filled"]) == (9, 16, 56.25)


def _a_group(service: Service, dana: Person, taken: int, status: str) -> GroupOccurrence:
    times = {
        "starts_at": MIDDLE + taken * HOUR,
        "ends_at": MIDDLE + taken * HOUR + HOUR,
        "changed_at": MIDDLE,
    }
    seats = {"capacity": 8, "taken": taken, "status": status}
    return GroupOccurrence(service_id=service.id, practitioner_id=dana.id, **times, **seats)


def test_how_long_people_wait(house: House) -> None:
    house.met(9, "fulfilled", waited=2)
    house.met(2, "booked", waited=20)
    assert october(figures(house.session)["waits"]) == (2.0, 20.0)


def test_follow_up_by_day_seven_and_thirty(house: House) -> None:
    template = _a_template(house.session)
    for n, one in enumerate(house.members):
        house.plan(one, date(2026, 10, 5), template)
        house.appointment(
            one, "fulfilled" if n < 11 else "noshow", datetime(2026, 10, 5 + 2 * (n + 1), tzinfo=UTC)
        )
    told = figures(house.session)
    assert october(told["within_30"]) == (None, 12, None), "one of twelve is left"
    assert october(told["within_7"])[0] is None


def test_a_session_on_day_seven_is_within_it(house: House) -> None:
    template = _a_template(house.session)
    for n, one in enumerate(house.members):
        house.plan(one, date(2026, 10, 5), template)
        house.appointment(one, "fulfilled", datetime(2026, 10, 12 if n < 6 else 13, 12, 0, tzinfo=UTC))
    told = figures(house.session)
    assert october(told["within_7"]) == (6, 12, 50.0)
    assert october(told["within_30"]) == (12, 12, 100.0)


def test_contacts_made_of_those_that_were_due(house: House) -> None:
    template = _a_template(house.session)
    for n, one in enumerate(house.members):
        plan = house.plan(one, date(2026, 10, 1), template)
        for state in ("done" if n < 6 else "missed", "dropped"):
            house.session.add(_a_contact(plan, state))
    house.session.flush()
    assert october(figures(house.session)["completed"]) == (6, 12, 50.0)


def _a_template(session: Session) -> PlanTemplate:
    template = PlanTemplate(slug="two-years", title="Two years", lines=[], created_at=MIDDLE)
    session.add(template)
    session.flush()
    return template


def _a_contact(plan: CarePlan, state: str) -> PlannedContact:
    first = MIDDLE.date() - (DAY if state == "dropped" else 0 * DAY)
    due = {"due_from": first, "due_by": MIDDLE.date()}
    whose = {"member_id": plan.member_id, "practitioner_id": plan.practitioner_id}
    return PlannedContact(plan_id=plan.id, kind="call", state=state, **due, **whose)


def test_the_page_and_the_file_say_the_same_and_hide_the_same(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        house, cora = House(session), a_coordinator(session)
        house.met(6, "noshow")
        house.met(18, "fulfilled")
        house.met(2, "noshow", at=MIDDLE - 30 * DAY)
        house.met(12, "fulfilled", at=MIDDLE - 30 * DAY)
    visit = clinic.visit(cora)
    page = visit.open("/admin/reports")
    assert page.h1 == ["Reports"]
    assert "Sep 2026hidden14hidden" in page.text.replace(" ", "").replace("Sep2026", "Sep 2026")
    answer = visit.client.get("/admin/reports/figures.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="figures-2026-10.csv"'
    rows = taken(visit)
    assert rows[0] == ["figure", "month", "column", "value"]
    assert ["missed", "2026-09", "Missed", "hidden"] in rows
    assert ["missed", "2026-10", "Missed", "hidden"] in rows, "it would give September away"
    assert ["missed", "all", "Missed", "8"] in rows
    with clinic.database.read() as session:
        noted = session.scalars(select(AuditEntry.actor_id).where(AuditEntry.action == "report.taken"))
        assert list(noted) == [cora.id, cora.id]


def test_coordinators_choose_from_how_many_people_on(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        house, cora = House(session), a_coordinator(session)
        house.met(6, "noshow")
        house.met(18, "fulfilled")
        house.met(12, "noshow", at=MIDDLE - 30 * DAY)
        house.met(12, "fulfilled", at=MIDDLE - 30 * DAY)
    visit = clinic.visit(cora)
    page = visit.open("/admin/reports")
    assert ["missed", "2026-10", "Missed", "6"] in taken(visit)
    page = visit.press(page, "Keep it", smallest="11")
    assert page.form_with("Keep it").fields["smallest"] == ["11"]
    assert ["missed", "2026-10", "Missed", "hidden"] in taken(visit)
    assert visit.press(page, "Keep it", smallest="2").status == 400


def taken(visit: Visit) -> list[list[str]]:
    return list(csv.reader(StringIO(visit.client.get("/admin/reports/figures.csv").text)))


def test_reports_are_for_coordinators(clinic: Clinic) -> None:
    for one in (clinic.dana, clinic.jonah):
        assert clinic.visit(one).open("/admin/reports").status == 403
        assert clinic.visit(one).open("/admin/reports/figures.csv").status == 403
