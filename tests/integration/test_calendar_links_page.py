"""Making, renewing and switching off the links of one's own calendar, page by page."""

import re
from typing import Any

import pytest

from auth.people import Person, Role
from foundation.database import Database
from scheduling.calendars.feeds import MOST_FEEDS, FeedKind, create_feed
from tests.builders.people import a_member, a_moderator, a_person, a_practitioner
from tests.conftest import Browser, Clock
from tests.pages import Page, Visit
from tests.posting import send

PAGE = "/account/calendars"


@pytest.fixture
def ana(database: Database) -> Person:
    with database.write() as session:
        return a_member(session, name="Ana")


@pytest.fixture
def visit(client: Browser, ana: Person) -> Visit:
    client.sign_in(ana)
    return Visit(client)


def a_feed(database: Database, owner: Person, clock: Clock, **more: Any) -> str:
    with database.write() as session:
        return create_feed(session, owner_id=owner.id, kind=FeedKind.MEMBER, now=clock(), **more)[0].id


def secret_on(page: str) -> str:
    found = re.search(r"/calendar/([\w-]{43})\.ics", page)
    assert found is not None, "no secret address on the page"
    return found[1]


def make(visit: Visit, **answers: str) -> Any:
    """The raw answer to making a link, with the secret in it."""
    chosen = {"title": "My dates", "word": "Appointment", "kind": "member", "own": "", **answers}
    return send(visit.client, PAGE, chosen, page=PAGE)


