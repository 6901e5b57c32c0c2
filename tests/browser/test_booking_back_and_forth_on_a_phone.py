"""Booking on a phone with the browser's own back and forward, a script or none; and by a stranger."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import func, select

from auth.people import Person
from cli.wiring import utc_now
from foundation.columns import new_id
from scheduling.appointments import Appointment, of_member
from scheduling.questionnaires import Item, add_form
from tests.axe import faults
from tests.browsing import Arrive, code_in, sign_in_with_code, words_of
from tests.builders.people import a_member
from tests.builders.scheduling import a_service, a_working_practitioner, weekdays
from tests.house import House

pytestmark = pytest.mark.browser
CHICAGO = "America/Chicago"


@pytest.fixture(scope="module")
def dana(house: House) -> Person:
    with house.database.write() as session:
        dana = a_working_practitioner(session, weekdays(days=range(7)), name="Dana Okoro")
        form = add_form(session, "Before we meet", [Item("What helps?")], by=dana.id, now=utc_now())
        a_service(session, dana, slug="phone-talk", name="Talk", notice_minutes=120, intake_id=form.id)
        a_service(session, dana, slug="open-talk", name="Open talk", notice_minutes=120, audience="public")
        return dana


def new_member(house: House, name: str) -> Person:
    with house.database.write() as session:
        return a_member(session, name=name, timezone=CHICAGO, now=utc_now())


@pytest.mark.parametrize("javascript", [True, False], ids=["with a script", "without"])
def test_back_and_forth_keeps_what_was_chosen(
    house: House, someone: Arrive, dana: Person, javascript: bool
) -> None:
    member = new_member(house, f"Wren {'Hale' if javascript else 'Moss'}")
    page = someone(phone=True, zone=CHICAGO, javascript=javascript)
    sign_in_with_code(page, house, member.email)
    page.goto("/book/phone-talk")
    times(page, 3).first.click()
    expect(kept(page)).to_be_visible()
    first = shown(page)
    page.go_back()
    page.go_forward()
    expect(kept(page)).to_be_visible()
    assert shown(page) == first
    page.get_by_label("Anything Dana should know").fill("I may be two minutes late.")
    times(page, 4).first.click()
    expect(kept(page)).to_be_visible()
    assert shown(page) != first
    expect(page.get_by_label("Anything Dana should know")).to_have_value("I may be two minutes late.")
    page.get_by_label("If the video fails, phone me on").fill("312 555 0100")
    page.get_by_role("button", name="Book this time").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Booked")
    page.go_back()
    if page.get_by_role("button", name="Book this time").count():
        page.get_by_role("button", name="Book this time").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Booked")
    with house.database.read() as session:
        [one] = of_member(session, member.id)
        assert (one.note, one.phone_fallback) == ("I may be two minutes late.", True)
    fill_in_the_form(page)


def fill_in_the_form(page: Page) -> None:
    """Axe looks at this page elsewhere: without scripts it cannot run."""
    page.goto("/appointments")
    page.get_by_role("link", name=re.compile("One short form before you meet")).click()
    page.get_by_label(re.compile("What helps?")).fill("Being on time.")
    page.get_by_role("button", name="Keep it for later").click()
    expect(page.get_by_label(re.compile("What helps?"))).to_have_value("Being on time.")
    page.get_by_role("button", name=re.compile("Send it to Dana")).click()
    expect(page.get_by_text("Sent.")).to_be_visible()


def test_a_stranger_books_on_a_phone(house: House, someone: Arrive, dana: Person) -> None:
    page, nadia = someone(phone=True, zone=CHICAGO), f"nadia.{new_id()}@example.org"
    page.goto("/book/open-talk")
    expect(page.locator("main")).to_contain_text("Chicago")
    assert faults(page) == []
    times(page, 3).first.click()
    chosen = page.locator(".band").inner_text()
    assert faults(page) == []
    page.get_by_label("Your name").fill("Nadia Solberg")
    page.get_by_label("E-mail address").fill(nadia)
    assert count(house, nadia) == 0
    page.get_by_role("button", name="Mail me a code").click()
    page.get_by_label("Six digits").fill(code_in(house.next_mail(nadia)))
    page.get_by_role("button", name="Sign in").click()
    expect(kept(page)).to_be_visible()
    assert page.locator(".card--now .count").inner_text() in chosen
    page.get_by_role("button", name="Book this time").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Booked")
    assert faults(page) == []
    assert count(house, nadia) == 1
    cancel_and_choose_again(house, page, nadia)


def cancel_and_choose_again(house: House, page: Page, nadia: str) -> None:
    """From the mail, in a browser that is signed in to nothing."""
    house.next_mail(nadia, after=1)  # the code, then what was booked
    before = len(house.mails_to(nadia))
    page.goto("/appointments")
    page.get_by_role("link", name=re.compile("^Cancel")).first.click()
    page.get_by_role("button", name="Cancel it").click()
    expect(page.get_by_text("Thank you for telling us")).to_be_visible()
    link = re.search(r"http://\S+/again/\S+", words_of(house.next_mail(nadia, after=before)))
    assert link
    page.context.clear_cookies()
    page.goto(link.group())
    assert faults(page) == []
    page.locator("button[name=slot]").nth(1).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Booked")
    assert faults(page) == []
    page.go_back()
    if page.locator("button[name=slot]").count():
        page.locator("button[name=slot]").nth(0).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Booked")
    assert count(house, nadia) == 2


def times(page: Page, days_ahead: int) -> Locator:
    return page.locator("fieldset.day").nth(days_ahead).locator("button:not([disabled])")


def kept(page: Page) -> Locator:
    return page.get_by_text("Kept for you until")


def shown(page: Page) -> str:
    """The day and the time of the card, as they are read."""
    return page.locator(".card--now").first.inner_text().split("Kept")[0]


def count(house: House, address: str) -> int:
    with house.database.read() as session:
        theirs = select(Person.id).where(Person.email == address).scalar_subquery()
        return session.scalar(select(func.count(Appointment.id)).where(Appointment.member_id == theirs)) or 0
