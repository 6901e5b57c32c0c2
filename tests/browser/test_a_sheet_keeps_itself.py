"""On a phone a sheet keeps itself: gone on with elsewhere, and a slip of the thumb is told to nobody."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from auth.links import issue_link
from auth.people import Person
from safety.flags import Flag
from tests.browsing import Arrive
from tests.builders.people import a_coordinator, a_member
from tests.house import House

pytestmark = pytest.mark.browser


@pytest.fixture
def lena(house: House) -> Person:
    now = datetime.now(UTC)
    with house.database.write() as session:
        a_coordinator(session, name="Cora Lind", now=now)
        return a_member(session, name="Lena Moss", now=now)


def signed_in(house: House, page: Page, person: Person) -> Page:
    with house.database.write() as session:
        token = issue_link(session, person, now=datetime.now(UTC))
    page.goto(f"/sign-in/{token}")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


def answer(page: Page, question: str, words: str) -> None:
    page.get_by_role("group", name=question).get_by_label(words).check()


def flags(house: House, person: Person) -> list[Flag]:
    with house.database.read() as session:
        return list(session.scalars(select(Flag).where(Flag.person_id == person.id)))


def test_begun_on_a_phone_and_gone_on_with_at_a_desk(house: House, someone: Arrive, lena: Person) -> None:
    phone = signed_in(house, someone(phone=True), lena)
    phone.goto("/care/check-in")
    answer(phone, "How strong was the pull", "7")
    answer(phone, "How did you sleep", "Broken")
    expect(phone.get_by_role("status").filter(has_text="Kept.")).to_be_visible()
    desk = signed_in(house, someone(), lena)
    desk.goto("/care/check-in")
    expect(desk.get_by_role("group", name="How did you sleep").get_by_label("Broken")).to_be_checked()
    desk.get_by_role("link", name="Go on where you stopped").click()
    expect(desk).to_have_url(re.compile(r"#q-mood$"))


def test_help_stands_at_the_question_and_a_slip_calls_nobody(
    house: House, someone: Arrive, lena: Person
) -> None:
    phone = signed_in(house, someone(phone=True), lena)
    phone.goto("/care/measures/phq-9")
    ninth, kept = "Thoughts that you would be better off dead", phone.get_by_role("status")
    answer(phone, ninth, "Several days")
    answer(phone, ninth, "Not at all")
    expect(kept.filter(has_text="Kept.")).to_be_visible()
    assert flags(house, lena) == []
    answer(phone, ninth, "Several days")
    coming = phone.get_by_role("heading", name="We are getting a person for you now")
    expect(coming).to_be_in_viewport()
    expect(phone.locator("#help-comes")).to_be_focused()
    assert [flag.rule for flag in flags(house, lena)] == ["phq-9-question-9"]
