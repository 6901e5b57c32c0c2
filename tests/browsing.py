"""What people do again and again in the browser stories."""

import re
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from urllib.request import urlopen

from icalendar import Calendar, Event
from playwright.sync_api import Page

from tests.house import House

Arrive = Callable[..., Page]


def sign_in_with_code(page: Page, house: House, address: str) -> None:
    """Ask for a code as a person does, read it in the mail, type it."""
    before = len(house.mails_to(address))
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_role("button", name="Mail me a code").click()
    page.get_by_label("Six digits").fill(code_in(house.next_mail(address, after=before)))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def sign_in_with_link(page: Page, house: House, address: str) -> None:
    """Ask, then open the mail's link in the same browser and press its one button."""
    before = len(house.mails_to(address))
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_role("button", name="Mail me a code").click()
    page.get_by_label("Six digits").wait_for()
    link = re.search(r"http://\S+/sign-in/\S+", words_of(house.next_mail(address, after=before)))
    assert link
    page.goto(link.group())
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def code_in(mail: EmailMessage) -> str:
    """The six digits of a sign-in mail."""
    found = re.search(r"\b(\d{3}) ?(\d{3})\b", words_of(mail))
    assert found, words_of(mail)
    return "".join(found.groups())


def words_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def invitation_in(mail: EmailMessage) -> Event:
    """The one event of the mail's calendar part."""
    parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    content = parts[0].get_payload(decode=True)
    assert isinstance(content, bytes)
    [event] = Calendar.from_ical(content).walk("VEVENT")
    assert isinstance(event, Event)
    return event


def shown_time(page: Page) -> datetime:
    """The instant that the page's first time stands for."""
    stamp = page.locator("main time[datetime]").first.get_attribute("datetime")
    assert stamp
    return datetime.fromisoformat(stamp)


def read_feed(address: str) -> list[Event]:
    """What a calendar application gets from a secret link."""
    with urlopen(address, timeout=60) as answer:
        events = Calendar.from_ical(answer.read()).walk("VEVENT")
    return [event for event in events if isinstance(event, Event)]
