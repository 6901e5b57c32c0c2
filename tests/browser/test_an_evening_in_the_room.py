"""A Friday evening: two members, a moderator, a lost connection, and what never reached a member."""

import re
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from auth.people import Person, Role
from cli.wiring import utc_now
from tests.at_the_desk import answers, approves, closes_the_room, marks_answered, opens_the_room, returns
from tests.browsing import Arrive, sign_in_with_code, sign_in_with_link
from tests.builders.people import a_member, a_moderator, a_person
from tests.builders.scheduling import a_meeting
from tests.house import House
from tests.in_the_room import (
    answered,
    answering,
    asks,
    composer,
    hears,
    is_let_in,
    listed,
    listens,
    opens_the_lobby,
    own,
    takes_a_name,
    vote,
    votes_for,
    writes,
)
from tests.witness import Witness

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
MINE = "Hotel evenings are the hardest for me. What do you do with the first hour?"
HERS = "How do you answer what have you been up to?"
RETURNED = "What is the name of the therapist from the city clinic?"
UNSENT = "Which hour of the day is the longest one for you?"
LATE = "Has anybody moved the laptop out of the bedroom for good?"


@dataclass
class Evening:
    house: House
    slug: str
    alma: Person
    ben: Person
    jonah: Person


@pytest.fixture
def evening(house: House) -> Evening:
    """The Friday group begins in five minutes."""
    begins = (utc_now() + timedelta(minutes=5)).astimezone(LOS_ANGELES)
    with house.database.write() as session:
        dana = a_person(session, Role.PRACTITIONER, name="Dana Reeve")
        jonah = a_moderator(session, name="Jonah Pell", now=utc_now())
        meeting = a_meeting(
            session,
            title="Friday group",
            weekday=begins.weekday(),
            minute_of_day=begins.hour * 60 + begins.minute,
            audience="open",
            hosts=[dana],
            moderators=[jonah],
        )
        alma = a_member(session, name="Alma Ferris", timezone="America/Chicago", now=utc_now())
        ben = a_member(session, name="Ben Morning", now=utc_now())
    return Evening(house, meeting.slug, alma, ben, jonah)


def test_from_the_lobby_to_the_close(evening: Evening, someone: Arrive) -> None:
    alma, ben, desk = someone(phone=True, zone="America/Chicago"), someone(), someone()
    bens_eyes = Witness(ben)

    sees_tonight_in_her_own_zone(alma)
    sign_in_with_link(alma, evening.house, evening.alma.email)
    waits_in_the_lobby(alma, evening.slug, "Night Owl")
    sign_in_with_code(ben, evening.house, evening.ben.email)
    waits_in_the_lobby(ben, evening.slug, "Early Bird")

    sign_in_with_code(desk, evening.house, evening.jonah.email)
    opens_the_room(desk, evening.slug)
    for member in (alma, ben):
        is_let_in(member, "Friday group")

    asks(alma, MINE)
    expect(own(alma, MINE)).to_contain_text("A moderator reads it next")
    assert not bens_eyes.was_given(MINE)
    approves(desk, MINE)
    expect(own(alma, MINE)).to_contain_text("In the room")

    expect(listed(ben, MINE)).to_be_visible()
    assert bens_eyes.was_given(MINE)
    asks(ben, HERS)
    approves(desk, HERS)
    expect(listed(alma, HERS)).to_be_visible()
    votes_for(alma, HERS)
    expect(vote(ben, HERS)).to_have_accessible_name(re.compile("^1 want"))

    asks(alma, RETURNED)
    returns(desk, RETURNED, "names")
    expect(own(alma, RETURNED)).to_contain_text("Not in the room tonight")
    expect(own(alma, RETURNED)).to_contain_text("It names people or places")

    alma.context.set_offline(True)
    expect(alma.get_by_text("The connection is gone")).to_be_visible()
    writes(alma, UNSENT)
    expect(alma.get_by_text("Not sent: the connection is gone.")).to_be_visible()
    expect(composer(alma)).to_have_value(UNSENT)
    asks(ben, LATE)
    approves(desk, LATE)
    answers(desk, MINE)
    expect(answering(ben, MINE)).to_be_visible()
    expect(listed(alma, LATE)).to_have_count(0)
    listens(alma)
    alma.context.set_offline(False)
    expect(listed(alma, LATE)).to_be_visible()
    expect(answering(alma, MINE)).to_be_visible()
    hears(alma, "Back. Nothing was missed.")
    alma.get_by_role("button", name="Ask", exact=True).click()
    expect(own(alma, UNSENT)).to_be_visible()

    marks_answered(desk, MINE)
    expect(answered(alma, MINE)).to_be_visible()
    closes_the_room(desk)
    for member in (alma, ben):
        expect(member.get_by_role("heading", level=1)).to_have_text("That was tonight")
    assert not bens_eyes.was_given(RETURNED)


def sees_tonight_in_her_own_zone(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Friday group")
    expect(page.get_by_role("main")).to_contain_text("Chicago (C")
    expect(page.get_by_role("main")).to_contain_text("Los Angeles")


def waits_in_the_lobby(page: Page, slug: str, name: str) -> None:
    opens_the_lobby(page, slug)
    takes_a_name(page, name)
    expect(page.get_by_role("heading", name=f"You are {name} tonight")).to_be_visible()
