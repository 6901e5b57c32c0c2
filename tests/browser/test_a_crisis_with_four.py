"""A hard minute for one of four: help at once, a person soon, and nothing of it for anybody else."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from foundation.outbox import Delivery
from safety.flags import Flag
from tests import at_the_desk, in_the_room
from tests.browsing import Arrive, words_of
from tests.builders.four import Four, four_people, signs_in
from tests.house import House
from tests.witness import Witness

WORDS = "k\u200bi\u200bll myself tonight"
SHOWN = "ill myself tonight"
ORDINARY = "What do you do when the bus passes the old place?"
A_MINUTE = timedelta(seconds=60)


@pytest.fixture(scope="module")
def four(house: House) -> Four:
    return four_people(house, "a-night-of-four", "Night of four")


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
    somebody_on_call_has_a_mail(four)
    the_host_claims(desk, host)

    in_the_room.asks(ben, ORDINARY)
    at_the_desk.approves(desk, ORDINARY)
    expect(in_the_room.listed(alma, ORDINARY)).to_be_visible()
    for given in ("myself tonight", "escalated"):
        assert not bens_eyes.was_given(given), given
    assert bens_eyes.was_given(ORDINARY)
    assert not almas_eyes.was_given("rejected")


def help_is_there_at_once(alma: Page) -> None:
    in_the_room.writes(alma, WORDS)
    note = alma.get_by_role("region", name="A person is reading this now.")
    expect(note).to_be_in_viewport()
    expect(note.get_by_role("heading")).to_be_focused()
    expect(note.get_by_role("link", name=re.compile("^988"))).to_have_attribute("href", re.compile("988"))
    expect(in_the_room.own(alma, SHOWN)).to_contain_text("With a person, not in the room")


def the_desk_is_alarmed(desk: Page, host: Page) -> None:
    for page in (desk, host):
        alarm = at_the_desk.alarm(page)
        expect(alarm).to_contain_text("Somebody needs you: Night Owl")
        expect(alarm).to_contain_text(SHOWN)
        expect(alarm).to_contain_text("Ruth gets a mail in")


def somebody_on_call_has_a_mail(four: Four) -> None:
    """A minute goes by at once: what was due in sixty seconds is due now, and the worker finds it."""
    with four.house.database.write() as session:
        flag = session.scalars(
            select(Flag).where(Flag.known_as.is_not(None)).order_by(Flag.raised_at.desc())
        ).first()
        assert flag is not None
        flag.raised_at, flag.call_at = flag.raised_at - A_MINUTE, flag.call_at - A_MINUTE
        call = session.scalars(select(Delivery).where(Delivery.key == f"flag.unclaimed:{flag.id}")).one()
        call.due_at -= A_MINUTE
    mail = four.house.next_mail(four.ruth.email)
    assert str(mail["Subject"]) == "Somebody is waiting for you"
    assert "/staff/live" in words_of(mail)
    assert "myself" not in mail.as_string()


def the_host_claims(desk: Page, host: Page) -> None:
    at_the_desk.alarm(host).get_by_role("button", name="Claim").click()
    expect(host.get_by_role("heading", name="You are with Night Owl")).to_be_visible()
    expect(desk.get_by_role("heading", name="Dana is with Night Owl")).to_be_visible()
