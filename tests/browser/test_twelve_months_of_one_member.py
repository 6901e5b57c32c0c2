"""Twelve months of one member: admitted, contacted, silent, stepped up, reached, steady, stepped down.

What somebody presses is pressed in a browser; the weeks in which nothing is decided pass by themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.people import Person
from foundation.settings import Settings
from scheduling.aftercare.measures.answering import send_answers
from scheduling.aftercare.plan_records import ContactState, PlannedContact
from scheduling.appointments import Appointment
from scheduling.attendance import fulfil
from scheduling.attendance_journal import mark, occurrence_id
from scheduling.meetings import find_meeting, occurrences_of
from tests.axe import DESK, PHONE
from tests.browser.conftest import PATIENCE_MS
from tests.builders.people import a_member
from tests.builders.scheduling import a_meeting, a_service, a_working_practitioner
from tests.conftest import Clock
from tests.moved_house import MovedHouse, a_moved_house
from tests.schema import new_sqlite

DISCHARGE = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
"""A Monday, nine in the morning where Ana and Dana live."""
CALM = {"pull": "2", "mood": "7", "sleep": "2", "contact": "1", "meetings": "1", "line": ""}


@dataclass
class Year:
    """Ana on her phone, Dana at her desk, and the house between them."""

    house: MovedHouse
    ana: Person
    dana: Person
    phone: Page
    desk: Page

    def at_the_desk(self, path: str) -> None:
        self.house.sign_in(self.desk, self.dana)
        self.desk.goto(path)

    def on_the_phone(self, path: str) -> None:
        self.house.sign_in(self.phone, self.ana)
        self.phone.goto(path)

    def steady_weeks(self, count: int) -> None:
        """Each with its sessions, its check-in and its Friday."""
        for _ in range(count):
            self.house.let_pass(days=7)
            now = self.house.clock()
            with self.house.database.write() as session:
                for one in self._held(session, now):
                    fulfil(session, one.id, by=self.dana.id, now=now)
                send_answers(session, self.ana.id, "check-in", CALM, now=now)
                friday = find_meeting(session, "friday")
                evening = occurrences_of(friday, now - timedelta(days=7), now)[-1]
                held = occurrence_id(friday.id, evening.date)
                mark(session, self.ana.id, held, came=True, by=self.dana.id, now=now)

    def _held(self, session: Session, now: datetime) -> list[Appointment]:
        over = Appointment.member_id == self.ana.id, Appointment.status == "booked", Appointment.ends_at < now
        return list(session.scalars(select(Appointment).where(*over)))

    def contacts_ahead(self, days: int) -> int:
        """How many contacts of the team are planned for the days to come."""
        today = self.house.clock().date()
        ahead = (
            PlannedContact.member_id == self.ana.id,
            PlannedContact.kind.in_(["call", "checkup", "follow_up"]),
            PlannedContact.state.in_([ContactState.DUE, ContactState.BOOKED]),
            PlannedContact.due_from.between(today, today + timedelta(days=days)),
        )
        with self.house.database.read() as session:
            return len(list(session.scalars(select(PlannedContact.id).where(*ahead))))


@pytest.fixture
def year(settings: Settings, tmp_path: Path, chromium: Browser) -> Iterator[Year]:
    database = new_sqlite(tmp_path)
    with a_moved_house(settings, database, Clock(DISCHARGE)) as house:
        with database.write() as session:
            dana = a_working_practitioner(session, name="Dana Osterhout")
            ana = a_member(session, name="Ana Reyes", phone="+13105550143")
            a_service(session, dana, slug="follow-up", name="Follow-up", notice_minutes=0)
            a_service(session, dana, slug="call", name="Call", minutes=20, mode="phone", notice_minutes=0)
            a_meeting(session, slug="friday", hosts=[dana])
        contexts = [chromium.new_context(base_url=house.url, viewport=size) for size in (PHONE, DESK)]
        pages = [one.new_page() for one in contexts]
        for page in pages:
            page.set_default_timeout(PATIENCE_MS)
        yield Year(house, ana, dana, *pages)
        for one in contexts:
            one.close()
    database.close()


def test_a_year_in_which_somebody_calls(year: Year) -> None:
    admitted(year)
    contacted(year)
    silent(year)
    stepped_up(year)
    reached(year)
    stepped_down(year)
    looked_back_on(year)


def admitted(year: Year) -> None:
    desk, ana = year.desk, year.ana
    year.at_the_desk(f"/staff/people/{ana.id}")
    desk.get_by_role("link", name="Admit").click()
    desk.get_by_label("Assessment in short").fill("Steady at the end of the stay. Evenings are hard.")
    desk.get_by_label("Goals, in their words").fill("Sleep through. Sing again.")
    desk.get_by_label("What brings it on").fill("Late trains, and being alone after eleven.")
    desk.get_by_label("What to do, one step on each line").fill("Call June\nWalk to the harbour")
    desk.get_by_label("Name").first.fill("June")
    desk.get_by_label("Phone").first.fill("+13105550144")
    for words in ("Call them", "Friday", "PHQ-9", "GAD-7"):
        desk.get_by_label(words).first.check()
    desk.get_by_label("Calls and checkups").select_option(label="Call, 20 minutes")
    desk.get_by_label("At", exact=True).fill("10:00")
    desk.get_by_role("button", name="Look at the dates").first.click()
    desk.wait_for_load_state()
    desk.get_by_role("button", name="Confirm the plan").click()
    expect(desk.get_by_role("status").first).to_contain_text("The plan runs")
    year.house.work()
    assert year.house.letters.to(ana)
    year.on_the_phone("/care")
    expect(year.phone.get_by_role("heading", name="Next contact")).to_be_visible()
    expect(year.phone.locator("main")).to_contain_text("Dana")
    year.phone.get_by_role("link", name="Open my steps").click()
    expect(year.phone.locator("main")).to_contain_text("Call June")


def contacted(year: Year) -> None:
    year.house.let_pass(days=1)
    desk = year.desk
    year.at_the_desk("/staff/worklist")
    expect(desk.get_by_role("link", name="Ana Reyes").first).to_be_visible()
    desk.get_by_role("button", name="Reached").click()
    expect(desk.get_by_role("status").first).to_contain_text("you reached Ana Reyes")
    expect(desk.locator("main")).to_contain_text("Nobody waits")
    year.house.let_pass(days=6)
    year.on_the_phone("/care/check-in")
    phone = year.phone
    for name, value in CALM.items():
        if value:
            phone.locator(f"input[name=q-{name}][value='{value}']").check()
    phone.get_by_role("button", name="Send").click()
    phone.wait_for_load_state()
    year.steady_weeks(4)
    year.on_the_phone("/care/measures")


def silent(year: Year) -> None:
    year.house.let_pass(days=20)
    year.at_the_desk("/staff/worklist")
    expect(year.desk.locator("main")).to_contain_text("Nothing heard for")
    year.at_the_desk("/staff/worklist/quiet")
    expect(year.desk.locator("main")).to_contain_text("Ana Reyes")


def stepped_up(year: Year) -> None:
    before = year.contacts_ahead(30)
    desk = year.desk
    year.at_the_desk(f"/staff/people/{year.ana.id}/step")
    expect(desk.locator("main")).to_contain_text("is proposed")
    desk.locator("input[name=answer][value=take]").check()
    desk.get_by_label("Why").fill("Three weeks without a word, after a good start.")
    desk.get_by_role("button", name="Decide").click()
    expect(desk.locator("main")).to_contain_text("Three weeks without a word")
    assert year.contacts_ahead(30) > before


def reached(year: Year) -> None:
    desk = year.desk
    year.at_the_desk(f"/staff/people/{year.ana.id}/contacts")
    desk.locator("input[name=outcome][value=reached]").check()
    desk.locator("textarea[name=note]").fill("She was at her sister's. Glad that we rang.")
    desk.get_by_role("button", name="Note it").click()
    expect(desk.locator("main")).to_contain_text("Glad that we rang")
    year.house.let_pass(days=1)
    year.at_the_desk("/staff/worklist")
    expect(desk.locator("main")).not_to_contain_text("Nothing heard for")


def stepped_down(year: Year) -> None:
    year.steady_weeks(14)
    desk = year.desk
    year.at_the_desk(f"/staff/people/{year.ana.id}/step")
    expect(desk.locator("main")).to_contain_text("Steady for")
    before = year.contacts_ahead(60)
    desk.locator("input[name=answer][value=take]").check()
    desk.get_by_label("Why").fill("A steady quarter, company on Fridays, and she asks for more room.")
    desk.get_by_role("button", name="Decide").click()
    expect(desk.locator("main")).to_contain_text("A steady quarter")
    assert year.contacts_ahead(60) <= before


def looked_back_on(year: Year) -> None:
    year.steady_weeks(31)
    assert year.house.clock() > DISCHARGE + timedelta(days=365)
    year.on_the_phone("/care")
    expect(year.phone.locator("main")).to_contain_text("Week 54")
    expect(year.phone.locator("main")).to_contain_text("12 of the last 12 weeks")
    year.at_the_desk(f"/staff/people/{year.ana.id}/step")
    expect(year.desk.get_by_role("list").filter(has_text="Three weeks without a word")).to_be_visible()
    sent = [one["Message-ID"] for one in year.house.letters.sent]
    assert len(set(sent)) == len(sent) > 100
