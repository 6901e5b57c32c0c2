"""What a page offers leads somewhere: a guest is shown no waiting room, a moderator no list of people."""

from datetime import timedelta

import pytest

from auth.people import Person, add_person
from foundation.database import Database
from tests.builders.people import LONG_AGO, a_member, a_moderator
from tests.builders.scheduling import a_meeting, a_service, a_working_practitioner
from tests.conftest import Browser, Clock
from tests.pages import Visit

DOOR = "Go to the waiting room"
PAGES = ("/", "/meetings", "/meetings/friday-evening")


@pytest.fixture(autouse=True)
def tonight(database: Database, clock: Clock) -> None:
    """A meeting that is open to be read about, later on the day of the story."""
    with database.write() as session:
        a_meeting(session, slug="friday-evening", audience="open")
    clock.set(clock() + timedelta(hours=1))


def signed_in(client: Browser, person: Person) -> Visit:
    client.sign_in(person)
    return Visit(client)


def test_a_guest_reads_of_a_meeting_and_is_led_to_no_closed_door(database: Database, client: Browser) -> None:
    with database.write() as session:
        member = a_member(session)
        told = {"email": "nadia@example.org", "name": "Nadia Solberg", "timezone": "America/Denver"}
        guest = add_person(session, roles=(), now=LONG_AGO, **told)
    as_guest = [signed_in(client, guest).open(path) for path in PAGES]
    assert [DOOR in page.links for page in as_guest] == [False, False, False]
    assert "for those who belong to a program here" in as_guest[-1].text
    assert DOOR in signed_in(client, member).open("/meetings/friday-evening").links


def test_a_guest_with_nothing_booked_is_led_to_what_can_be_booked(
    database: Database, client: Browser
) -> None:
    """Once they were shown the desk of those who work here, which refused them."""
    with database.write() as session:
        told = {"email": "nadia@example.org", "name": "Nadia Solberg", "timezone": "America/Denver"}
        guest = add_person(session, roles=(), now=LONG_AGO, **told)
        dana = a_working_practitioner(session)
        a_service(session, dana, audience="public")
    assert Visit(client).open("/").link("Free times for a first talk") == "/book"
    home = signed_in(client, guest).open("/")
    assert home.link("Find a time") == "/book"
    assert "Open the week" not in home.links


def test_a_moderator_is_offered_only_what_opens(database: Database, client: Browser) -> None:
    with database.write() as session:
        jonah = a_moderator(session)
    visit = signed_in(client, jonah)
    offered = visit.open("/staff/live").links
    assert "People" not in offered
    assert [visit.open(offered[words]).status for words in ("Week", "Room")] == [200, 200]
    refused = visit.open("/staff/people")
    assert (refused.status, refused.links["Room"]) == (403, "/staff/live")
