"""The frame every page shares, as seen by a browser, a screen reader and a person looking over a shoulder."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from foundation.database import Database
from safety.oncall import add_shift
from tests.builders.people import a_coordinator, a_member, a_practitioner
from tests.builders.scheduling import a_booking
from tests.conftest import Clock

PAGES = ["/", "/meetings", "/help", "/left", "/no-such-page"]


class Outline(HTMLParser):
    """What a page says of itself."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.mark.parametrize("path", PAGES)
def test_each_page_has_one_heading_a_language_and_a_quiet_title(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    outline = Outline(page)
    assert len(outline.all("h1")) == 1
    assert outline.all("html")[0]["lang"] == "en"
    title = re.search(r"<title>(.*?)</title>", page)
    assert title is not None
    assert title[1] == "Done" or title[1].endswith("Evenside")


@pytest.mark.parametrize("path", PAGES)
def test_each_control_has_a_label(client: FlaskClient, path: str) -> None:
    outline = Outline(client.get(path).text)
    labelled = {label.get("for") for label in outline.all("label")}
    controls = [*outline.all("select"), *outline.all("textarea")]
    controls += [
        one for one in outline.all("input") if one.get("type") not in {"hidden", "checkbox", "radio"}
    ]
    assert [one for one in controls if one.get("id") not in labelled] == []


@pytest.mark.parametrize("path", PAGES)
def test_ids_are_used_once(client: FlaskClient, path: str) -> None:
    ids = [str(found["id"]) for _tag, found in Outline(client.get(path).text).tags if "id" in found]
    assert sorted(ids) == sorted(set(ids))


def test_the_page_after_leaving_carries_no_name_and_no_mark(client: FlaskClient) -> None:
    page = client.get("/left").text
    assert "Evenside" not in page
    assert "mark.svg" not in page
    assert "icons.svg" not in page


def test_strangers_have_nothing_to_exit_and_members_do(client: FlaskClient, database: Database) -> None:
    assert 'action="/exit"' not in client.get("/").text
    with database.write() as session:
        member = a_member(session)
    client.sign_in(member)  # type: ignore[attr-defined]
    page = client.get("/help").text
    assert '<form id="exit" method="post" action="/exit"><input type="hidden" name="csrf_token"' in page


def test_each_sees_the_places_that_are_theirs(client: FlaskClient, database: Database) -> None:
    with database.write() as session:
        member, therapist, coordinator = a_member(session), a_practitioner(session), a_coordinator(session)
    assert _places(client) == ["Home", "Meetings", "Sign in"]
    client.sign_in(member)  # type: ignore[attr-defined]
    assert _places(client) == ["Home", "Meetings", "Calendar", "Plan", "Steps", "Account"]
    client.sign_in(therapist)  # type: ignore[attr-defined]
    assert "Hours" in _places(client)
    client.sign_in(coordinator)  # type: ignore[attr-defined]
    assert "Hours" not in _places(client)


def test_the_person_chooses_light_or_dark(client: FlaskClient, database: Database) -> None:
    assert "data-theme" not in client.get("/").text
    with database.write() as session:
        member = a_member(session, theme="dark")
    client.sign_in(member)  # type: ignore[attr-defined]
    assert '<html lang="en" data-theme="dark"' in client.get("/").text


def test_home_shows_a_member_what_is_next_for_them(
    client: FlaskClient, database: Database, clock: Clock
) -> None:
    with database.write() as session:
        member = a_member(session, timezone="America/Chicago")
    client.sign_in(member)  # type: ignore[attr-defined]
    assert "Nothing booked yet" in client.get("/").text
    with database.write() as session:
        monday = clock().replace(hour=18, minute=0) + timedelta(days=3)
        booked = a_booking(session, monday, now=clock(), member=session.merge(member))
    page = client.get("/").text
    assert "12:00 to 12:50 pm, Chicago (CST)" in page
    assert f'href="/appointments/{booked.id}"' in page


def test_help_names_the_lines_and_who_answers(client: FlaskClient, database: Database, clock: Clock) -> None:
    page = client.get("/help").text
    assert 'href="tel:988"' in page
    assert 'href="tel:911"' in page
    assert "Nobody of ours is on call at this hour" in page
    with database.write() as session:
        ruth = a_practitioner(session, name="Ruth Abelson")
        add_shift(session, person_id=ruth.id, starts_at=clock(), ends_at=clock() + timedelta(hours=20))
    assert "Ruth Abelson is on call until 8 am tomorrow" in client.get("/help").text


def test_machines_are_answered_and_kept_out(client: FlaskClient) -> None:
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").text == "ready\n"
    assert "Disallow: /" in client.get("/robots.txt").text


def _places(client: FlaskClient) -> list[str]:
    navigation = re.search(r'<nav class="nav".*?</nav>', client.get("/").text, re.DOTALL)
    assert navigation is not None
    return re.findall(r"</svg>([^<]+)</a>", navigation[0])
