"""A therapist's day in the calendar: dragging, moving by keys, blocking lunch, booking with a reason."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from auth.links import issue_link
from auth.people import Person
from cli.wiring import utc_now
from scheduling.appointments import Appointment, find_appointment
from tests.axe import faults
from tests.browsing import Arrive
from tests.builders.people import a_member, a_practitioner
from tests.builders.scheduling import a_booking, a_service, weekdays, work_hours
from tests.house import House

DENVER = ZoneInfo("America/Denver")


@dataclass
class Practice:
    """Noor's next week, always at ten: Helen on Tuesday, Ivo on Wednesday, a request on Thursday."""

    house: House
    noor: Person
    helen: Appointment
    ivo: Appointment
    asked: Appointment
    juno: Person

    def again(self, one: Appointment) -> Appointment:
        with self.house.database.read() as session:
            return find_appointment(session, one.id)

    def day(self, weekday: int) -> str:
        return morning(weekday).date().isoformat()


def morning(weekday: int, hour: int = 10) -> datetime:
    """Next week's day at that hour in Denver."""
    today = utc_now().astimezone(DENVER)
    monday = today.date() + timedelta(days=7 - today.weekday())
    day = monday + timedelta(days=weekday)
    return datetime(day.year, day.month, day.day, hour, tzinfo=DENVER)


@pytest.fixture
def practice(house: House) -> Practice:
    now = utc_now()
    with house.database.write() as session:
        noor = a_practitioner(session, name="Noor Haddad", timezone=DENVER.key)
        work_hours(session, noor, weekdays(9, 17))
        service = a_service(session, noor, name="Follow-up", notice_minutes=0)
        consent = a_service(session, noor, name="First talk", approval=True)
        people = [
            a_member(session, name=name) for name in ("Helen Brook", "Ivo Stern", "Kai Lund", "Juno Vale")
        ]
        booked = [
            a_booking(
                session,
                morning(number + 1),
                now=now,
                practitioner=noor,
                member=people[number],
                service=consent if number == 2 else service,
            )
            for number in range(3)
        ]
    helen, ivo, asked = booked
    return Practice(house, noor, helen, ivo, asked, people[3])


@pytest.fixture
def week(practice: Practice, someone: Arrive) -> Iterator[Page]:
    """Noor's next week at the desk; the browser has nothing to complain about."""
    page = someone(zone=DENVER.key)
    complaints: list[str] = []
    page.on("console", lambda one: complaints.append(one.text) if one.type == "error" else None)
    let_in(page, practice)
    page.goto(f"/staff/?day={practice.day(1)}")
    expect(page.locator("#week")).to_have_attribute("data-ready", "")
    yield page
    assert complaints == [], "the content policy, or a script, was hurt"


def let_in(page: Page, practice: Practice) -> None:
    """Through an operator's link: so many sign-ins by mail would be refused."""
    with practice.house.database.write() as session:
        token = issue_link(session, practice.noor, now=utc_now())
    page.goto(f"/sign-in/{token}")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def entry(page: Page, words: str) -> Locator:
    return page.locator(".ev", has_text=words)


def place(page: Page, day: str, hour: float) -> tuple[float, float]:
    """A point inside that quarter of an hour of that day."""
    column = page.locator(f'ol[data-date="{day}"]').bounding_box()
    marks = [page.locator(".hours li").nth(number).bounding_box() for number in (0, 1)]
    assert column
    assert marks[0]
    assert marks[1]
    row = (marks[1]["y"] - marks[0]["y"]) / 4
    first = int(page.locator("#week").get_attribute("data-from") or 0)
    return column["x"] + column["width"] / 2, column["y"] + (hour * 4 - first + 0.5) * row


def question(page: Page) -> Locator:
    return page.get_by_role("dialog")


def test_one_is_dragged_to_another_day(practice: Practice, week: Page) -> None:
    drag(week, entry(week, "H.B."), place(week, practice.day(2), 15))
    expect(question(week)).to_contain_text(re.compile(r"Move Helen B\. to Wednesday .*, 3:00 pm\?"))
    expect(question(week)).to_contain_text("Helen gets a mail")
    assert faults(week) == []
    week.keyboard.press("Escape")
    expect(question(week)).not_to_be_visible()
    assert practice.again(practice.helen).starts_at == morning(1), "asking moves nothing"

    drag(week, entry(week, "H.B."), place(week, practice.day(2), 15))
    question(week).get_by_role("button", name="Move it here").click()
    expect(week.get_by_role("status").filter(has_text="Moved to Wednesday")).to_be_visible()
    assert practice.again(practice.helen).starts_at == morning(2, 15)


def test_a_drop_on_something_offers_what_is_free(practice: Practice, week: Page) -> None:
    drag(week, entry(week, "I.S."), place(week, practice.day(3), 10.25))
    expect(question(week)).to_contain_text("That time is not free")
    question(week).get_by_role("link", name=re.compile("^Thu.*11:30 am")).click()
    expect(question(week)).to_contain_text(re.compile(r"Move Ivo S\. to Thursday .*, 11:30 am\?"))
    expect(question(week).get_by_role("button", name="Move it here")).to_be_focused()
    question(week).get_by_role("link", name=re.compile("^Keep")).click()
    expect(question(week)).not_to_be_visible()
    expect(week.locator(".ghost")).to_have_count(0)


