"""A whole evening of four: Alma on her phone, Ben, Jonah who moderates, Dana who hosts."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests import at_the_desk, in_the_room
from tests.browsing import Arrive
from tests.builders.four import Four, four_people, signs_in
from tests.house import House
from tests.witness import Witness

FIRST = "My brother Teodor hides the router from me. How do you talk about it?"
BETTER = "Somebody at home hides the router from me. How do you talk about it?"
HERS = "What do you do in the first hour after work?"
HIS = "What do you do in the first hour after work, when it is quiet?"
UNKIND = "Whoever asked that is an idiot"
FOR_ONE = "Where do I find a dentist who asks no questions?"
PRIVATE = "Ask at the front desk on Monday; they keep a list."
BEHIND = "You have the list, the hands are mine."
NOTE = "Unkind once, kind when asked."
LINE = "Tea is on here."
LATER = "Does anybody walk in the morning?"


@pytest.fixture
def four(house: House) -> Four:
    return four_people(house, "Evening of four")


def test_from_the_waiting_room_to_the_transcript(four: Four, someone: Arrive) -> None:
    alma, ben = someone(phone=True, zone="America/Chicago"), someone()
    desk, stage = someone(), someone()
    bens_eyes = Witness(ben)
    for page, person in ((alma, four.alma), (ben, four.ben), (desk, four.jonah), (stage, four.dana)):
        signs_in(page, four.house, person)

    they_wait_under_names(alma, ben, four.slug)
    at_the_desk.opens_the_room(desk, four.slug)
    for member in (alma, ben):
        in_the_room.is_let_in(member, four.title)

    a_first_question_is_read_and_reworded(alma, ben, desk)
    two_questions_become_one(alma, ben, desk)
    unkind_words_come_back_kindly(alma, desk)
    one_question_is_answered_in_private(alma, desk)
    a_hand_is_seen_and_invited(alma, desk)
    the_chat_goes_on_and_off(alma, ben, desk)
    at_the_desk.says_backstage(desk, BEHIND)
    the_host_answers_from_the_stage(ben, desk, stage, four.slug)
    leading_is_handed_on(ben, desk, stage)
    everybody_reads_that_it_is_recorded(alma, ben, desk)
    somebody_is_asked_to_listen(alma, desk)
    somebody_is_sent_out_for_a_break(alma, desk)
    everything_is_held_and_goes_on(alma, ben, desk)

    at_the_desk.closes_the_room(desk)
    for member in (alma, ben):
        expect(member.get_by_role("heading", level=1)).to_have_text("That was tonight")

    the_transcript_names_nobody(desk, four.slug)

    for never_public in (
        "Teodor",
        UNKIND,
        FOR_ONE,
        PRIVATE,
        BEHIND,
        NOTE,
        "one person here",
        "Alma",
        "Jonah Pell",
    ):
        assert not bens_eyes.was_given(never_public), never_public
    assert bens_eyes.was_given(BETTER)


def they_wait_under_names(alma: Page, ben: Page, slug: str) -> None:
    in_the_room.opens_the_lobby(alma, slug)
    expect(alma.get_by_role("heading", name="How the room works")).to_be_visible()
    in_the_room.takes_a_name(alma, "Night Owl")
    expect(alma.get_by_role("heading", name="You are Night Owl tonight")).to_be_visible()
    in_the_room.opens_the_lobby(ben, slug)
    in_the_room.takes_a_name(ben, "N\u0456ght 0wl")
    expect(ben.get_by_label("My own name")).to_have_attribute("aria-invalid", "true")
    expect(ben.get_by_label("My own name")).to_have_value("N\u0456ght 0wl")
    in_the_room.takes_a_name(ben, "Early Bird")
    expect(ben.get_by_role("heading", name="You are Early Bird tonight")).to_be_visible()


def a_first_question_is_read_and_reworded(alma: Page, ben: Page, desk: Page) -> None:
    in_the_room.asks(alma, FIRST)
    expect(in_the_room.own(alma, FIRST)).to_contain_text("A moderator reads it next")
    expect(at_the_desk.waiting(desk, FIRST)).to_contain_text("First question here")
    at_the_desk.claims(desk, FIRST)
    at_the_desk.edits_and_approves(desk, FIRST, BETTER)
    expect(in_the_room.listed(ben, BETTER)).to_be_visible()
    expect(in_the_room.own(alma, BETTER)).to_contain_text("In the room")
    expect(in_the_room.own(alma, BETTER)).to_contain_text(
        f"A moderator changed the wording. You wrote: {FIRST}"
    )


def two_questions_become_one(alma: Page, ben: Page, desk: Page) -> None:
    in_the_room.votes_for(ben, BETTER)
    expect(in_the_room.vote(alma, BETTER)).to_have_text(re.compile("^1 want this"))
    in_the_room.asks(alma, HERS)
    at_the_desk.approves(desk, HERS)
    in_the_room.asks(ben, HIS)
    expect(at_the_desk.waiting(desk, HIS)).to_contain_text("Looks like No. 2")
    at_the_desk.merges(desk, HIS, HERS)
    expect(in_the_room.own(ben, HIS)).to_contain_text("Joined with one like it")
    for member in (alma, ben):
        expect(in_the_room.vote(member, HERS)).to_have_text(re.compile("^1 want this"))


def unkind_words_come_back_kindly(alma: Page, desk: Page) -> None:
    in_the_room.asks(alma, UNKIND)
    card = at_the_desk.waiting(desk, "Aimed at a person")
    expect(card.get_by_text(UNKIND).first).to_be_hidden()
    at_the_desk.unfolds(card, "Open what was written")
    expect(card.get_by_text(UNKIND).first).to_be_visible()
    at_the_desk.returns(desk, UNKIND, "aimed")
    expect(in_the_room.own(alma, UNKIND)).to_contain_text("Not in the room tonight")
    expect(in_the_room.own(alma, UNKIND)).to_contain_text("It speaks about one person here")


def one_question_is_answered_in_private(alma: Page, desk: Page) -> None:
    in_the_room.asks(alma, FOR_ONE)
    at_the_desk.replies(desk, FOR_ONE, PRIVATE)
    expect(in_the_room.own(alma, FOR_ONE)).to_contain_text(PRIVATE)
    at_the_desk.returns(desk, FOR_ONE, "elsewhere")


def a_hand_is_seen_and_invited(alma: Page, desk: Page) -> None:
    alma.get_by_role("button", name="Hand").click()
    expect(
        alma.get_by_text("Your hand is up, first in line. Whoever has spoken least comes first.")
    ).to_be_visible()
    expect(at_the_desk.hands(desk)).to_contain_text("has not spoken")
    at_the_desk.acts_on(desk, "Night Owl", "Invite")
    expect(alma.get_by_text("You are invited to speak. Take your time.")).to_be_visible()
    expect(alma.get_by_role("button", name="Hand")).to_have_attribute("aria-pressed", "false")


def the_chat_goes_on_and_off(alma: Page, ben: Page, desk: Page) -> None:
    expect(alma.get_by_text("Chat is off at the moment.")).to_be_visible()
    desk.get_by_role("button", name="Chat is off").click()
    in_the_room.says(alma, LINE)
    expect(in_the_room.chat(ben)).to_contain_text(LINE)
    expect(in_the_room.chat(ben)).to_contain_text("Night Owl")
    desk.get_by_role("button", name="Chat is on").click()
    expect(alma.get_by_text("Chat is off at the moment.")).to_be_visible()


def the_host_answers_from_the_stage(ben: Page, desk: Page, stage: Page, slug: str) -> None:
    at_the_desk.pins(desk, HERS)
    expect(in_the_room.listed(ben, HERS)).to_contain_text("Next up")
    stage.goto(f"/staff/live/{slug}/presenter")
    stage.get_by_role("button", name="Take it").click()
    expect(stage.get_by_role("heading", level=1)).to_have_text(HERS)
    expect(in_the_room.answering(ben, HERS)).to_contain_text("Dana")
    stage.keyboard.press("Space")
    expect(stage.get_by_role("heading", level=1)).to_have_text(BETTER)
    expect(in_the_room.answered(ben, HERS)).to_be_visible()
    stage.get_by_role("button", name="Done").click()
    expect(in_the_room.answered(ben, BETTER)).to_be_visible()


def leading_is_handed_on(ben: Page, desk: Page, stage: Page) -> None:
    stage.locator("summary", has_text="Leading and recording").click()
    stage.get_by_label("Hand it on to").select_option(label="Jonah")
    stage.get_by_role("button", name="Offer it").click()
    expect(stage.get_by_text("Offered to Jonah, who has not answered yet.")).to_be_visible()
    leading = desk.get_by_role("region", name="Leading and recording")
    expect(leading).to_contain_text("Dana asks you to lead.")
    leading.get_by_role("button", name="Lead from now on").click()
    expect(leading).to_contain_text("You lead.")
    expect(ben.get_by_text("Jonah leads")).to_be_visible()


def everybody_reads_that_it_is_recorded(alma: Page, ben: Page, desk: Page) -> None:
    desk.get_by_role("button", name="The call is not recorded").click()
    for member in (alma, ben):
        expect(member.get_by_text("The call is being recorded.")).to_be_visible()
    desk.get_by_role("button", name="The call is recorded").click()
    expect(alma.get_by_text("The call is being recorded.")).to_be_hidden()


def somebody_is_sent_out_for_a_break(alma: Page, desk: Page) -> None:
    at_the_desk.notes(desk, "Night Owl", NOTE)
    at_the_desk.sends_out_for_a_break(desk, "Night Owl")
    expect(alma.get_by_role("heading", level=1)).to_contain_text("A break until")
    expect(alma.get_by_role("link", name="Help")).not_to_have_count(0)
    at_the_desk.lets_in_again(desk, "Night Owl")
    alma.get_by_role("link", name="Look again now").click()
    in_the_room.is_let_in(alma, "Evening of four")


def somebody_is_asked_to_listen(alma: Page, desk: Page) -> None:
    at_the_desk.acts_on(desk, "Night Owl", "Mute")
    expect(alma.get_by_text("A moderator asked you to listen")).to_be_visible()
    in_the_room.writes(alma, LATER)
    expect(alma.get_by_role("status").first).to_contain_text("You can write again soon.")
    expect(in_the_room.composer(alma)).to_have_value(LATER)
    at_the_desk.acts_on(desk, "Night Owl", "Unmute")


def everything_is_held_and_goes_on(alma: Page, ben: Page, desk: Page) -> None:
    desk.get_by_role("button", name="Hold everything").click()
    for member in (alma, ben):
        expect(member.get_by_text("On hold for a moment", exact=True)).to_be_visible()
    in_the_room.asks(alma, LATER)
    expect(at_the_desk.waiting(desk, LATER)).to_contain_text("on hold")
    desk.get_by_role("button", name="Let it go on").click()
    expect(ben.get_by_text("On hold for a moment", exact=True)).to_be_hidden()
    at_the_desk.approves(desk, LATER)
    expect(in_the_room.listed(ben, LATER)).to_be_visible()


def the_transcript_names_nobody(desk: Page, slug: str) -> None:
    desk.goto(f"/staff/live/{slug}/record")
    with desk.expect_download() as coming:
        desk.get_by_role("link", name="As plain text").click()
    transcript = coming.value.path().read_text()
    assert BETTER in transcript
    assert HERS in transcript
    for hidden in ("Night Owl", "Early Bird", "Alma", "Ben", "Teodor", UNKIND, FOR_ONE, HIS):
        assert hidden not in transcript, hidden
