"""A busy room, read by ear: one calm live region, one's own things first; and what is typed stays."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from auth.actor import actor_for
from cli.wiring import utc_now
from realtime.asking import ask
from realtime.joining import join
from realtime.moderating import Order, moderate
from realtime.room import find_room
from scheduling.meetings import current_occurrence, find_meeting
from tests import at_the_desk, in_the_room
from tests.browser.conftest import PATIENCE_MS
from tests.browsing import Arrive
from tests.builders.four import Four, four_people, signs_in
from tests.builders.people import a_member
from tests.house import House

FEW_SECONDS = 2000
HALF_A_SECOND = 500
MANY = 50
THOUGHT = "Half a thought about evenings?"


@pytest.fixture(scope="module")
def four(house: House) -> Four:
    return four_people(house, "Calm room")


@pytest.fixture
def alma(four: Four, someone: Arrive) -> Page:
    """In the open room on her phone, with Jonah at the desk."""
    alma, desk = someone(phone=True), someone()
    signs_in(alma, four.house, four.alma)
    signs_in(desk, four.house, four.jonah)
    alma.goto(f"/meetings/{four.slug}/live")
    if alma.get_by_role("heading", name="Waiting room").count():
        in_the_room.takes_a_name(alma, "Night Owl")
        at_the_desk.opens_the_room(desk, four.slug)
    else:
        at_the_desk.comes_to_the_desk(desk, four.slug)
    in_the_room.is_let_in(alma, four.title)
    return alma


def many_ask(four: Four, number: int) -> None:
    """As many members ask once each, and all of it is let into the room at once."""
    for count in range(number):
        with four.house.database.write() as session:
            meeting = find_meeting(session, four.slug)
            room = find_room(session, current_occurrence(session, meeting, now=utc_now()))
            assert room is not None
            member = actor_for(a_member(session, name=f"Somebody {number}-{count}", now=utc_now()))
            join(session, room.id, member, now=utc_now())
            text = f"Question {count} of {number}: how do you do it?"
            asked = ask(session, room.id, member, client_id="one", text=text, now=utc_now())
            order = Order(asked["question"], "approve")
            moderate(session, room.id, actor_for(four.jonah), order, now=utc_now())


def test_fifty_questions_are_a_few_sentences(four: Four, alma: Page) -> None:
    in_the_room.listens(alma)
    many_ask(four, 1)
    hears_of(alma, 1)  # the line is up
    many_ask(four, MANY)
    hears_of(alma, 1 + MANY)
    alma.wait_for_timeout(HALF_A_SECOND)
    heard = alma.evaluate("window.heard")
    assert sum(how_many(words) for words, _at in heard) == 1 + MANY, heard
    assert all(later - earlier >= FEW_SECONDS for (_, earlier), (_, later) in pairwise(heard)), heard


def hears_of(page: Page, number: int) -> None:
    """Waits until so many questions have been told of."""
    told = 0
    for _ in range(PATIENCE_MS // HALF_A_SECOND):
        told = sum(how_many(words) for words, _at in page.evaluate("window.heard"))
        if told >= number:
            return
        page.wait_for_timeout(HALF_A_SECOND)
    raise AssertionError(f"{told} of {number} were told of")


def how_many(sentence: str) -> int:
    """`12 new questions.` or `A new question.`; what is said of the line itself tells of none."""
    found = re.fullmatch(r"(A|\d+) new questions?\.", sentence)
    return 0 if found is None else int(found[1].replace("A", "1"))


def test_ones_own_things_are_said_first(four: Four, alma: Page) -> None:
    in_the_room.listens(alma)
    many_ask(four, 8)
    in_the_room.asks(alma, "What do you do on a long Sunday?")
    own = "() => window.heard.some(([one]) => one.includes('A moderator reads it next'))"
    alma.wait_for_function(own)
    assert len(alma.evaluate("window.heard")) <= 3


def test_the_room_has_one_live_region(alma: Page) -> None:
    assert alma.locator("[role=status], [role=log], [aria-live]:not([aria-live=off])").count() == 1


def test_what_is_typed_stays_through_a_reload_until_it_is_sent(alma: Page) -> None:
    composer = in_the_room.composer(alma)
    composer.press_sequentially(THOUGHT)
    alma.wait_for_function("() => sessionStorage.length === 1")
    alma.reload()
    expect(composer).to_have_value(THOUGHT)
    in_the_room.is_let_in(alma, "Calm room")
    in_the_room.asks(alma, THOUGHT)
    expect(composer).to_have_value("")
    alma.reload()
    expect(composer).to_have_value("")


def test_leaving_at_once_forgets_what_was_typed(alma: Page) -> None:
    in_the_room.composer(alma).fill("Nobody must read this")
    alma.wait_for_function("() => sessionStorage.length === 1")
    for _ in range(3):
        alma.keyboard.press("Shift")
    expect(alma).to_have_url(re.compile("/left$"))
    assert alma.evaluate("sessionStorage.length") == 0
