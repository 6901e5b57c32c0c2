"""R8, R9: a passkey is the whole way in for staff and members, and is refused in every way it can be bent."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from auth.ceremonies import Ceremony
from auth.passkey_records import passkeys_of
from auth.passkeys import RelyingParty, add_passkey, challenge_to_add, challenge_to_prove
from auth.people import Person
from foundation.database import Database
from tests.builders.authenticator import Authenticator
from tests.builders.factors import comes_by_mail
from tests.builders.people import a_coordinator, a_member
from tests.builders.post import owed
from tests.conftest import Clock
from tests.posting import browser_of, send, token_of
from web.passkey_forms import IN_ONE_BROWSER

ORIGIN = "https://meet.example.org"
PARTY = RelyingParty("meet.example.org", ORIGIN)
WAYS_IN, SET_UP = "/account/ways-in", "/sign-in/set-up"


@pytest.fixture
def at_a_name(app: Flask) -> Flask:
    """Passkeys belong to a host name, and this house has one."""
    house = app.extensions["evenside"]
    app.extensions["evenside"] = replace(house, settings=replace(house.settings, base_url=ORIGIN))
    return app


@pytest.fixture
def client(at_a_name: Flask) -> FlaskClient:
    return at_a_name.test_client()


@pytest.fixture
def cora(database: Database) -> Person:
    with database.write() as session:
        return a_coordinator(session, name="Cora Lind")


def a_passkey(database: Database, person: Person, now: Any) -> Authenticator:
    """On a device of this person's."""
    device = Authenticator()
    with database.write() as session:
        asked = challenge_to_add(session, person.id, PARTY, binding="b", now=now)
        given = {"label": "Phone", "binding": "b", "now": now}
        add_passkey(session, person.id, device.create(asked), PARTY, **given)
    return device


def asks(client: FlaskClient, path: str, page: str = "/sign-in") -> str:
    """The challenge that js/passkeys.js fetches."""
    answer = client.post(f"{path}/challenge", headers={"X-CSRFToken": token_of(client, page)})
    assert answer.status_code == 200, answer.text
    return answer.text


def enters(client: FlaskClient, device: Authenticator, **bent: bytes) -> TestResponse:
    answer = device.get(asks(client, "/sign-in/passkey"), **bent)
    return send(client, "/sign-in/passkey", {"answer": answer, "next": "/meetings"}, page="/sign-in")


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def test_R8_a_passkey_is_both_steps_in_one(
    client: FlaskClient, database: Database, cora: Person, clock: Clock
) -> None:
    device = a_passkey(database, cora, clock())
    answer = enters(client, device)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/meetings")
    assert client.get("/staff/people").status_code == 200


def test_a_member_comes_in_without_waiting_for_a_mail(
    client: FlaskClient, database: Database, clock: Clock
) -> None:
    with database.write() as session:
        ana = a_member(session)
    device = a_passkey(database, ana, clock())
    device.counts = False  # as those do that a cloud copies
    for _ in range(2):
        assert enters(client, device).status_code == 303
        assert is_in(client)
        send(client, "/sign-out", page="/account")


def test_R8_after_the_mail_a_passkey_is_the_second_step(
    at_a_name: Flask, database: Database, cora: Person, clock: Clock
) -> None:
    device = a_passkey(database, cora, clock())
    visit, page = comes_by_mail(at_a_name, database, cora)
    assert "Use a passkey" in page.text
    answer = device.get(asks(visit.client, "/sign-in/proof/passkey", "/sign-in/second"))
    assert (
        send(visit.client, "/sign-in/proof/passkey", {"answer": answer}, page="/sign-in/second").status_code
        == 303
    )
    assert visit.open("/staff/people").status == 200


def test_R8_the_first_factor_can_be_a_passkey(
    at_a_name: Flask, database: Database, cora: Person, clock: Clock
) -> None:
    visit, page = comes_by_mail(at_a_name, database, cora)
    assert page.path == SET_UP
    made = Authenticator().create(asks(visit.client, f"{SET_UP}/passkey", SET_UP))
    answer = send(visit.client, f"{SET_UP}/passkey", {"answer": made, "label": "Desk"}, page=SET_UP)
    assert "Spare codes" in answer.text
    assert visit.open("/staff/").path == "/staff/"
    with database.read() as session:
        assert [one.label for one in passkeys_of(session, cora.id)] == ["Desk"]
        assert [one.refs["what"] for one in owed(session, ["account.notice"])] == ["passkey.added"]


