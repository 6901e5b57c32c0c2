"""Who hears what in this process: each stream of a room is a channel, and a message to it is framed once."""

from typing import Any

from socketio import packet

from realtime.crowd import Crowd
from realtime.fan_out import fan_out
from realtime.frames import text_frame
from realtime.sockets import LiveSocket

_MESSAGE = "4"


class Channels:
    """`server` is python-socketio's. A client without a socket of ours (a test's) is told through it."""

    def __init__(self, server: Any, namespace: str) -> None:
        self._server = server
        self._namespace = namespace
        self._crowds: dict[str, Crowd] = {}
        self._others: dict[str, set[str]] = {}

    def enter(self, sid: str, channel: str) -> None:
        """This client hears the channel from now on."""
        socket = self._server.eio.sockets.get(self._server.manager.eio_sid_from_sid(sid, self._namespace))
        if isinstance(socket, LiveSocket):
            self._crowds.setdefault(channel, Crowd()).add(sid, socket)
        else:
            self._others.setdefault(channel, set()).add(sid)

    def leave(self, sid: str, channel: str) -> None:
        if (crowd := self._crowds.get(channel)) is not None:
            crowd.remove(sid)
            if not crowd:
                del self._crowds[channel]
        if (others := self._others.get(channel)) is not None:
            others.discard(sid)
            if not others:
                del self._others[channel]

    def tell(self, channel: str, event: str, data: object) -> None:
        """Everybody in the channel, in one go: nothing else can come between for any of them."""
        if crowd := self._crowds.get(channel):
            fan_out(crowd, self._framed(event, data))
        for sid in list(self._others.get(channel, ())):
            self.tell_one(sid, event, data)

    def tell_one(self, sid: str, event: str, data: object) -> None:
        self._server.emit(event, data, to=sid, namespace=self._namespace)

    def cut(self, sid: str) -> None:
        """Out of the namespace and off the WebSocket, so that nothing can come back on it."""
        eio_sid = self._server.manager.eio_sid_from_sid(sid, self._namespace)
        self._server.disconnect(sid, namespace=self._namespace)
        if eio_sid is not None:
            self._server.eio.disconnect(eio_sid)

    def _framed(self, event: str, data: object) -> bytes:
        told = self._server.packet_class(packet.EVENT, namespace=self._namespace, data=[event, data])
        return text_frame(_MESSAGE + str(told.encode()))
