"""Sockets of signed-in people, for stories at the live gateway."""

from typing import Any

from flask import Flask
from flask_socketio import SocketIOTestClient

from auth.people import Person
from realtime.gateway import NAMESPACE


class Line:
    """One person's socket. `heard` empties what has come in until now."""

    def __init__(self, app: Flask, person_id: str, room: str | None = None) -> None:
        app.config["LIVE_PULSE"] = False
        browser: Any = app.test_client()
        with app.extensions["evenside"].database.read() as session:
            browser.sign_in(session.get_one(Person, person_id))
        self.live = app.extensions["evenside.live"]
        self.socket: Any = SocketIOTestClient(
            app, app.extensions["socketio"], namespace=NAMESPACE, flask_test_client=browser
        )
        self.joined: dict[str, Any] = self.send("join", {"room": room}) if room else {}

    def send(self, event: str, data: object = None) -> dict[str, Any]:
        answer: dict[str, Any] = self.socket.emit(event, data, callback=True, namespace=NAMESPACE)
        return answer

    def heard(self, event: str | None = None) -> list[dict[str, Any]]:
        received, self.socket.queue = self.socket.queue, []
        return [one["args"][0] for one in received if event in {None, one["name"]}]

    def kinds(self) -> list[str]:
        """What sort of events came, in order."""
        return [event["kind"] for batch in self.heard("events") for event in batch["events"]]

    @property
    def is_open(self) -> bool:
        return bool(self.socket.is_connected(NAMESPACE))
