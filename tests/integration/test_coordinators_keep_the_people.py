"""Coordinators find, invite, change and end; nobody raises themselves, and somebody can always undo it."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from auth.people import Person, Role, find_by_email, find_person
from auth.roster import LastCoordinator, NotOneself, bring_back, change_roles, depart, find_here
from auth.sessions import find_actor, open_session
from auth.tokens import Scope, issue_token, still_valid
from foundation.audit import AuditEntry
from foundation.outbox import Delivery
from mail.messages.people import invited
from safety.oncall import add_shift
from scheduling.memberships import join_group
from tests.builders.groups import weekly_group
from tests.builders.people import a_coordinator, a_person
from tests.builders.scheduling import a_meeting
from tests.clinic import NOW, Clinic
from tests.posting import browser_of, send, token_of
from tests.program import Program, wish

PAGE = "/admin/people"
DAY = timedelta(days=1)


@pytest.fixture
def cora(clinic: Clinic) -> Person:
    with clinic.database.write() as session:
        return a_coordinator(session, name="Cora Field")


@pytest.fixture
def desk(clinic: Clinic, cora: Person) -> FlaskClient:
    return browser_of(clinic.app, cora)


def test_somebody_is_found_by_part_of_name_or_address(desk: FlaskClient, clinic: Clinic) -> None:
    page = send(desk, PAGE, {"words": "jon reed", "role": "", "where": "here"}, page=PAGE).text
    assert (clinic.jonah.email in page, clinic.dana.email in page) == (True, False)


def test_an_invitation_says_nothing_and_holds_no_secret(desk: FlaskClient, clinic: Clinic) -> None:
    """R25."""
    told = {"name": "Priya", "email": "priya@example.org", "timezone": "America/Chicago", "roles": "member"}
    assert send(desk, f"{PAGE}/new", told, page=f"{PAGE}/new").status_code == 303
    assert "already" in send(desk, f"{PAGE}/new", told, page=f"{PAGE}/new").text
    with clinic.database.read() as session:
        priya = find_by_email(session, "priya@example.org")
        assert priya is not None
        assert session.scalar(select(Delivery.kind).where(Delivery.kind == "person.invited"))
        letter = invited(session, {"person": priya.id}, clinic.app.extensions["evenside"].settings, NOW)
    assert letter is not None
    assert (letter.subject, letter.words["url"]) == ("You can sign in", "http://127.0.0.1:8000/sign-in")


def test_nobody_raises_themselves(clinic: Clinic, cora: Person) -> None:
    with clinic.database.write() as session:
        with pytest.raises(NotOneself):
            change_roles(session, cora.id, list(Role), by=cora.id, now=NOW)
        with pytest.raises(NotOneself):
            depart(session, cora.id, by=cora.id, now=NOW)


def test_the_last_coordinator_stays_one(clinic: Clinic, cora: Person) -> None:
    with clinic.database.write() as session:
        other = a_coordinator(session, name="Ruth Vale")
        change_roles(session, cora.id, [Role.MEMBER], by=other.id, now=NOW)
        with pytest.raises(LastCoordinator):
            change_roles(session, other.id, [Role.MEMBER], by=cora.id, now=NOW)
        with pytest.raises(LastCoordinator):
            depart(session, other.id, by=cora.id, now=NOW)


def test_r16_another_role_ends_what_is_open(desk: FlaskClient, clinic: Clinic) -> None:
    """The pulse of the live room asks the same question of each socket, three times a second."""
    with clinic.database.write() as session:
        token = open_session(session, clinic.dana, now=NOW, stepped_up=True)
    page = f"{PAGE}/{clinic.dana.id}"
    assert send(desk, f"{page}/roles", {"roles": "member"}, page=page).status_code == 303
    with clinic.database.read() as session:
        assert find_actor(session, token, now=NOW) is None
        assert find_person(session, clinic.dana.id).roles == {Role.MEMBER}


def test_leaving_ends_every_way_in_and_is_undone(desk: FlaskClient, clinic: Clinic) -> None:
    appointment = clinic.booked()
    with clinic.database.write() as session:
        token = open_session(session, clinic.dana, now=NOW, stepped_up=True)
        secret = issue_token(session, clinic.dana, label="Mine", now=NOW)
    page = f"{PAGE}/{clinic.dana.id}"
    asked = desk.get(f"{page}/leave").text
    assert f"/appointments/{appointment.id}" in asked
    assert "Jonah Reed" in asked
    assert send(desk, f"{page}/leave", page=f"{page}/leave").status_code == 303
    with clinic.database.read() as session:
        assert find_actor(session, token, now=NOW) is None
        assert still_valid(session, [secret]) == set()
    assert "Bring them back" in desk.get(page).text
    send(desk, f"{page}/back", page=page)
    with clinic.database.read() as session:
        assert find_here(session, clinic.dana.id).departed_at is None
        assert still_valid(session, [secret]) == set()
        acts = set(session.scalars(select(AuditEntry.action)))
    assert {"person.departed", "person.brought_back", "person.read"} <= acts


def test_who_leaves_is_asked_what_they_lead_and_when_they_are_called(
    desk: FlaskClient, clinic: Clinic
) -> None:
    """A group is named once, however many seats are taken in it."""
    with clinic.database.write() as session:
        dana = session.get_one(Person, clinic.dana.id)
        group = weekly_group(session, dana, now=NOW)
        join_group(session, group.id, clinic.jonah.id, from_date=date(2026, 12, 1), by=dana.id, now=NOW)
        a_meeting(session, hosts=[dana], title="Friday evening")
        add_shift(session, person_id=dana.id, starts_at=NOW + DAY, ends_at=NOW + 2 * DAY)
    asked = desk.get(f"{PAGE}/{clinic.dana.id}/leave").text
    assert f"/staff/groups/{group.id}" in asked
    assert "Friday evening" in asked
    assert "Saturday 28 November, 12:00 pm, until Sunday 29 November, 12:00 pm" in asked
    assert "/appointments/" not in asked


def test_bringing_back_whoever_is_here_changes_nothing(clinic: Clinic, cora: Person) -> None:
    with clinic.database.write() as session:
        assert not bring_back(session, clinic.jonah.id, by=cora.id, now=NOW)


def test_a_table_is_looked_at_before_anything_is_written(desk: FlaskClient, clinic: Clinic) -> None:
    at = f"{PAGE}/import"
    table = f"name,email\nPriya,priya@example.org\nTomas,tomas@example.org\nJonah,{clinic.jonah.email}\n"
    sent: Any = {"csrf_token": token_of(desk, at), "table": (BytesIO(table.encode()), "people.csv")}
    seen = desk.post(at, data=sent).text
    assert "2 of 3 lines can be added" in seen
    assert "Added as member, " in seen
    assert "America/" not in seen
    assert "Somebody has that address already" in seen
    with clinic.database.read() as session:
        assert find_by_email(session, "priya@example.org") is None
    assert send(desk, f"{at}/confirm", {"table": table, "line": "4"}, page=at).status_code == 422
    assert send(desk, f"{at}/confirm", {"table": table}, page=at).status_code == 422
    assert send(desk, f"{at}/confirm", {"table": table, "line": "2"}, page=at).status_code == 303
    with clinic.database.read() as session:
        assert find_by_email(session, "priya@example.org") is not None
        assert find_by_email(session, "tomas@example.org") is None
        assert session.scalar(select(Delivery.id).where(Delivery.kind == "person.invited")) is None


def test_nobody_else_sees_the_people(clinic: Clinic) -> None:
    for path in (PAGE, f"{PAGE}/new", f"{PAGE}/import", f"{PAGE}/{clinic.jonah.id}"):
        assert browser_of(clinic.app, clinic.dana).get(path).status_code == 403


def test_a_token_that_reads_changes_nothing(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        secret = issue_token(session, clinic.jonah, label="Screen", scope=Scope.READ, now=NOW)
        assert still_valid(session, [secret]) == set(), "the live room is for those that may write"
    program = Program(clinic.app, secret)
    assert program.get("/appointments").status_code == 200
    answer = program.post("/appointments", wish(clinic))
    assert (answer.status_code, answer.get_json()["code"]) == (403, "reads_only")


def test_a_token_is_made_shown_once_and_ended(clinic: Clinic) -> None:
    at = "/account/tokens"
    with clinic.database.write() as session:
        ana = a_person(session, name="Ana")
    mine = browser_of(clinic.app, ana)
    made = send(mine, at, {"label": "My calendar", "scope": "read"}, page=at).text
    assert "evs_" in made
    page = mine.get(at).text
    assert ("My calendar" in page, "Not used yet" in page, "evs_" in page) == (True, True, False)
    [ending] = [
        part.split('"')[0] for part in page.split('action="')[1:] if part.split('"')[0].endswith("/end")
    ]
    other = browser_of(clinic.app, clinic.jonah)
    assert send(other, ending, page=at).status_code == 404
    assert send(mine, ending, page=at).status_code == 303
    assert "My calendar" not in mine.get(at).text
