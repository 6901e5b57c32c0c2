"""A token that only reads is no way into a live room, also not before the first pulse looks at its socket."""

from typing import Any

import pytest
from flask import Flask
from flask_socketio import SocketIOTestClient
from sqlalchemy import func, select

from auth.people import Person
from auth.tokens import Scope, issue_token
from realtime.gateway import NAMESPACE
from realtime.models import Question
from realtime.visitors import Credential, Visitor
from tests.builders.lines import Line
from tests.builders.rooms import Evening


def a_token(evening: Evening, scope: Scope) -> str:
    with evening.database.write() as session:
        person = session.get_one(Person, evening.members[0].person_id)
        return issue_token(session, person, label="My program", scope=scope, now=evening.now)


@pytest.mark.parametrize(("scope", "is_let_in"), [(Scope.READ, False), (Scope.WRITE, True)])
def test_the_door_asks_what_it_may(app: Flask, evening: Evening, scope: Scope, is_let_in: bool) -> None:
    app.config["LIVE_PULSE"] = False
    socketio: Any = app.extensions["socketio"]
    given = {"token": a_token(evening, scope)}
    socket: Any = SocketIOTestClient(app, socketio, namespace=NAMESPACE, auth=given)
    assert socket.is_connected(NAMESPACE) == is_let_in


@pytest.mark.parametrize("event", ["join", "ask"])
def test_nor_does_any_event_let_it_read_or_write(evening: Evening, ana: Line, event: str) -> None:
    """As if it had come in after all, and had a seat already: it is sent away before anything happens."""
    [(sid, visitor)] = ana.live.visitors.by_sid.items()
    bent = Visitor(Credential(a_token(evening, Scope.READ), is_api=True), visitor.place)
    ana.live.visitors.by_sid[sid] = bent
    said = {"room": evening.meeting.slug, "text": "Can you hear me?", "client_id": "c1"}
    assert ana.send(event, said)["error"]["code"] == "not_signed_in"
    assert not ana.is_open
    with evening.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Question)) == 0
