"""Whatever is typed into whichever field: a clear answer, never a broken page, never somebody's markup."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from auth.people import Person, find_by_email
from cli.demo import fill
from foundation.database import Database
from scheduling.appointments import Appointment
from tests.pages import PageForm, read_page
from tests.posting import browser_of

MARKUP = '"><script>alert(1)</script>{{ 7*7 }}'
HOSTILE = {
    "a line break": "one\r\nBcc: everybody@example.org",
    "a NUL": "nul\x00byte",
    "markup": MARKUP,
    "a right-to-left override": "dana\u202egro.elpmaxe",
    "far too much": "x" * 200_000,
    "a time that does not exist": "2027-03-14T02:30",
    "a date beyond all calendars": "99999-12-31",
    "nothing": "",
}
PAGES = {
    "nobody": ("/sign-in", "/sign-in/code", "/meetings", "/check"),
    "alma@mail.example": (
        *(
            "/account",
            "/account/calendars",
            "/care/meetings",
            "/care/meetings/paper",
            "/book/follow-up",
            "/appointments/<id>/move",
            "/appointments/<id>/cancel",
        ),
        "/meetings/friday-night-qa/live",
    ),
    "dana@clinic.example": (
        "/staff/",
        "/staff/availability",
        "/staff/people",
        "/staff/book",
        "/staff/add",
        "/staff/availability/off",
    ),
    "jonah@clinic.example": ("/staff/live/drop-in",),
}
MANY = 40
LEAVING = ("/exit", "/sign-out", "/account/sign-out", "/account/sessions")


@pytest.fixture
def demo(database: Database, now: datetime) -> Database:
    with database.write() as session:
        fill(session, people=3, appointments=18, seed=1, now=now)
    return database


@pytest.mark.parametrize("hostile", HOSTILE)
def test_every_field_of_every_form(app: Flask, demo: Database, hostile: str) -> None:
    tried = {
        f"{path} {form.action} {name}": _faults(client, form, name, HOSTILE[hostile])
        for who, paths in PAGES.items()
        for client, one in [_arrive(app, demo, who)]
        for path in paths
        for form in _forms(client, _named(path, demo, one))
        for name in form.fields
        if name != "csrf_token"
    }
    assert len(tried) > MANY
    assert {field: faults for field, faults in tried.items() if faults} == {}


def test_ten_megabytes_are_refused_before_they_are_read(app: Flask, demo: Database) -> None:
    client, _ = _arrive(app, demo, "alma@mail.example")
    [form] = [one for one in _forms(client, "/account") if one.action not in LEAVING][:1]
    answer = client.post(form.action or "/account", data=form.fields | {"name": ["x" * 10_000_000]})
    assert answer.status_code == 413
    assert read_page(answer).h1


def _arrive(app: Flask, database: Database, who: str) -> tuple[FlaskClient, Person | None]:
    if who == "nobody":
        return app.test_client(), None
    with database.read() as session:
        person = find_by_email(session, who)
    assert person
    return browser_of(app, person), person


def _forms(client: FlaskClient, path: str) -> Iterator[PageForm]:
    page = read_page(client.get(path, follow_redirects=True))
    assert page.status == 200, (path, page.status)
    for form in page.forms:
        form.action = form.action or page.path
        if form.action not in LEAVING and not form.action.startswith(LEAVING[-1]):
            yield form


def _faults(client: FlaskClient, form: PageForm, name: str, value: str) -> list[str]:
    fields = form.fields | {name: [value]}
    if form.method == "post":
        answer = client.post(form.action, data=fields, follow_redirects=True)
    else:
        answer = client.get(form.action, query_string=fields, follow_redirects=True)
    page, faults = read_page(answer), []
    if answer.status_code >= 500:
        faults.append(f"answered {answer.status_code}")
    if len(page.h1) != 1:
        faults.append("has no one heading")
    if "<script>alert" in answer.text or ">49" in answer.text:
        faults.append("showed the markup")
    return faults


def _named(path: str, database: Database, person: Person | None) -> str:
    if "<id>" not in path or person is None:
        return path
    with database.read() as session:
        mine = Appointment.member_id == person.id, Appointment.status == "booked"
        found = session.scalars(
            select(Appointment.id).where(*mine).order_by(Appointment.starts_at.desc())
        ).first()
    assert found
    return path.replace("<id>", found)
