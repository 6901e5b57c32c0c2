"""Moderation by plain forms: people, who is kept away, the record and the files of an evening."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from auth.people import Person
from tests.builders.people import a_coordinator, a_practitioner
from tests.builders.rooms import Evening
from tests.posting import browser_of, send


def as_person(app: Flask, evening: Evening, person_id: str) -> FlaskClient:
    with evening.database.read() as session:
        return browser_of(app, session.get_one(Person, person_id))


@pytest.fixture
def jonah(app: Flask, evening: Evening) -> FlaskClient:
    return as_person(app, evening, evening.desk.person_id)


@pytest.fixture
def ana(app: Flask, evening: Evening) -> FlaskClient:
    return as_person(app, evening, evening.members[0].person_id)


def people(evening: Evening) -> str:
    return f"/staff/live/{evening.meeting.slug}/people"


def act(jonah: FlaskClient, evening: Evening, action: str, **more: str) -> tuple[int, str]:
    page = people(evening)
    answer = send(jonah, page, {"pseudonym": "Second Cup", "action": action, **more}, page=page)
    return answer.status_code, answer.text


def room(evening: Evening) -> str:
    return f"/meetings/{evening.meeting.slug}/live"


def test_a_break_is_said_calmly_with_its_end_and_its_zone(
    jonah: FlaskClient, ana: FlaskClient, evening: Evening
) -> None:
    assert act(jonah, evening, "time_out", minutes="20")[0] == 303
    page = ana.get(room(evening)).text
    assert "You can come back at 12:20 pm, Los Angeles (PST)." in page
    assert 'name="text"' not in page
    assert "Out until 12:20" in jonah.get(people(evening)).text
    act(jonah, evening, "readmit")
    assert "Ask the hosts" in ana.get(room(evening)).text


def test_somebody_kept_away_reads_kind_words_until_it_is_lifted(
    jonah: FlaskClient, ana: FlaskClient, evening: Evening
) -> None:
    assert act(jonah, evening, "bar", text="Wrote to others outside.")[0] == 303
    page = ana.get(room(evening)).text
    assert "You still belong here" in page
    assert "Wrote to others" not in page
    bars = f"/staff/live/{evening.meeting.slug}/bars"
    shown = jonah.get(bars).text
    assert "Second Cup" in shown
    assert evening.members[0].person_id not in shown
    handle = re.search(r'name="bar" value="(\w+)"', shown)
    assert handle is not None
    assert send(jonah, bars, {"bar": handle[1]}, page=bars).status_code == 303
    assert "Nobody is kept away" in jonah.get(bars).text


def test_a_bar_without_a_reason_keeps_the_page_and_what_was_typed(
    jonah: FlaskClient, evening: Evening
) -> None:
    status, page = act(jonah, evening, "bar", text=" ")
    assert status == 422
    assert "Say in a sentence why" in page
    status, page = act(jonah, evening, "note", text="long " * 200)
    assert status == 422
    assert page.count("long long") >= 1


def test_words_of_danger_of_somebody_kept_away_bring_help_on_their_page(
    jonah: FlaskClient, ana: FlaskClient, evening: Evening
) -> None:
    act(jonah, evening, "bar", text="Shouted.")
    sent = {"id": "one", "text": "I want to kill myself"}
    assert send(ana, f"{room(evening)}/ask", sent, page="/account").status_code == 303
    page = ana.get(room(evening)).text
    assert re.search(r'id="care"[^>]*>', page)
    assert not re.search(r'id="care"[^>]* hidden', page)


def test_notes_are_read_at_the_desk(jonah: FlaskClient, ana: FlaskClient, evening: Evening) -> None:
    act(jonah, evening, "note", text="Calmer than last week.")
    assert "Calmer than last week." in jonah.get(people(evening)).text
    assert ana.get(people(evening)).status_code == 403


def test_the_record_and_its_files(jonah: FlaskClient, evening: Evening) -> None:
    asked = evening.approved(evening.members[0], "What do you do on Sundays?")
    evening.moderate(asked, "answer")
    record = f"/staff/live/{evening.meeting.slug}/record"
    day = evening.room().date.isoformat()
    assert jonah.get(f"{record}/{day}/evening.txt").status_code == 409
    evening.steer(close=True)
    page = jonah.get(record).text
    assert "Let into the room: No. 1" in page
    assert "1 asked, 1 answered" in page
    assert "Second Cup" not in page
    for form, kind in (("txt", "text/plain"), ("csv", "text/csv"), ("json", "application/json")):
        answer = jonah.get(f"{record}/{day}/evening.{form}")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="evening-{day}.{form}"'
        assert answer.headers["Content-Type"] == f"{kind}; charset=utf-8"
        assert "What do you do on Sundays?" in answer.text
    assert "Took the transcript" in jonah.get(f"{record}/{day}").text


@pytest.mark.parametrize("rest", ["", "/2026-11-27", "/2026-13-99", "/2026-11-27/evening.exe"])
def test_others_find_no_record(app: Flask, ana: FlaskClient, evening: Evening, rest: str) -> None:
    record = f"/staff/live/{evening.meeting.slug}/record{rest}"
    assert ana.get(record).status_code == 403
    with evening.database.write() as session:
        others = a_practitioner(session, name="Dana Poe"), a_coordinator(session, name="Ruth Vale")
    dana, ruth = (browser_of(app, one) for one in others)
    assert dana.get(record).status_code == 404
    expected = 404 if "99" in rest or "exe" in rest else 200
    assert ruth.get(record).status_code == expected
