"""A Friday evening: two members, a moderator, a lost connection, and what never reached a member."""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from auth.people import Person, Role
from cli.wiring import utc_now
from scheduling.meetings import add_meeting
from tests.browsing import Arrive, sign_in_with_code, sign_in_with_link
from tests.builders.people import a_member, a_moderator, a_person
from tests.house import House

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
MINE = "Hotel evenings are the hardest for me. What do you do with the first hour?"
HERS = "How do you answer what have you been up to?"
RETURNED = "What is the name of the therapist from the city clinic?"
LATE = "Has anybody moved the laptop out of the bedroom for good?"


class Wire:
    """A member's line to the house, which the story listens to and can cut."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.heard: list[str] = []
        page.on("websocket", lambda socket: socket.on("framereceived", self._hear))

    def _hear(self, frame: str | bytes) -> None:
        self.heard.append(str(frame))

    def cut(self) -> None:
        self.page.context.set_offline(True)

    def mend(self) -> None:
        self.page.context.set_offline(False)


@dataclass
class Evening:
    house: House
    alma: Person
    ben: Person
    jonah: Person


@pytest.fixture(scope="module")
def evening(house: House) -> Evening:
    """The Friday group begins in five minutes."""
    begins = (utc_now() + timedelta(minutes=5)).astimezone(LOS_ANGELES)
    with house.database.write() as session:
        dana = a_person(session, Role.PRACTITIONER, name="Dana Reeve")
        jonah = a_moderator(session, name="Jonah Pell", now=utc_now())
        add_meeting(
            session,
            slug="friday-group",
            title="Friday group",
            timezone=LOS_ANGELES.key,
            weekday=begins.weekday(),
            minute_of_day=begins.hour * 60 + begins.minute,
            minutes=90,
            first_date=begins.date() - timedelta(days=28),
            audience="open",
            hosted_by=(dana.id,),
            moderated_by=(jonah.id,),
            now=utc_now(),
        )
        alma = a_member(session, name="Alma Ferris", timezone="America/Chicago", now=utc_now())
        ben = a_member(session, name="Ben Morning", now=utc_now())
    return Evening(house, alma, ben, jonah)


def test_from_the_lobby_to_the_close(evening: Evening, someone: Arrive) -> None:
    alma, ben, desk = someone(phone=True, zone="America/Chicago"), someone(), someone()
    alma_wire, ben_wire = Wire(alma), Wire(ben)

    sees_tonight_in_her_own_zone(alma)
    sign_in_with_link(alma, evening.house, evening.alma.email)
    waits_in_the_lobby(alma, "Night Owl")
    sign_in_with_code(ben, evening.house, evening.ben.email)
    waits_in_the_lobby(ben, "Early Bird")

    sign_in_with_code(desk, evening.house, evening.jonah.email)
    opens_the_room(desk)
    for member in (alma, ben):
        expect(member.get_by_role("heading", level=1)).to_have_text("Friday group", timeout=15_000)
        expect(composer(member)).to_be_visible(timeout=15_000)

    asks(alma, MINE)
    expect(own(alma, MINE)).to_contain_text("A moderator reads it next")
    assert MINE not in "".join(ben_wire.heard)
    approves(desk, MINE)
    expect(own(alma, MINE)).to_contain_text("In the room")

    expect(listed(ben, MINE)).to_be_visible()
    assert MINE in "".join(ben_wire.heard)
    asks(ben, HERS)
    approves(desk, HERS)
    expect(listed(alma, HERS)).to_be_visible()
    listed(alma, HERS).locator(".vote").click()
    expect(listed(alma, HERS).locator(".vote")).to_have_attribute("aria-pressed", "true")
    expect(listed(ben, HERS).locator("[data-slot=votes]")).to_have_text("1")

    asks(alma, RETURNED)
    returns(desk, RETURNED)
    expect(own(alma, RETURNED)).to_contain_text("Not in the room tonight")
    expect(own(alma, RETURNED)).to_contain_text("It names people or places")

    alma_wire.cut()
    expect(alma.get_by_text("The connection is gone")).to_be_visible()
    asks(ben, LATE)
    approves(desk, LATE)
    answers(desk, MINE)
    expect(ben.locator(".q[data-state=answering]")).to_contain_text(MINE)
    expect(listed(alma, LATE)).to_have_count(0)
    alma_wire.mend()
    expect(listed(alma, LATE)).to_be_visible(timeout=20_000)
    expect(alma.locator(".q[data-state=answering]").first).to_contain_text(MINE)
    expect(alma.get_by_text("Back. Nothing was missed.")).to_be_visible()

    marks_answered(desk, MINE)
    expect(alma.locator("#answered")).to_contain_text(MINE)
    closes_the_room(desk)
    for member in (alma, ben):
        expect(member.get_by_role("heading", level=1)).to_have_text("That was tonight", timeout=15_000)
    assert RETURNED not in "".join(ben_wire.heard)


def sees_tonight_in_her_own_zone(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Friday group")
    expect(page.locator("main")).to_contain_text("Chicago (C")
    expect(page.locator("main")).to_contain_text("Los Angeles")


def waits_in_the_lobby(page: Page, name: str) -> None:
    page.goto("/meetings/friday-group/live")
    expect(page.get_by_role("heading", level=1)).to_have_text("Waiting room")
    expect(page.get_by_role("timer")).to_be_visible()
    page.get_by_role("radio", name="My own").check()
    page.get_by_label("My own name").fill(name)
    page.get_by_role("button", name="Let me in when it opens").click()
    expect(page.get_by_role("heading", name=f"You are {name} tonight")).to_be_visible()


def opens_the_room(page: Page) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/staff/live/friday-group")
    page.get_by_role("button", name="Open the room").click()
    expect(page.get_by_role("button", name="Hold everything")).to_be_visible()


def asks(page: Page, text: str) -> None:
    composer(page).fill(text)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(own(page, text)).to_be_visible()


def approves(desk: Page, text: str) -> None:
    waiting(desk, text).get_by_role("button", name="Approve").click()
    expect(waiting(desk, text)).to_have_count(0)


def returns(desk: Page, text: str) -> None:
    card = waiting(desk, text)
    card.locator("summary", has_text="Return").click()
    card.get_by_label("What its author reads").select_option("names")
    card.get_by_role("button", name="Return it").click()
    expect(waiting(desk, text)).to_have_count(0)


def answers(desk: Page, text: str) -> None:
    row = desk.locator("[data-region=listed] li", has_text=text)
    row.get_by_role("button", name="Answer").click()
    expect(desk.locator("[data-region=answering]")).to_contain_text(text)


def marks_answered(desk: Page, text: str) -> None:
    desk.locator("[data-region=answering] .q", has_text=text).get_by_role("button", name="Done").click()
    expect(desk.locator("[data-region=answering]")).not_to_contain_text(text)


def closes_the_room(desk: Page) -> None:
    desk.get_by_role("button", name="Close the room").click()
    expect(desk.get_by_text("The room is closed.")).to_be_visible()


def composer(page: Page) -> Locator:
    return page.get_by_label("Ask the hosts")


def own(page: Page, text: str) -> Locator:
    return page.locator("[data-list=own] .q", has_text=text)


def listed(page: Page, text: str) -> Locator:
    return page.locator("[data-list=listed] .q", has_text=text)


def waiting(desk: Page, text: str) -> Locator:
    return desk.locator("[data-region=queue] .q", has_text=text)