def _by_another_site(device: Authenticator) -> None:
    device.origin = "https://meet.example.com"


def _without_asking_who(device: Authenticator) -> None:
    device.verifies = False


def _with_another_key(device: Authenticator) -> None:
    device.key = Authenticator().key


def _that_we_do_not_know(device: Authenticator) -> None:
    device.id = Authenticator().id


def _that_was_copied(device: Authenticator) -> None:
    """It counts on from where it was copied, and the copy has been used since."""
    device.used = 0


def _that_says_it_is_another_persons(device: Authenticator) -> None:
    device.owner = b"somebody-else"


@pytest.mark.parametrize(
    "bend",
    [
        _by_another_site, _without_asking_who, _with_another_key, _that_we_do_not_know,
        _that_was_copied, _that_says_it_is_another_persons,
    ],
)  # fmt: skip
def test_R8_a_passkey_is_refused(
    client: FlaskClient, database: Database, cora: Person, clock: Clock, bend: Callable[[Authenticator], None]
) -> None:
    device = a_passkey(database, cora, clock())
    enters(client, device)
    send(client, "/sign-out", page="/account")
    bend(device)
    answer = enters(client, device)
    assert answer.status_code == 422 and "That passkey did not work here" in answer.text
    assert not is_in(client)


def test_R8_a_challenge_is_good_once_and_in_its_own_browser(
    at_a_name: Flask, client: FlaskClient, database: Database, cora: Person, clock: Clock
) -> None:
    device, thief = a_passkey(database, cora, clock()), at_a_name.test_client()
    device.counts = False
    answer = {"answer": device.get(asks(client, "/sign-in/passkey"))}
    assert send(thief, "/sign-in/passkey", answer, page="/sign-in").status_code == 422
    assert send(client, "/sign-in/passkey", answer, page="/sign-in").status_code == 303
    send(client, "/sign-out", page="/account")
    assert send(client, "/sign-in/passkey", answer, page="/sign-in").status_code == 422


def test_R8_a_challenge_is_good_for_ten_minutes(
    client: FlaskClient, database: Database, cora: Person, clock: Clock
) -> None:
    device = a_passkey(database, cora, clock())
    answer = {"answer": device.get(asks(client, "/sign-in/passkey"))}
    clock.set(clock() + timedelta(minutes=10))
    assert send(client, "/sign-in/passkey", answer, page="/sign-in").status_code == 422


def test_R8_somebody_elses_passkey_is_no_second_step(
    at_a_name: Flask, database: Database, cora: Person, clock: Clock
) -> None:
    with database.write() as session:
        mallory = a_coordinator(session, name="Mallory")
    a_passkey(database, cora, clock())
    device = a_passkey(database, mallory, clock())
    visit, _page = comes_by_mail(at_a_name, database, cora)
    answer = {"answer": device.get(asks(visit.client, "/sign-in/proof/passkey", "/sign-in/second"))}
    assert send(visit.client, "/sign-in/proof/passkey", answer, page="/sign-in/second").status_code == 422
    assert visit.open("/staff/").path.startswith("/sign-in/second")


def test_R9_a_challenge_for_one_person_adds_nothing_to_another(
    at_a_name: Flask, database: Database, cora: Person
) -> None:
    """Two sign in one after the other in one browser; what the first began is not the second's."""
    with database.write() as session:
        ruth = a_coordinator(session, name="Ruth")
    client: Any = browser_of(at_a_name, cora)
    made = Authenticator().create(asks(client, f"{SET_UP}/passkey", SET_UP))
    client.sign_in(ruth)
    answer = send(
        client, f"{SET_UP}/passkey", {"answer": made, "label": "X", "person_id": cora.id}, page=SET_UP
    )
    assert answer.status_code == 422
    with database.read() as session:
        assert not passkeys_of(session, cora.id) and not passkeys_of(session, ruth.id)


def test_a_passkey_is_kept_once(at_a_name: Flask, database: Database, cora: Person, clock: Clock) -> None:
    device, client = a_passkey(database, cora, clock()), browser_of(at_a_name, cora)
    made = device.create(asks(client, f"{SET_UP}/passkey", SET_UP))
    assert send(client, f"{SET_UP}/passkey", {"answer": made, "label": "X"}, page=SET_UP).status_code == 422


