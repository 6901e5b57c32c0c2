"""Where a request becomes a socket of the live room: python-engineio has judged it, gunicorn hands it over.

gunicorn's greenlet ends with the handshake, so neither it nor its request is kept while the socket is open.
"""

import _socket
import logging
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

import gevent
from engineio import packet

from foundation.metrics import frames_queued, sockets_open
from realtime.fan_out import fan_out
from realtime.frames import text_frame
from realtime.handshake import BadHandshake, accept, refusal_headers
from realtime.sockets import LiveSocket

SEND_BUFFER_BYTES = 64 * 1024
"""The system doubles it. Past that, frames wait here, where they are counted and have a deadline."""
_LOOK_EVERY_SECONDS = 1.0
_KEPT = (
    "REQUEST_METHOD",
    "SCRIPT_NAME",
    "PATH_INFO",
    "SERVER_NAME",
    "SERVER_PORT",
    "HTTP_HOST",
    "HTTP_COOKIE",
    "REMOTE_ADDR",
    "wsgi.url_scheme",
    "flask.app",
)
"""What the cookie of a request is read with; nothing else of it is needed later."""
_log = logging.getLogger("evenside.realtime")
StartResponse = Callable[[str, list[tuple[str, str]]], object]


def hold_sockets(engine: Any) -> None:
    """Let this Engine.IO server's sockets be ours."""
    engine._handle_connect = Entrance(engine).let_in


class Entrance:
    """Lets sockets in, and looks after all of them once a second: one greenlet for any number."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self._open: set[LiveSocket] = set()
        self._is_looking = False

    def let_in(
        self, environ: Mapping[str, Any], start_response: StartResponse, *_transport: object
    ) -> list[bytes]:
        """In place of python-engineio's. Returns only to refuse: StopIteration tells gunicorn to let go."""
        try:
            answer = accept(environ)
            tcp = _taken_over(environ)
        except BadHandshake as bad:
            start_response(bad.status, refusal_headers())
            return [b""]
        socket = LiveSocket(self._engine, self._engine.generate_id(), tcp, self._open)
        self._engine.sockets[socket.sid] = socket
        self._engine._trigger_event("connect", socket.sid, _slim(environ), run_async=False)
        self._begin_to_look()
        socket.put(answer + text_frame(self._greeting(socket.sid)))
        socket.begin()
        raise StopIteration

    def _greeting(self, sid: str) -> str:
        told = {
            "sid": sid,
            "upgrades": [],
            "pingTimeout": int(self._engine.ping_timeout * 1000),
            "pingInterval": int(self._engine.ping_interval * 1000),
            "maxPayload": self._engine.max_http_buffer_size,
        }
        return str(packet.Packet(packet.OPEN, told).encode())

    def _begin_to_look(self) -> None:
        if not self._is_looking:
            self._is_looking = True
            fan_out.choose()
            gevent.spawn(self._look_on)

    def _look_on(self) -> None:
        while True:
            gevent.sleep(_LOOK_EVERY_SECONDS)
            try:
                self._look()
            except Exception:  # noqa: BLE001 - logged; the next look has to come
                _log.exception("looking after the sockets broke off once")

    def _look(self) -> None:
        now, waiting = monotonic(), 0
        for socket in list(self._open):
            socket.look(now)
            waiting += socket.out.count
        sockets_open.set(len(self._open))
        frames_queued.set(waiting)


def _taken_over(environ: Mapping[str, Any]) -> _socket.socket:
    """The connection itself; gunicorn has none to close any more.

    Not a second descriptor of it: epoll would go on telling of the closed one, and libev answers that by
    registering every socket of the process anew.
    """
    theirs = environ.get("gunicorn.socket")
    if theirs is None or hasattr(theirs, "cipher"):  # encryption ends at the proxy in front of us
        raise BadHandshake("501 Not Implemented")
    tcp = _socket.socket(fileno=theirs.detach())
    tcp.setblocking(False)
    tcp.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
    tcp.setsockopt(_socket.SOL_SOCKET, _socket.SO_SNDBUF, SEND_BUFFER_BYTES)
    return tcp


def _slim(environ: Mapping[str, Any]) -> dict[str, Any]:
    return {name: environ[name] for name in _KEPT if name in environ}
