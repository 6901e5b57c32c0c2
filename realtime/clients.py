"""The clients that python-socketio keeps: each in its namespace, and in nothing else.

Its own manager also makes a room for every client, and goes through all of them whenever one leaves.
"""

from collections.abc import Iterator

from bidict import ValueDuplicationError
from socketio.manager import Manager

from realtime.sockets import LiveSocket


class Clients(Manager):  # type: ignore[misc]
    """Rooms of ours are channels (realtime/channels.py); here a room is everybody (None) or one client."""

    def get_participants(self, namespace: str, room: str | None) -> Iterator[tuple[str, str]]:
        """Pairs of Socket.IO id and Engine.IO id."""
        everybody = self.rooms.get(namespace, {}).get(None, {})
        if room is None:
            yield from list(everybody.items())
        elif room in everybody:
            yield room, everybody[room]

    def pre_connect(self, eio_sid: str, namespace: str) -> str | None:
        """A new Socket.IO id, or None when this connection is in the namespace already."""
        sid: str = self.server.eio.generate_id()
        try:
            self.basic_enter_room(sid, namespace, None, eio_sid=eio_sid)
        except ValueDuplicationError:
            return None
        self.pending_connect.setdefault(namespace, []).append(sid)
        return sid

    def connect(self, sid: str, namespace: str) -> str:
        """Let in."""
        connected: str = super().connect(sid, namespace)
        if (socket := self._socket(sid, namespace)) is not None:
            socket.is_inside()
        return connected

    def basic_disconnect(self, sid: str, namespace: str, **_more: object) -> None:
        if (socket := self._socket(sid, namespace)) is not None:
            socket.is_outside()
        self.basic_leave_room(sid, namespace, None)
        self.callbacks.pop(sid, None)
        for pending in (self.pending_connect, self.pending_disconnect):
            if sid in pending.get(namespace, ()):
                pending[namespace].remove(sid)
                if not pending[namespace]:
                    del pending[namespace]

    def _socket(self, sid: str, namespace: str) -> LiveSocket | None:
        socket = self.server.eio.sockets.get(self.eio_sid_from_sid(sid, namespace))
        return socket if isinstance(socket, LiveSocket) else None
