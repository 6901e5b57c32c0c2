"""R8: a mailbox alone opens nothing of the staff's. R9: whoever sets a factor up, does so for themselves."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, cast

import pytest
from flask import Flask
from flask_socketio import SocketIOTestClient
from werkzeug.routing import Rule

from auth.authenticator_apps import WRONG, app_of, try_app_code
from auth.factors import factors_of
from auth.people import Person, PersonRole, Role
from auth.recovery_codes import HOW_MANY, new_recovery_codes
from auth.sessions import HALFWAY
from auth.throttle import TooMany
from foundation.database import Database
from realtime.gateway import NAMESPACE
from tests.builders.factors import HALF_A_MINUTE, App, an_app, comes_by_mail
from tests.builders.people import a_coordinator, a_member, a_person
from tests.builders.post import owed
from tests.conftest import KEY, Browser, Clock
from tests.pages import Visit
from tests.posting import token_of
from web.guards import FIRST_STEP, PUBLIC

SECOND, SET_UP = "/sign-in/second", "/sign-in/set-up"


@pytest.fixture
def cora(database: Database) -> Person:
    with database.write() as session:
        return a_coordinator(session, name="Cora Lind")


@pytest.fixture
def her_app(database: Database, cora: Person, clock: Clock) -> App:
    with database.write() as session:
        return an_app(session, cora, now=clock())


def by_mail_alone(app: Flask, person: Person) -> Browser:
    client = cast(Browser, app.test_client())
    client.sign_in(person, stepped_up=False)
    return client


def guarded(app: Flask, method: str) -> list[Rule]:
    open_ones = {PUBLIC, FIRST_STEP}
    return [
        rule
        for rule in app.url_map.iter_rules()
        if method in (rule.methods or set())
        and getattr(app.view_functions[rule.endpoint], "guard", None) not in open_ones
    ]


def an_address(app: Flask, rule: Rule) -> str:
    values = {
        name: 1 if type(one).__name__ == "IntegerConverter" else "nothing"
        for name, one in rule._converters.items()
    }
    return str(app.url_map.bind("127.0.0.1").build(rule.endpoint, values))


def test_R8_no_page_opens_before_the_second_step(app: Flask, database: Database) -> None:
    with database.write() as session:
        everything = a_person(session, roles=list(Role))
    client = by_mail_alone(app, everything)
    for rule in guarded(app, "GET"):
        answer = client.get(an_address(app, rule))
        if rule.rule.startswith("/api/"):
            assert answer.status_code == 401, rule.rule
        else:
            assert (answer.status_code, answer.headers["Location"][: len(SECOND)]) == (303, SECOND), rule.rule


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_R8_nothing_is_changed_before_the_second_step(app: Flask, cora: Person, method: str) -> None:
    client = by_mail_alone(app, cora)
    token = token_of(client, "/meetings")
    for rule in guarded(app, method):
        answer = client.open(an_address(app, rule), method=method, headers={"X-CSRFToken": token})
        assert answer.status_code == 401, rule.rule


def test_R8_no_socket_opens_before_the_second_step(app: Flask, cora: Person) -> None:
    app.config["LIVE_PULSE"] = False
    for client, is_let_in in ((by_mail_alone(app, cora), False), (_wholly_in(app, cora), True)):
        socket: Any = SocketIOTestClient(
            app, app.extensions["socketio"], namespace=NAMESPACE, flask_test_client=client
        )
        assert bool(socket.is_connected(NAMESPACE)) is is_let_in


def _wholly_in(app: Flask, person: Person) -> Browser:
    client = cast(Browser, app.test_client())
    client.sign_in(person)
    return client


def test_R8_whoever_becomes_staff_meanwhile_shows_one_too(app: Flask, database: Database) -> None:
    with database.write() as session:
        ana = a_member(session)
    client = by_mail_alone(app, ana)
    assert client.get("/account").status_code == 200
    with database.write() as session:
        session.add(PersonRole(person_id=ana.id, role=Role.MODERATOR.value))
    assert client.get("/account").headers["Location"].startswith(SECOND)


def test_R8_the_first_time_an_app_is_set_up(
    app: Flask, database: Database, cora: Person, clock: Clock
) -> None:
    visit, page = comes_by_mail(app, database, cora)
    assert page.path == SET_UP
    page = visit.press(page, "Use an app")
    with database.read() as session:
        begun = app_of(session, cora.id)
    assert begun is not None and begun.pending
    her_app = App(begun.pending)
    wrong = visit.press(page, "Keep the app", code=her_app.does_not_show(clock()))
    assert wrong.status == 422
    page = visit.press(wrong, "Keep the app", code=her_app.shows(clock()))
    assert page.h1 == ["Spare codes"]
    assert visit.open(page.link("I have kept them")).path == "/staff/"
    with database.read() as session:
        assert factors_of(session, cora.id).codes == HOW_MANY
        assert [one.refs["what"] for one in owed(session, ["account.notice"])] == ["app.added"]


def test_R8_from_then_on_the_app_is_asked(
    app: Flask, database: Database, cora: Person, her_app: App, clock: Clock
) -> None:
    visit, page = comes_by_mail(app, database, cora)
    assert page.path == SECOND
    assert visit.open("/staff/people").path.startswith(SECOND)
    assert visit.press(page, "Go on", code=her_app.does_not_show(clock())).status == 422
    before = _cookie(visit)
    assert visit.press(page, "Go on", code=her_app.shows(clock())).path == "/staff/people"
    assert _cookie(visit) != before


def test_R8_a_code_read_over_a_shoulder_opens_nothing_a_second_time(
    app: Flask, database: Database, cora: Person, her_app: App, clock: Clock
) -> None:
    seen = her_app.shows(clock())
    visit, page = comes_by_mail(app, database, cora)
    assert visit.press(page, "Go on", code=seen).path == "/staff/"
    thief, page = comes_by_mail(app, database, cora)
    assert thief.press(page, "Go on", code=seen).status == 422
    clock.set(clock() + 2 * HALF_A_MINUTE)
    assert thief.press(page, "Go on", code=her_app.shows(clock())).path == "/staff/"


def test_R8_the_second_step_may_take_a_quarter_of_an_hour(
    app: Flask, database: Database, cora: Person, her_app: App, clock: Clock
) -> None:
    visit, _page = comes_by_mail(app, database, cora)
    clock.set(clock() + HALFWAY)
    assert visit.open("/staff/").path.startswith("/sign-in?")


def test_R8_guessing_is_stopped_and_other_ways_stay(
    app: Flask, database: Database, cora: Person, her_app: App, clock: Clock
) -> None:
    """Somebody with the mailbox locks nobody out: the spare codes (and passkeys) are counted apart."""
    with database.write() as session:
        spare = new_recovery_codes(session, cora.id, key=KEY, now=clock())[0]
    visit, page = comes_by_mail(app, database, cora)
    for _ in range(WRONG.most):
        assert visit.press(page, "Go on", code=her_app.does_not_show(clock())).status == 422
    assert visit.press(page, "Go on", code=her_app.shows(clock())).status == 429
    assert visit.press(page, "Use it", spare=spare).path == "/staff/"


def test_R8_thirty_guesses_at_once_are_ten_tries(
    database: Database, cora: Person, her_app: App, clock: Clock
) -> None:
    wrong = her_app.does_not_show(clock())

    def guess(_number: int) -> str:
        try:
            with database.write() as session:
                return str(try_app_code(session, cora.id, wrong, now=clock()))
        except TooMany:
            return "too many"

    with ThreadPoolExecutor(15) as crowd:
        assert Counter(crowd.map(guess, range(30))) == {"False": WRONG.most, "too many": 30 - WRONG.most}


def test_R8_a_spare_code_opens_once_and_is_told(
    app: Flask, database: Database, cora: Person, her_app: App, clock: Clock
) -> None:
    with database.write() as session:
        spare = new_recovery_codes(session, cora.id, key=KEY, now=clock())[0]
    visit, page = comes_by_mail(app, database, cora)
    assert visit.press(page, "Use it", spare="abcdef-ghjkmn").status == 422
    assert visit.press(page, "Use it", spare=spare.upper().replace("-", " ")).path == "/staff/"
    other, page = comes_by_mail(app, database, cora)
    assert other.press(page, "Use it", spare=spare).status == 422
    with database.read() as session:
        assert factors_of(session, cora.id).codes == HOW_MANY - 1
        assert [one.refs["what"] for one in owed(session, ["account.notice"])] == ["code.used"]


def test_R9_a_mailbox_alone_adds_no_factor_to_those_there_are(
    app: Flask, database: Database, cora: Person, her_app: App
) -> None:
    client = by_mail_alone(app, cora)
    token = token_of(client, SECOND)
    for path in ("", "/app", "/app/code", "/passkey", "/passkey/challenge"):
        answer = client.post(SET_UP + path, headers={"X-CSRFToken": token}) if path else client.get(SET_UP)
        assert (answer.status_code, answer.headers["Location"]) == (303, SECOND), path


def test_R9_a_factor_is_for_whoever_is_here_whatever_the_form_says(
    app: Flask, database: Database, cora: Person, clock: Clock
) -> None:
    with database.write() as session:
        other = a_coordinator(session, name="Ruth")
    visit, page = comes_by_mail(app, database, cora)
    named = {"person_id": other.id, "person": other.id, "id": other.id}
    page = visit.press(page, "Use an app", **named)
    with database.read() as session:
        begun = app_of(session, cora.id)
        assert begun is not None and begun.pending and app_of(session, other.id) is None
    visit.press(page, "Keep the app", code=App(begun.pending).shows(clock()), **named)
    with database.read() as session:
        assert factors_of(session, cora.id).has_app and not factors_of(session, other.id).any


def test_R8_a_sign_in_that_stopped_halfway_is_seen_and_ended(
    app: Flask, database: Database, cora: Person, her_app: App
) -> None:
    """Somebody has the mailbox: its owner sees that, and sends them away."""
    comes_by_mail(app, database, cora)
    visit = Visit(_wholly_in(app, cora))
    page = visit.open("/account")
    assert "Second step missing" in page.text
    assert "Second step missing" not in visit.press(page, "Sign out A browser").text


def test_R8_in_the_demo_staff_come_in_by_a_link_until_they_set_something_up(
    app: Flask, database: Database, cora: Person, clock: Clock
) -> None:
    house = app.extensions["evenside"]
    app.extensions["evenside"] = replace(house, settings=replace(house.settings, demo=True))
    _visit, page = comes_by_mail(app, database, cora)
    assert page.path == "/staff/"
    with database.write() as session:
        an_app(session, cora, now=clock())
    _visit, page = comes_by_mail(app, database, cora)
    assert page.path == SECOND


def test_R8_members_are_asked_for_no_more_than_the_mail(app: Flask, database: Database) -> None:
    with database.write() as session:
        ana = a_member(session)
    _visit, page = comes_by_mail(app, database, ana)
    assert (page.status, page.path) == (200, "/")


def _cookie(visit: Visit) -> str:
    with visit.client.session_transaction() as cookie:
        return str(cookie["sid"])
