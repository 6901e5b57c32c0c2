"""From the room into its call: for those inside, while the room is open, and never for who they are."""

from dataclasses import replace
from datetime import datetime
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from flask import Flask
from joserfc import jwt
from joserfc.jwk import OctKey

from auth.people import Person
from foundation.database import Database
from foundation.jitsi import Jitsi
from tests.builders.people import a_member
from tests.builders.rooms import Evening, an_evening
from tests.builders.visits import give, room, visit

SERVER = Jitsi("https://call.example.org", "evenside", "a secret of at least thirty-two letters")
LINK = "https://call.example.org/our-link"


def use_server(app: Flask) -> None:
    house = app.extensions["evenside"]
    app.extensions["evenside"] = replace(house, settings=replace(house.settings, jitsi=SERVER))


def press(app: Flask, evening: Evening, number: int) -> Any:
    return visit(app, evening, number).client.post(f"{room(evening)}/call")


def test_a_link_shows_only_while_the_room_is_open(app: Flask, evening: Evening) -> None:
    give(evening, call_url=LINK)
    member = visit(app, evening, 0)
    assert member.open(room(evening)).links["Join the call, opens a new tab"] == LINK
    evening.steer(panic=True)
    assert LINK in member.client.get(room(evening)).text, "on hold, people stay in the call"
    evening.steer(close=True)
    assert LINK not in member.client.get(room(evening)).text


def test_before_the_room_opens_nobody_reads_the_link(app: Flask, database: Database, now: datetime) -> None:
    evening = an_evening(database, now=now, opened=False)
    give(evening, call_url=LINK)
    page = visit(app, evening, 0).client.get(room(evening)).text
    assert LINK not in page
    assert "The link to the call appears in the room." in page
    assert press(app, evening, 0).status_code == 422, "nor by asking for it"


def test_the_way_into_our_own_call_is_made_when_the_button_is_pressed(app: Flask, evening: Evening) -> None:
    give(evening, call_kind="jitsi")
    use_server(app)
    page = visit(app, evening, 0).client.get(room(evening)).text
    assert "Join the call" in page
    assert "call.example.org" not in page
    assert "eyJ" not in page
    sent = press(app, evening, 0)
    assert sent.status_code == 303
    claims = pass_in(sent)
    assert claims["context"]["user"]["name"] == "Second Cup"
    assert claims["context"]["user"]["moderator"] == "false"
    assert sent.headers["Cache-Control"] == "no-store"
    assert pass_in(press(app, evening, -1))["context"]["user"]["moderator"] == "true"


def pass_in(sent: Any) -> dict[str, Any]:
    (token,) = parse_qs(urlsplit(sent.headers["Location"]).query)["jwt"]
    return dict(jwt.decode(token, OctKey.import_key(SERVER.secret), algorithms=["HS256"]).claims)


def test_neither_mail_nor_real_name_leaves_the_house(app: Flask, evening: Evening) -> None:
    give(evening, call_kind="jitsi")
    use_server(app)
    with evening.database.read() as session:
        alma = session.get_one(Person, evening.members[0].person_id)
    said = str(pass_in(press(app, evening, 0))).lower()
    assert alma.email.lower() not in said
    assert alma.name.lower() not in said
    assert alma.id not in said


def test_without_a_server_it_is_said_plainly(app: Flask, evening: Evening) -> None:
    give(evening, call_kind="jitsi")
    assert "The call is not set up here yet." in visit(app, evening, 0).open(room(evening)).text
    refused = press(app, evening, 0)
    assert refused.status_code == 422
    assert "The video call is not set up here yet." in refused.text


def test_only_those_inside_go_to_the_call(app: Flask, evening: Evening) -> None:
    give(evening, call_kind="jitsi")
    use_server(app)
    with evening.database.write() as session:
        outsider = a_member(session)
    browser: Any = cast(Any, app.test_client())
    app.config["WTF_CSRF_ENABLED"] = False
    browser.sign_in(outsider)
    assert browser.post(f"{room(evening)}/call").headers["Location"].endswith("/live")
    with evening.database.write() as session:
        from realtime.persons import act_on_person

        act_on_person(session, evening.room_id, evening.desk, "Second Cup", "remove", now=evening.now)
    assert press(app, evening, 0).headers["Location"].endswith("/live")