def test_a_stranger_is_asked_to_sign_in(client: Browser) -> None:
    answer = client.get(PAGE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=%2Faccount%2Fcalendars")


def test_a_new_link_is_shown_once_and_reads_at_once(visit: Visit) -> None:
    answer = make(visit)
    secret = secret_on(answer.text)
    assert answer.headers["Cache-Control"] == "no-store"
    assert visit.client.get(f"/calendar/{secret}.ics").status_code == 200
    page = visit.open(PAGE)
    assert "My dates ends in " + secret[-4:] in page.text
    assert secret not in visit.client.get(PAGE).text


def test_each_way_into_a_calendar_is_a_plain_link(visit: Visit) -> None:
    answer = make(visit)
    secret = secret_on(answer.text)
    links = re.findall(r'href="([^"]+)"', answer.text)
    assert f"webcal://127.0.0.1:8000/calendar/{secret}.ics" in links
    quoted = f"127.0.0.1%3A8000%2Fcalendar%2F{secret}.ics"
    assert f"https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2F{quoted}" in links
    assert f"https://outlook.live.com/calendar/0/addfromweb?url=http%3A%2F%2F{quoted}" in links
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_name_that_tells_why_is_asked_about_once(visit: Visit) -> None:
    """It would stand on a locked phone; whoever wants it all the same has it with one more press."""
    asked = visit.press(visit.open(PAGE), "Make the link", title="Sober evenings", word="Appointment")
    assert asked.status == 422
    assert "Whoever sees your phone reads this" in asked.text
    other = visit.press(asked, "Make the link", title="My AA")
    assert other.status == 422, "another name is asked about anew"
    assert "Made just now: My AA" in visit.press(other, "Make the link").text


def test_the_word_that_is_chosen_is_the_word_that_shows(visit: Visit) -> None:
    for word, own, shown in (("Busy", "", "Busy"), ("own", "Piano", "Piano")):
        make(visit, word=word, own=own)
        assert f"shows {shown}" in visit.open(PAGE).text


def test_a_word_of_ones_own_has_to_be_written(visit: Visit) -> None:
    answer = make(visit, word="own")
    assert answer.status_code == 422
    assert "Write the word, or choose one of the others." in answer.text
    assert "Links you have" in answer.text and "Secret address" not in answer.text


def test_a_name_is_asked_for_and_markup_in_it_is_only_text(visit: Visit) -> None:
    assert make(visit, title="").status_code == 422
    assert make(visit, title="x" * 61).status_code == 422
    assert make(visit, title="a\u202eb").status_code == 422
    assert "&lt;b&gt;{{7*7}}" in make(visit, title="<b>{{7*7}}").text


def test_the_word_of_all_links_can_change(visit: Visit) -> None:
    make(visit)
    make(visit, title="Old phone")
    page = visit.press(visit.open(PAGE), "Keep this word", all_word="own", all_own="Piano")
    assert page.status == 200
    assert page.text.count("shows Piano") == 2
    assert "Your dates are called Piano" in page.text


def test_renewing_asks_first_and_ends_the_old_address(visit: Visit) -> None:
    old = secret_on(make(visit).text)
    question = visit.open(visit.open(PAGE).link("Renew"))
    assert question.h1 == ["Renew this link?"]
    assert visit.client.get(f"/calendar/{old}.ics").status_code == 200
    visit.press(question, "Renew it")
    assert visit.client.get(f"/calendar/{old}.ics").status_code == 404


def test_switching_off_asks_first_and_ends_the_address(visit: Visit) -> None:
    secret = secret_on(make(visit).text)
    question = visit.open(visit.open(PAGE).link("Switch off"))
    assert question.h1 == ["Switch this link off?"]
    page = visit.press(question, "Switch it off")
    assert "My dates is switched off" in page.text
    assert "ends in" not in page.text
    assert visit.client.get(f"/calendar/{secret}.ics").status_code == 404


def test_whether_it_was_ever_read_is_told_with_the_place(visit: Visit) -> None:
    secret = secret_on(make(visit).text)
    assert "Not read yet" in visit.open(PAGE).text
    visit.client.get(f"/calendar/{secret}.ics")
    page = visit.open(PAGE)
    assert "Friday 27 November, 12:00 pm" in page.text
    assert "Times for Los Angeles (PST)" in page.text


def test_somebody_elses_link_looks_like_none(visit: Visit, database: Database, clock: Clock) -> None:
    with database.write() as session:
        ben = a_member(session, name="Ben")
    theirs = a_feed(database, ben, clock)
    for path in (f"{PAGE}/{theirs}/off", f"{PAGE}/{theirs}/renew", f"{PAGE}/nothing/off"):
        assert visit.client.get(path).status_code == 404
        assert send(visit.client, path).status_code == 404
    assert "ends in" not in visit.open(PAGE).text


def test_one_link_too_many_is_refused_in_words(
    visit: Visit, ana: Person, database: Database, clock: Clock
) -> None:
    for _ in range(MOST_FEEDS):
        a_feed(database, ana, clock)
    answer = make(visit)
    assert answer.status_code == 422
    assert "Switch one off before you make another." in answer.text


def test_a_member_cannot_ask_for_a_practitioners_calendar(visit: Visit) -> None:
    make(visit, kind="practitioner")
    page = visit.client.get(PAGE).text
    assert "My dates" in page
    assert "Which dates" not in page


def test_a_practitioner_gets_their_own_kind(client: Browser, database: Database) -> None:
    with database.write() as session:
        somebody = a_practitioner(session)
    client.sign_in(somebody)
    answer = send(client, PAGE, {"title": "Work", "word": "Busy", "kind": "practitioner"}, page=PAGE)
    assert client.get(f"/calendar/{secret_on(answer.text)}.ics").status_code == 200


def test_who_is_both_chooses(client: Browser, database: Database) -> None:
    with database.write() as session:
        somebody = a_person(session, roles=[Role.MEMBER, Role.PRACTITIONER])
    client.sign_in(somebody)
    answers = {"title": "x", "word": "Busy"}
    assert "Which dates" in client.get(PAGE).text
    assert send(client, PAGE, answers, page=PAGE).status_code == 422
    assert send(client, PAGE, {**answers, "kind": "practitioner"}, page=PAGE).status_code == 200


def test_who_has_no_dates_is_shown_the_open_meetings(client: Browser, database: Database) -> None:
    with database.write() as session:
        somebody = a_moderator(session)
    client.sign_in(somebody)
    page = Visit(client).open(PAGE)
    assert "Open meetings public, no secret" in page.text
    assert "no dates of your own" in page.text


def test_the_page_is_whole(visit: Visit) -> None:
    make(visit)
    page: Page = visit.open(PAGE)
    assert (page.h1, page.unlabelled) == (["Calendar links"], [])
    assert re.search("Apple asks .* Outlook .* Google", page.text)


def test_a_link_can_be_called_something_else_and_say_more_while_its_address_stays(visit: Visit) -> None:
    secret = secret_on(make(visit).text)
    form = visit.open(visit.open(PAGE).link("Change"))
    assert form.h1 == ["Change this link"]
    page = visit.press(form, "Keep these", title="Tablet", word="own", own="Piano", detail="full")
    assert "Tablet ends in " + secret[-4:] + ", shows Piano in full" in page.text
    calendar = visit.client.get(f"/calendar/{secret}.ics")
    assert "NAME:Tablet" in calendar.text


def test_changing_a_link_asks_for_a_name_and_keeps_what_was_typed(visit: Visit) -> None:
    make(visit)
    form = visit.open(visit.open(PAGE).link("Change"))
    page = visit.press(form, "Keep these", title="", word="own", own="Piano")
    assert (page.status, "Give it a name" in page.text) == (422, True)
    assert page.form_with("Keep these").fields["own"] == ["Piano"]
