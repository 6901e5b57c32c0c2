"""A hard minute for one of four: help at once, a person soon, and nothing of it for anybody else."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from cli.wiring import utc_now
from foundation.audit import AuditEntry
from foundation.outbox import Delivery
from safety.crisis_contact import CrisisContact, leave_contact
from safety.flags import Flag
from tests import at_the_desk, in_the_room
from tests.browsing import Arrive
from tests.builders.four import Four, four_people, signs_in
from tests.house import House
from tests.witness import Witness

WORDS = "k\u200bi\u200bll myself tonight"
SHOWN = "ill myself tonight"
ORDINARY = "What do you do when the bus passes the old place?"
HOW_ALONE = "I am in the kitchen, my sister is asleep next door"
READY = "Where are you right now, and is anybody with you?"
ENDING = "Her sister sits with her, we speak tomorrow at nine"
A_MINUTE = timedelta(seconds=60)


@pytest.fixture
def four(house: House) -> Four:
    """Alma has left a number for a night like this."""
    four = four_people(house, "Night of four")
    with house.database.write() as session:
        leave_contact(session, four.alma.id, CrisisContact(phone="+13125550142"), now=utc_now())
    return four


def test_from_the_words_to_the_disposition(four: Four, someone: Arrive) -> None:
    alma, ben = someone(phone=True, zone="America/Chicago"), someone()
    desk, host = someone(), someone()
    almas_eyes, bens_eyes = Witness(alma), Witness(ben)
    for page, person in ((alma, four.alma), (ben, four.ben), (desk, four.jonah), (host, four.dana)):
        signs_in(page, four.house, person)
    for member, name in ((alma, "Night Owl"), (ben, "Early Bird")):
        in_the_room.opens_the_lobby(member, four.slug)
        in_the_room.takes_a_name(member, name)
    at_the_desk.opens_the_room(desk, four.slug)
    at_the_desk.comes_to_the_desk(host, four.slug)
    for member in (alma, ben):
        in_the_room.is_let_in(member, four.title)

    help_is_there_at_once(alma)
    the_desk_is_alarmed(desk, host)
    somebody_on_call_has_a_mail(four, desk)
    the_host_claims(alma, desk, host)
    they_speak_in_private(alma, host)
    two_people_open_the_contact(desk, host)
    nobody_leaves_before_it_has_ended(desk)
    the_host_says_how_it_ended(alma, desk, host)

    in_the_room.asks(ben, ORDINARY)
    at_the_desk.approves(desk, ORDINARY)
    expect(in_the_room.listed(alma, ORDINARY)).to_be_visible()
    for hidden in ("myself tonight", "escalated", HOW_ALONE, READY, ENDING, "5550142"):
        assert not bens_eyes.was_given(hidden), hidden
    assert bens_eyes.was_given(ORDINARY)
    assert not almas_eyes.was_given("rejected")
    every_step_is_on_record(four)


def help_is_there_at_once(alma: Page) -> None:
    in_the_room.writes(alma, WORDS)
    expect(care(alma)).to_be_in_viewport()
    expect(care(alma).get_by_role("heading")).to_be_focused()
    line = care(alma).get_by_role("link", name=re.compile("^988"))
    expect(line).to_have_attribute("href", re.compile("^(tel|sms):988"))
    expect(in_the_room.own(alma, SHOWN)).to_contain_text("With a person, not in the room")


def the_desk_is_alarmed(desk: Page, host: Page) -> None:
    for page in (desk, host):
        expect(at_the_desk.alarm(page)).to_contain_text("Somebody needs you: Night Owl")
        expect(at_the_desk.alarm(page)).to_contain_text(SHOWN)
        expect(at_the_desk.alarm(page)).to_contain_text("Ruth is called at")


def somebody_on_call_has_a_mail(four: Four, desk: Page) -> None:
    """A minute goes by at once: what was due in sixty seconds is due now, and the worker finds it."""
    with four.house.database.write() as session:
        flag = the_flag(session, four)
        flag.raised_at, flag.call_at = flag.raised_at - A_MINUTE, flag.call_at - A_MINUTE
        for call in session.scalars(
            select(Delivery).where(Delivery.key.startswith(f"flag.unclaimed:{flag.id}"))
        ):
            call.due_at -= A_MINUTE
    mail = four.house.next_mail(four.ruth.email)
    assert str(mail["Subject"]) == "Somebody is waiting for you"
    assert "myself" not in mail.as_string()
    assert "Alma" not in mail.as_string()
    expect(at_the_desk.alarm(desk)).to_contain_text("Ruth was called once")


def the_host_claims(alma: Page, desk: Page, host: Page) -> None:
    at_the_desk.alarm(host).get_by_role("button", name="Claim").click()
    expect(host.get_by_role("heading", name="You are with Night Owl")).to_be_visible()
    expect(desk.get_by_role("heading", name="Dana is with Night Owl")).to_be_visible()
    expect(care(alma)).to_contain_text("Dana is with you now.")


def they_speak_in_private(alma: Page, host: Page) -> None:
    host.get_by_role("link", name="The whole line").click()
    host.locator("summary", has_text="Sentences to begin with").click()
    host.get_by_role("link", name=READY).click()
    field = host.get_by_label("Only Night Owl and the team read this")
    expect(field).to_have_value(READY)
    host.get_by_role("button", name="Say it").click()
    expect(care(alma)).to_contain_text(READY)
    alma.get_by_label("Write to us.").fill(HOW_ALONE)
    alma.get_by_role("button", name="Send it to us").click()
    expect(host.get_by_role("log", name="The private line")).to_contain_text(HOW_ALONE)
    host.get_by_label("Have you thought about how?").fill("No")
    host.get_by_label("Have you thought about when?").fill("No")
    host.get_by_label("Where are you at the moment?").fill("Kitchen")
    host.get_by_role("button", name="Keep the answers").click()
    expect(host.get_by_label("Where are you at the moment?")).to_have_value("Kitchen")


def two_people_open_the_contact(desk: Page, host: Page) -> None:
    host.get_by_label("Why you need it").fill("She stopped writing for a while")
    host.get_by_role("button", name="Ask another one to agree").click()
    expect(host.get_by_text("You asked to see the contact they left.")).to_be_visible()
    expect(host.get_by_role("link", name="See the contact")).to_have_count(0)
    desk.get_by_role("button", name="Agree, and both see it").click()
    expect(desk.get_by_role("link", name="See the contact")).to_be_visible()
    host.reload()
    host.get_by_role("link", name="See the contact").click()
    expect(host.get_by_text("312")).to_be_visible()
    host.get_by_role("link", name="The line").click()


def nobody_leaves_before_it_has_ended(desk: Page) -> None:
    desk.get_by_role("button", name="Close the room").click()
    expect(desk.get_by_text(re.compile("how .* ended", re.IGNORECASE)).first).to_be_visible()
    expect(desk.get_by_role("button", name="Hold everything")).to_be_visible()


def the_host_says_how_it_ended(alma: Page, desk: Page, host: Page) -> None:
    host.get_by_role("button", name="Keep this").click()
    expect(host.get_by_role("alert")).to_be_visible()
    host.get_by_role("group", name="Outcome").get_by_role("radio").first.check()
    host.get_by_label("In a sentence").fill(ENDING)
    host.get_by_role("button", name="Keep this").click()
    expect(host.get_by_text("Ended", exact=True)).to_be_visible()
    expect(desk.get_by_role("heading", name="is with Night Owl")).to_have_count(0)
    expect(alma.get_by_text("This conversation ended")).to_be_visible()


def every_step_is_on_record(four: Four) -> None:
    with four.house.database.read() as session:
        flag = the_flag(session, four)
        steps = select(AuditEntry).where(AuditEntry.object_id == flag.id).order_by(AuditEntry.at)
        done = [(one.action, one.actor_id) for one in session.scalars(steps)]
    dana, jonah = four.dana.id, four.jonah.id
    told = [("flag.raised", None), ("flag.claimed", dana), ("contact.asked", dana), ("contact.agreed", jonah)]
    told += [("contact.seen", dana), ("flag.disposed", dana)]
    assert [one for one in done if one in told] == told, done


def the_flag(session: Session, four: Four) -> Flag:
    return session.scalars(select(Flag).where(Flag.person_id == four.alma.id)).one()


def care(alma: Page) -> Locator:
    return alma.get_by_role("region", name="We are getting a person for you now.")
