"""The pages of signing in, as a person and as somebody who watches meet them."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from auth.asking import FROM_NETWORK
from auth.attempts import SigninAttempt
from auth.links import issue_link
from auth.people import Person
from auth.sessions import AuthSession
from foundation.database import Database
from foundation.outbox import claim
from tests.builders.people import a_member, a_moderator
from tests.conftest import Clock
from tests.posting import send


@pytest.fixture
def ana(database: Database) -> Person:
    with database.write() as session:
        return a_member(session, email="ana@example.org")


@pytest.fixture
def mail(database: Database, clock: Clock) -> "Mailbox":
    return Mailbox(database, clock)


class Mailbox:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock

    def newest(self) -> dict[str, str]:
        with self.database.write() as session:
            [claimed] = claim(session, now=self.clock())
            return dict(claimed.refs)


def ask(client: FlaskClient, address: str = "ana@example.org", **more: str) -> None:
    answer = send(client, "/sign-in", {"email": address, **more}, page="/sign-in")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in/code")


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def sessions(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(AuthSession)) or 0


def test_R4_the_code_signs_in(client: FlaskClient, ana: Person, mail: Mailbox) -> None:
    ask(client)
    code = mail.newest()["code"]
    answer = send(client, "/sign-in/code", {"code": f" {code[:3]} {code[3:]} "}, page="/sign-in/code")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert is_in(client)


def test_the_link_signs_in_after_one_press(client: FlaskClient, ana: Person, mail: Mailbox) -> None:
    ask(client)
    path = f"/sign-in/{mail.newest()['token']}"
    assert client.get(path).text.count("<form") == 1
    assert send(client, path, page=path).status_code == 303
    assert is_in(client)


def test_R4_scanners_that_open_the_link_use_nothing_up(
    app: Flask, client: FlaskClient, ana: Person, mail: Mailbox, database: Database
) -> None:
    ask(client)
    path = f"/sign-in/{mail.newest()['token']}"
    for scanner in (client, app.test_client()):
        scanner.get(path)
        scanner.head(path)
        scanner.options(path)
    assert sessions(database) == 0
    assert send(client, path, page=path).status_code == 303


def test_another_browser_is_told_where_to_go(
    app: Flask, client: FlaskClient, ana: Person, mail: Mailbox, database: Database
) -> None:
    ask(client)
    path, other = f"/sign-in/{mail.newest()['token']}", app.test_client()
    assert other.get(path).status_code == 403
    answer = send(other, path)
    assert answer.status_code == 403
    assert "type the six digits" in answer.text
    assert sessions(database) == 0


def test_an_operators_link_works_anywhere_once(
    app: Flask, ana: Person, database: Database, clock: Clock
) -> None:
    with database.write() as session:
        path = f"/sign-in/{issue_link(session, ana, now=clock())}"
    first, second = app.test_client(), app.test_client()
    assert send(first, path, page=path).status_code == 303
    assert is_in(first)
    assert second.get(path).status_code == 410
    assert send(second, path).status_code == 410
    assert not is_in(second)


def test_R7_known_and_unknown_addresses_get_the_same_answers(app: Flask, ana: Person) -> None:
    def watch(address: str) -> list[tuple[int, str, dict[str, str]]]:
        client = app.test_client()
        seen = [send(client, "/sign-in", {"email": address}, page="/sign-in"), client.get("/sign-in/code")]
        seen.append(send(client, "/sign-in/code", {"code": "000000"}, page="/sign-in/code"))
        return [(one.status_code, _without_secrets(one.text), _steady(dict(one.headers))) for one in seen]

    assert watch("ana@example.org") == watch("nobody@example.org")


def _without_secrets(page: str) -> str:
    return re.sub(r'value="[^"]{20,}"', "", page)


def _steady(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in {"Set-Cookie", "X-Request-Id"}}


def test_R7_the_answer_is_the_same_when_the_address_has_had_its_mails(
    client: FlaskClient, ana: Person, database: Database, clock: Clock
) -> None:
    for _ in range(12):
        ask(client)
    with database.write() as session:
        assert len(claim(session, now=clock(), limit=100)) == 5


def test_a_network_over_its_limit_is_told_when_to_come_back(client: FlaskClient, clock: Clock) -> None:
    for number in range(FROM_NETWORK.most):
        ask(client, f"guess{number}@example.org")
    claimed = {"X-Forwarded-For": "198.51.100.9", "Forwarded": "for=198.51.100.9"}
    sent = {"email": "one.more@example.org"}
    answer = client.post("/sign-in", data=sent | {"csrf_token": _token(client)}, headers=claimed)
    assert answer.status_code == 429
    assert "Try again in 15 minutes" in answer.text
    assert answer.headers["Retry-After"] == "900"


def _token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)
    assert found is not None
    return found[1]


def test_five_wrong_codes_ask_for_a_new_one(client: FlaskClient, ana: Person, mail: Mailbox) -> None:
    ask(client)
    wrong = f"{(int(mail.newest()['code']) + 1) % 10**6:06d}"
    pages = [send(client, "/sign-in/code", {"code": wrong}, page="/sign-in/code") for _ in range(5)]
    assert {page.status_code for page in pages} == {422}
    assert "4 tries are left" in pages[0].text
    assert "One try is left" in pages[3].text
    assert "the last try for this code" in pages[4].text


def test_what_was_typed_stays_and_the_mistake_is_in_words(client: FlaskClient, ana: Person) -> None:
    ask(client)
    page = send(client, "/sign-in/code", {"code": "40719"}, page="/sign-in/code").text
    assert 'value="40719"' in page
    assert "That is five digits. The code in the mail has six." in page
    assert 'aria-invalid="true"' in page
    page = send(client, "/sign-in", {"email": "ana"}, page="/sign-in").text
    assert 'value="ana"' in page
    assert "does not look like an e-mail address" in page


def test_a_line_break_in_an_address_reaches_no_mail(client: FlaskClient, database: Database) -> None:
    sent = {"email": "ana@example.org\r\nBcc: b@example.org"}
    assert send(client, "/sign-in", sent, page="/sign-in").status_code == 422
    with database.read() as session:
        assert session.scalars(select(SigninAttempt)).all() == []


def test_R1_the_session_is_new_at_sign_in(client: FlaskClient, ana: Person, mail: Mailbox) -> None:
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
    ask(client)
    send(client, "/sign-in/code", {"code": mail.newest()["code"]}, page="/sign-in/code")
    with client.session_transaction() as cookie:
        assert set(cookie) - {"csrf_token"} == {"sid", "_permanent"}


def test_R1_signing_in_again_ends_the_session_before(
    client: FlaskClient, ana: Person, database: Database, clock: Clock
) -> None:
    for _ in range(2):
        with database.write() as session:
            path = f"/sign-in/{issue_link(session, ana, now=clock())}"
        send(client, path, page=path)
    with database.read() as session:
        closed = session.scalars(select(AuthSession.closed_at).order_by(AuthSession.closed_at)).all()
    assert sorted(one is not None for one in closed) == [False, True]


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/appointments?from=2026-12-01", "/appointments?from=2026-12-01"),
        ("//evil.example/", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("", "/"),
    ],
)
def test_next_is_a_page_of_ours(
    client: FlaskClient, ana: Person, mail: Mailbox, wanted: str, leads_to: str
) -> None:
    ask(client, next=wanted)
    answer = send(client, "/sign-in/code", {"code": mail.newest()["code"]}, page="/sign-in/code")
    assert answer.headers["Location"] == leads_to


def test_the_page_that_asked_for_signing_in_comes_next(client: FlaskClient) -> None:
    answer = client.get("/account?from=a+mail")
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        "/sign-in?next=%2Faccount%3Ffrom%3Da%2Bmail",
    )
    assert 'value="/account?from=a+mail"' in client.get(answer.headers["Location"]).text


def test_staff_go_to_their_desk_and_their_cookie_ends_with_the_browser(
    client: FlaskClient, database: Database, clock: Clock
) -> None:
    with database.write() as session:
        path = f"/sign-in/{issue_link(session, a_moderator(session), now=clock())}"
    answer = send(client, path, page=path)
    assert answer.headers["Location"] == "/sign-in/second"  # and from there to their desk
    [cookie] = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("sid=")]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie
    assert "Expires" not in cookie


def test_a_shared_device_is_signed_out_after_a_quarter_of_an_hour(
    client: FlaskClient, ana: Person, mail: Mailbox, clock: Clock
) -> None:
    ask(client, shared="y")
    answer = send(client, "/sign-in/code", {"code": mail.newest()["code"]}, page="/sign-in/code")
    assert "Expires" not in answer.headers["Set-Cookie"]
    clock.set(clock() + timedelta(minutes=14))
    assert is_in(client)
    clock.set(clock() + timedelta(minutes=14))
    assert is_in(client)
    clock.set(clock() + timedelta(minutes=15))
    assert not is_in(client)


def test_signing_in_needs_the_form_of_this_site(client: FlaskClient, ana: Person, database: Database) -> None:
    assert client.post("/sign-in", data={"email": "ana@example.org"}).status_code == 400
    with database.read() as session:
        assert session.scalars(select(SigninAttempt)).all() == []
