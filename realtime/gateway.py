"""Socket.IO in, commands through, acknowledgements out. It decides nothing itself."""

import logging
from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import Any, Protocol, cast

from flask import Flask, request
from flask import session as cookie
from flask_socketio import SocketIO
from socketio.exceptions import ConnectionRefusedError
from sqlalchemy.exc import SQLAlchemyError

from auth.permissions import NotSignedIn
from foundation.database import Database
from foundation.errors import DomainError
from foundation.metrics import pulse_seconds
from foundation.settings import Settings
from realtime.channels import Channels
from realtime.clients import Clients
from realtime.entrance import hold_sockets
from realtime.errors import BadPayload
from realtime.live import LiveRooms
from realtime.messages import COMMANDS
from realtime.payloads import Data
from realtime.pulse import TICK_SECONDS
from realtime.visitors import Credential, Visitor
from realtime.wakeups import tell_after_commits, wakeups_for
from realtime.wire import NAMELESS, read_every_packet

NAMESPACE = "/live"
_LARGEST_FRAME = 16 * 1024
_log = logging.getLogger("evenside.realtime")
Ack = dict[str, Any]


class House(Protocol):
    """What create_app keeps at `app.extensions["evenside"]`."""

    @property
    def settings(self) -> Settings: ...
    @property
    def database(self) -> Database: ...
    @property
    def clock(self) -> Callable[[], datetime]: ...


def init_realtime(app: Flask) -> Any:
    """The live room of this process, kept at `app.extensions["socketio"]` and `["evenside.live"]`."""
    house = cast(House, app.extensions["evenside"])
    socketio: Any = cast(Any, SocketIO)(  # the stubs do not know `transports`
        app,
        async_mode="gevent",
        async_handlers=False,
        transports=["websocket"],
        cors_allowed_origins=[house.settings.origin],
        manage_session=False,
        max_http_buffer_size=_LARGEST_FRAME,
        http_compression=False,
        client_manager=Clients(),
        namespaces=[NAMESPACE],
    )
    server = socketio.server
    hold_sockets(server.eio)
    read_every_packet(server)
    live = LiveRooms(house.database, house.settings, house.clock, Channels(server, NAMESPACE))
    app.extensions["evenside.live"] = live
    wakeups = wakeups_for(house.settings)
    tell_after_commits(house.database, wakeups)
    wakeups.listen(live.wake)
    gateway = Gateway(live, app, socketio)
    socketio.on_event("connect", gateway.connect, namespace=NAMESPACE)
    socketio.on_error(namespace=NAMESPACE)(gateway.broken_at_the_door)
    server.on("disconnect", gateway.disconnect, namespace=NAMESPACE)
    server.on("*", gateway.hear, namespace=NAMESPACE)
    return socketio


class Gateway:
    """The handlers. Each event finds its actor again, so that a sign-out or a removal counts at once."""

    def __init__(self, live: LiveRooms, app: Flask, socketio: Any) -> None:
        self._live = live
        self._app = app
        self._socketio = socketio
        self._beating = False

    def connect(self, auth: object = None) -> bool:
        """Only with a session or a token that lets somebody in. Reads the cookie of Flask's request."""
        credential = _credential(auth)
        if credential is None or not self._live.lets_in(credential):
            return False
        self._live.visitors.by_sid.setdefault(str(cast(Any, request).sid), Visitor(credential))
        self._begin_to_beat()
        return True

    def disconnect(self, sid: str, *_reason: object) -> None:
        self._live.forget(sid)

    def hear(self, event: str, sid: str, *sent: object) -> Ack:
        """Any event of a client; the answer is always an acknowledgement, and the socket lives."""
        try:
            return {"ok": True, **self._answer(event, sid, sent[0] if sent else None)}
        except DomainError as error:
            return _refused(error)
        except SQLAlchemyError:
            _log.exception("the database did not answer a live event")
            return _failure("unavailable", "We are away for a moment. Nothing was sent; try again.")
        except Exception:  # noqa: BLE001 - logged; a fault on our side is answered too
            _log.exception("a live event broke")
            return _failure("internal", "Something broke on our side. Nothing was sent.")

    def broken_at_the_door(self, error: Exception) -> None:
        """A fault on our side lets nobody in."""
        _log.error("a live connection broke at the door", exc_info=error)
        raise ConnectionRefusedError("Something broke on our side.") from error

    def _answer(self, event: str, sid: str, sent: object) -> Ack:
        visitor = self._live.visitors.by_sid.get(sid)
        if visitor is None:
            raise NotSignedIn()
        data = Data(sent)
        self._live.require_calm(visitor, data)
        if event == "join":
            return self._live.join(sid, visitor, data)
        if event == NAMELESS:
            raise BadPayload()
        if event not in COMMANDS:
            raise BadPayload(f"There is no event called “{event[:40]}”.")
        return self._live.run(sid, visitor, event, data)

    def _begin_to_beat(self) -> None:
        """From the first socket on, telling others has greenlets of its own: nobody waits for it."""
        if not self._beating and self._app.config.get("LIVE_PULSE", True):
            self._beating = True
            self._live.broadcaster.later = self._socketio.start_background_task
            self._socketio.start_background_task(self._beat)

    def _beat(self) -> None:
        """Whatever one beat meets, the next one comes: it is what lets go of those who may not stay."""
        due = monotonic()
        while True:
            due = max(due + TICK_SECONDS, monotonic())
            self._socketio.sleep(max(0.0, due - monotonic()))
            pulse_seconds.observe(max(0.0, monotonic() - due))
            try:
                self._live.beat()
            except Exception:  # noqa: BLE001 - logged; the next beat has to come
                _log.exception("the pulse broke off once; the next one tries again")


def _credential(auth: object) -> Credential | None:
    token = auth.get("token") if isinstance(auth, dict) else None
    if isinstance(token, str):
        return Credential(token, is_api=True)
    signed_in = cookie.get("sid")
    return Credential(signed_in) if isinstance(signed_in, str) else None


def _refused(error: DomainError) -> Ack:
    return {"ok": False, "error": {"code": error.code, "message": error.message, **error.details}}


def _failure(code: str, message: str) -> Ack:
    return {"ok": False, "error": {"code": code, "message": message}}
