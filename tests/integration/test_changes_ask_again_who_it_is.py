"""R10: before a change of address or factor we ask again who it is, and afterwards say so by mail."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from auth.factors import factors_of
from auth.people import Person, find_by_email
from auth.recovery_codes import HOW_MANY, new_recovery_codes
from auth.sessions import FRESH, open_session
from foundation.database import Database
from tests.builders.factors import App, an_app, comes_by_mail
from tests.builders.people import a_coordinator, a_member
from tests.builders.post import owed
from tests.conftest import KEY, Clock
from tests.pages import Visit
from tests.posting import browser_of, send, token_of

WAYS_IN, AGAIN, ADDRESS = "/account/ways-in", "/account/again", "/account/address"
CHANGES = (
    f"{WAYS_IN}/passkeys/nothing/remove", f"{WAYS_IN}/app/remove", f"{WAYS_IN}/codes",
    f"{WAYS_IN}/others/end",
    f"{WAYS_IN}/elsewhere/nobody", f"{WAYS_IN}/elsewhere/nothing/remove", ADDRESS, f"{ADDRESS}/code",
    "/sign-in/set-up/app", "/sign-in/set-up/app/code", "/sign-in/set-up/passkey",
    "/sign-in/set-up/passkey/challenge",
)  # fmt: skip


@pytest.fixture
def cora(database: Database) -> Person:
    with database.write() as session:
        return a_coordinator(session, name="Cora Lind", email="cora@example.org")


@pytest.fixture
def her_app(database: Database, cora: Person, clock: Clock) -> App:
    with database.write() as session:
        return an_app(session, cora, now=clock())


@pytest.fixture
def ana(database: Database) -> Person:
    with database.write() as session:
        return a_member(session, email="ana@example.org")


def later(app: Flask, person: Person, clock: Clock) -> Visit:
    """Somebody who signed in more than ten minutes ago."""
    client = browser_of(app, person)
    clock.set(clock() + FRESH)
    return Visit(client)


def told(database: Database) -> list[tuple[str, str]]:
    with database.read() as session:
        return [(one.refs["email"], one.refs["what"]) for one in owed(session, ["account.notice"])]


def code_sent(database: Database, kind: str) -> str:
    with database.read() as session:
        return str([one.refs["code"] for one in owed(session, [kind])][-1])


def test_R10_nothing_changes_ten_minutes_after_the_last_proof(app: Flask, cora: Person, clock: Clock) -> None:
    visit = later(app, cora, clock)
    token = token_of(visit.client, WAYS_IN)
    for path in CHANGES:
        answer = visit.client.post(path, headers={"X-CSRFToken": token})
        assert (answer.status_code, answer.headers["Location"][: len(AGAIN)]) == (303, AGAIN), path


def test_R10_staff_show_their_factor_and_not_a_mail(
    app: Flask, database: Database, cora: Person, her_app: App, clock: Clock
) -> None:
    visit = later(app, cora, clock)
    page = visit.open(ADDRESS)
    assert page.h1 == ["Is it still you?"]
    assert "Mail me a code" not in page.text
    assert send(visit.client, "/sign-in/proof/mail", page=AGAIN).status_code == 403
    before = _cookie(visit)
    assert visit.press(page, "Go on", code=her_app.shows(clock())).path == ADDRESS
    assert _cookie(visit) != before


def test_R10_members_show_a_code_from_their_mail(
    app: Flask, database: Database, ana: Person, clock: Clock
) -> None:
    visit = later(app, ana, clock)
    page = visit.press(visit.open(ADDRESS), "Mail me a code")
    page = visit.press(page, "Go on", code=code_sent(database, "signin.link"))
    assert page.path == ADDRESS


def test_R10_somebody_elses_code_proves_nothing(
    app: Flask, database: Database, ana: Person, clock: Clock
) -> None:
    """Asked for in this browser, but for another address."""
    with database.write() as session:
        a_member(session, email="ben@example.org")
    visit = later(app, ana, clock)
    stranger = app.test_client()
    send(stranger, "/sign-in", {"email": "ben@example.org"}, page="/sign-in")
    with stranger.session_transaction() as theirs, visit.client.session_transaction() as mine:
        mine["binding"] = theirs["binding"]
    token = token_of(visit.client, AGAIN)
    code = code_sent(database, "signin.link")
    answer = visit.client.post("/sign-in/proof/code", data={"code": code, "csrf_token": token})
    assert answer.status_code == 422
    assert visit.open(ADDRESS).h1 == ["Is it still you?"]


def test_R10_an_address_changes_when_the_new_one_is_proven_and_both_are_told(
    app: Flask, database: Database, ana: Person, clock: Clock
) -> None:
    visit = Visit(browser_of(app, ana))
    page = visit.press(visit.open(ADDRESS), "Mail me a code", email="Ana.New@Example.org")
    wrong = visit.press(page, "Change my address", code="000000")
    assert wrong.status == 422
    page = visit.press(wrong, "Change my address", code=code_sent(database, "account.address"))
    assert page.path == WAYS_IN
    assert sorted(told(database)) == [
        ("ana.new@example.org", "address.changed"), ("ana@example.org", "address.changed"),
    ]  # fmt: skip
    with database.read() as session:
        assert find_by_email(session, "ana@example.org") is None
        assert find_by_email(session, "ana.new@example.org") is not None


def test_R10_what_was_mailed_to_the_old_address_opens_nothing_any_more(
    app: Flask, database: Database, ana: Person
) -> None:
    other = app.test_client()
    send(other, "/sign-in", {"email": "ana@example.org"}, page="/sign-in")
    old_code = code_sent(database, "signin.link")
    visit = Visit(browser_of(app, ana))
    page = visit.press(visit.open(ADDRESS), "Mail me a code", email="new@example.org")
    visit.press(page, "Change my address", code=code_sent(database, "account.address"))
    assert send(other, "/sign-in/code", {"code": old_code}, page="/sign-in/code").status_code == 422


def test_R7_an_address_that_somebody_has_looks_like_any_other(
    app: Flask, database: Database, ana: Person
) -> None:
    with database.write() as session:
        a_member(session, email="ben@example.org")
    visit = Visit(browser_of(app, ana))
    taken = visit.press(visit.open(ADDRESS), "Mail me a code", email="ben@example.org")
    free = visit.press(visit.open(ADDRESS), "Mail me a code", email="free@example.org")
    assert taken.text.replace("ben@", "free@") == free.text
    with database.read() as session:
        mails = sorted(one.refs["email"] for one in owed(session, ["account.address"]))
    assert mails == ["", "free@example.org"]  # as much is written for either, so that the time says nothing


def test_R10_five_tries_for_a_code(app: Flask, database: Database, ana: Person) -> None:
    visit = Visit(browser_of(app, ana))
    page = visit.press(visit.open(ADDRESS), "Mail me a code", email="new@example.org")
    right = code_sent(database, "account.address")
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        page = visit.press(page, "Change my address", code=wrong)
    assert visit.press(page, "Change my address", code=right).status == 422


def test_R10_new_spare_codes_end_the_old_ones_and_are_told(
    app: Flask, database: Database, cora: Person, her_app: App, clock: Clock
) -> None:
    with database.write() as session:
        old = new_recovery_codes(session, cora.id, key=KEY, now=clock())[0]
    visit = Visit(browser_of(app, cora))
    page = visit.press(visit.open(WAYS_IN), "Make ten new ones")
    assert page.h1 == ["Spare codes"]
    thief, page = comes_by_mail(app, database, cora)
    assert thief.press(page, "Use it", spare=old).status == 422
    with database.read() as session:
        assert factors_of(session, cora.id).codes == HOW_MANY
    assert told(database) == [("cora@example.org", "codes.renewed")]


def test_other_devices_are_signed_out_and_this_one_stays(
    app: Flask, database: Database, ana: Person, clock: Clock
) -> None:
    other = browser_of(app, ana)
    with database.write() as session:
        open_session(session, session.get_one(Person, ana.id), now=clock() - timedelta(hours=1))
    visit = Visit(browser_of(app, ana))
    visit.press(visit.open(WAYS_IN), "Sign out all others")
    assert visit.open("/account").status == 200 and visit.open("/account").path == "/account"
    assert other.get("/account").status_code == 303


def test_R10_a_program_with_a_token_never_proved_anything() -> None:
    from auth.sessions import is_fresh
    from tests.builders.people import LONG_AGO, an_actor

    assert not is_fresh(an_actor(), now=LONG_AGO)


def test_members_are_not_offered_what_is_for_staff(app: Flask, ana: Person) -> None:
    client: FlaskClient = browser_of(app, ana)
    assert "Spare codes" not in client.get(WAYS_IN).text
    assert send(client, "/sign-in/set-up/app", page=WAYS_IN).status_code == 403


def _cookie(visit: Visit) -> str:
    client: Any = visit.client
    with client.session_transaction() as cookie:
        return str(cookie["sid"])