@pytest.mark.parametrize(
    "said",
    [
        "", "null", "[]", "{}", "1", "x" * 20_000, "[" * 15_000, '{"id": "a"}', "\u202e",
        json.dumps({"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {"clientDataJSON": "e30"}}),
        json.dumps({"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {
            "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiYSIsIm9yaWdpbiI6ImEifQ",
            "authenticatorData": "YQ", "signature": "YQ"}}),
    ],
)  # fmt: skip
def test_what_is_no_passkey_gets_a_clear_answer(client: FlaskClient, said: str) -> None:
    answer = send(client, "/sign-in/passkey", {"answer": said}, page="/sign-in")
    assert answer.status_code == 422


def test_a_house_without_a_name_offers_none(app: Flask, database: Database) -> None:
    """Browsers keep passkeys for names only; 127.0.0.1 is none."""
    assert "Use a passkey" not in app.test_client().get("/sign-in").text


def test_R10_the_last_factor_of_staff_stays(
    at_a_name: Flask, database: Database, cora: Person, clock: Clock
) -> None:
    a_passkey(database, cora, clock())
    client = browser_of(at_a_name, cora)
    with database.read() as session:
        [mine] = passkeys_of(session, cora.id)
    removal = f"{WAYS_IN}/passkeys/{mine.id}/remove"
    assert send(client, removal, page=WAYS_IN).status_code == 409
    a_passkey(database, cora, clock())
    assert send(client, removal, page=WAYS_IN).status_code == 303
    assert send(client, removal, page=WAYS_IN).status_code == 404


def test_R20_somebody_elses_passkey_looks_like_none(
    at_a_name: Flask, database: Database, cora: Person, clock: Clock
) -> None:
    with database.write() as session:
        ana = a_member(session)
    a_passkey(database, ana, clock())
    with database.read() as session:
        [theirs] = passkeys_of(session, ana.id)
    client = browser_of(at_a_name, cora)
    assert send(client, f"{WAYS_IN}/passkeys/{theirs.id}/remove", page=WAYS_IN).status_code == 404


def test_R9_nor_is_it_with_a_challenge_of_their_own_in_the_same_browser(
    at_a_name: Flask, database: Database, cora: Person, clock: Clock
) -> None:
    with database.write() as session:
        mallory = a_coordinator(session, name="Mallory")
    a_passkey(database, cora, clock())
    device = a_passkey(database, mallory, clock())
    visit, _page = comes_by_mail(at_a_name, database, cora)
    asks(visit.client, "/sign-in/proof/passkey", "/sign-in/second")
    with visit.client.session_transaction() as cookie:
        binding = cookie["binding"]
    with database.write() as session:
        asked = challenge_to_prove(session, mallory.id, PARTY, binding=binding, now=clock())
    answer = {"answer": device.get(asked)}
    assert send(visit.client, "/sign-in/proof/passkey", answer, page="/sign-in/second").status_code == 422
    assert visit.open("/staff/").path.startswith("/sign-in/second")


def test_wrong_answers_close_the_browser_that_sends_them_and_no_other(
    at_a_name: Flask, client: FlaskClient, database: Database, cora: Person, clock: Clock
) -> None:
    device, hers = a_passkey(database, cora, clock()), at_a_name.test_client()
    bent = Authenticator()
    bent.id = device.id
    answer = {
        "answer": bent.get(asks(client, "/sign-in/passkey")),
        "csrf_token": token_of(client, "/sign-in"),
    }
    tries = range(IN_ONE_BROWSER.most + 1)
    told = [client.post("/sign-in/passkey", data=answer).status_code for _ in tries]
    assert (told[-2], told[-1]) == (422, 429)
    assert enters(hers, device).status_code == 303


def test_an_answer_that_nobody_asked_for_waits_for_nobody_and_writes_nothing(
    client: FlaskClient, database: Database, cora: Person, clock: Clock
) -> None:
    """While another writes, which on SQLite one does at a time, it is answered at once."""
    device = a_passkey(database, cora, clock())
    asked = json.loads(asks(client, "/sign-in/passkey"))
    made_up = json.dumps(asked | {"challenge": "bm90IG91cnM"})
    answer = {"answer": device.get(made_up), "csrf_token": token_of(client, "/sign-in")}
    with database.write() as session:
        session.execute(update(Ceremony).values(detail=None))
        assert client.post("/sign-in/passkey", data=answer).status_code == 422