def test_one_is_moved_by_keys_and_each_step_is_said(practice: Practice, week: Page) -> None:
    says = week.locator("#week-says")
    before = practice.again(practice.ivo).starts_at
    entry(week, "I.S.").get_by_role("link").focus()
    week.keyboard.press("m")
    expect(says).to_contain_text("Picked up I.S., Wednesday")
    week.keyboard.press("ArrowRight")
    expect(says).to_contain_text("Thursday")
    expect(says).to_contain_text("10:00 am, taken:")
    week.keyboard.press("Escape")
    expect(says).to_have_text("Put back.")

    week.keyboard.press("m")
    for _ in range(6):
        week.keyboard.press("ArrowDown")
    expect(says).to_contain_text("11:30 am")
    week.keyboard.press("Enter")
    expect(question(week)).to_contain_text("11:30 am?")
    week.keyboard.press("Enter")
    expect(week.get_by_role("status").filter(has_text="Moved to")).to_be_visible()
    assert practice.again(practice.ivo).starts_at == before + timedelta(minutes=90)


def test_lunch_is_blocked_by_keys_dragged_and_taken_away_again(practice: Practice, week: Page) -> None:
    week.get_by_role("link", name=re.compile("Add something on Monday")).focus()
    for _ in range(13):
        week.keyboard.press("ArrowDown")
    expect(week.locator("#week-says")).to_contain_text("12:00 pm, empty. Enter opens it.")
    week.keyboard.press("Enter")
    expect(question(week)).to_contain_text("12:00 pm")
    assert faults(week) == []
    question(week).get_by_label("What for").fill("Lunch")
    question(week).get_by_role("button", name="Block this time").click()
    expect(entry(week, "Lunch")).to_contain_text("12:00")
    expect(week.get_by_role("status").filter(has_text="Nobody can book that time.")).to_be_visible()

    drag(week, entry(week, "Lunch"), place(week, practice.day(0), 13))
    question(week).get_by_role("button", name="Move it here").click()
    expect(entry(week, "Lunch")).to_contain_text("1:00")

    entry(week, "Lunch").get_by_role("link").click()
    week.get_by_role("button", name="Remove it").click()
    expect(entry(week, "Lunch")).to_have_count(0)
    week.get_by_role("button", name="Undo").click()
    expect(entry(week, "Lunch")).to_have_count(1)


def test_an_empty_time_outside_the_hours_is_booked_with_a_reason(practice: Practice, week: Page) -> None:
    week.mouse.click(*place(week, practice.day(4), 8))
    question(week).get_by_role("link", name="Book somebody here").click()
    week.get_by_label("Name").fill("juno")
    week.get_by_role("button", name="Find").click()
    week.locator(f"a[href*='{practice.juno.id}']").filter(has_text="Juno Vale").click()
    week.get_by_role("link", name=re.compile("^Follow-up,")).first.click()
    expect(week.get_by_text("The rules are against this time.")).to_be_visible()
    assert faults(week) == []
    week.get_by_label("Why it is booked all the same").fill("Before her shift.")
    week.get_by_role("button", name="Book it all the same").click()
    expect(week.get_by_text("Before her shift.")).to_be_visible()
    assert practice.house.next_mail(practice.juno.email)


def test_a_request_is_answered_beside_the_week(practice: Practice, week: Page) -> None:
    expect(week.get_by_role("heading", name="Waiting for your yes, 1")).to_be_visible()
    assert faults(week) == []
    week.get_by_role("link", name=re.compile("^Decline")).click()
    expect(question(week)).to_contain_text("Decline Thursday")
    question(week).get_by_role("link", name="Not yet").click()
    week.get_by_role("button", name=re.compile("^Yes, book it")).click()
    expect(week.get_by_role("heading", name="Waiting for your yes, 1")).to_have_count(0)
    assert practice.again(practice.asked).status == "booked"


def test_everything_is_reached_without_a_script(practice: Practice, someone: Arrive) -> None:
    page = someone(phone=True, zone=DENVER.key, javascript=False)
    let_in(page, practice)
    page.goto(f"/staff/?view=day&day={practice.day(4)}")
    page.get_by_role("link", name=re.compile("9:00 am to")).click()
    page.get_by_label("Until").fill("09:30")
    page.get_by_role("button", name="Block this time").click()
    expect(entry(page, "Blocked")).to_be_visible()
    entry(page, "Blocked").get_by_role("link").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()


def drag(page: Page, what: Locator, to: tuple[float, float]) -> None:
    """Take the entry by its first line and let it go there."""
    box = what.first.bounding_box()
    assert box
    page.mouse.move(box["x"] + 30, box["y"] + 7)
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"] + 25, steps=3)
    page.mouse.move(*to, steps=6)
    expect(page.locator(".ghost")).to_have_count(1)
    page.mouse.up()
    expect(question(page)).to_be_visible()
