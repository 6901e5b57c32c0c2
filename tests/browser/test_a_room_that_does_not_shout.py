"""A busy room, read by ear: one calm live region, one's own things first; and what is typed stays."""

import re
from itertools import count, pairwise

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
ARRIVED = "A moderator reads it next"
_weeks = count(1)
"""So that nothing is asked twice, whatever was told before."""


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
    for place in range(number):
        with four.house.database.write() as session:
            meeting = find_meeting(session, four.slug)
            room = find_room(session, current_occurrence(session, meeting, now=utc_now()))
            assert room is not None
            member = actor_for(a_member(session, name=f"Somebody {number}-{place}", now=utc_now()))
            join(session, room.id, member, now=utc_now())
            text = f"Question {place} of {number}: how do you do it?"
            asked = ask(session, room.id, member, client_id="one", text=text, now=utc_now())
            order = Order(asked["question"], "approve")
            moderate(session, room.id, actor_for(four.jonah), order, now=utc_now())


def test_fifty_questions_are_a_few_sentences(four: Four, alma: Page) -> None:
    many_ask(four, 1)
    expect(in_the_room.listed(alma, "Question 0 of 1").first).to_be_visible()  # the line is up
    in_the_room.listens(alma)
    many_ask(four, MANY)
    heard = everything_heard(alma, MANY)
    told = sum(how_many(words) for words, _at in heard)
    assert MANY <= told <= MANY + 1, heard  # the one before may be told of late
    assert all(later - earlier >= FEW_SECONDS for (_, earlier), (_, later) in pairwise(heard)), heard


def everything_heard(page: Page, number: int) -> list[tuple[str, float]]:
    """What was said until so many questions were told of, and half a second more: nothing is told twice."""
    counted = "window.heard.flatMap(([one]) => one.match(/^(A|\\d+)(?= new question)/g) ?? [])"
    enough = f"() => {counted}.reduce((sum, one) => sum + (Number(one) || 1), 0) >= {number}"
    page.wait_for_function(enough, timeout=2 * PATIENCE_MS)
    page.wait_for_timeout(HALF_A_SECOND)
    heard: list[tuple[str, float]] = page.evaluate("window.heard")
    return heard


def how_many(sentence: str) -> int:
    """`12 new questions.` or `A new question.`; what is said of the line itself tells of none."""
    found = re.fullmatch(r"(A|\d+) new questions?\.", sentence)
    return 0 if found is None else int(found[1].replace("A", "1"))


def test_ones_own_things_are_said_first(four: Four, alma: Page) -> None:
    in_the_room.listens(alma)
    many_ask(four, 8)
    mine = f"What do you do on the Sunday of week {next(_weeks)}?"
    in_the_room.asks(alma, mine)
    expect(in_the_room.own(alma, mine)).to_contain_text(ARRIVED)
    before = len(alma.evaluate("window.heard"))
    in_the_room.hears(alma, ARRIVED)
    said = [ARRIVED in words for words, _at in alma.evaluate("window.heard")]
    assert said.index(True) <= before, "news of the room was said first"


def test_the_room_has_one_live_region(alma: Page) -> None:
    assert alma.locator("[role=status], [role=log], [aria-live]:not([aria-live=off])").count() == 1


def test_what_is_typed_stays_through_a_reload_until_it_is_sent(alma: Page) -> None:
    composer, thought = in_the_room.composer(alma), f"Half a thought about week {next(_weeks)}?"
    composer.press_sequentially(thought)
    alma.wait_for_function("() => sessionStorage.length === 1")
    alma.reload()
    expect(composer).to_have_value(thought)
    in_the_room.is_let_in(alma, "Calm room")
    in_the_room.asks(alma, thought)
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
