"""The wire under the events: whatever cannot be read as one becomes the event without a name.

The gateway answers that one like any other mistake. Left alone, the library would log such a frame and leave
its sender without an answer; and it would run the handlers of connecting and leaving for events so called.
"""

from typing import Any

from socketio.packet import ACK, BINARY_ACK, BINARY_EVENT, EVENT, Packet

from realtime.spelling import filled_in

NAMELESS = ""
_RESERVED = frozenset({"connect", "disconnect", "*"})
_BINARY = frozenset({BINARY_EVENT, BINARY_ACK})


class ReadablePacket(Packet):  # type: ignore[misc]
    """A packet whose event always has a name that a client may use, or none."""

    packet_type: int

    def decode(self, encoded_packet: Any) -> int:
        """Returns how many attachments are still to come: we take none."""
        try:
            super().decode(encoded_packet)
        except (ValueError, RecursionError):
            if getattr(self, "packet_type", None) != EVENT:
                raise
            self.data = None
        if self.packet_type in _BINARY:
            self.packet_type, self.data = EVENT, None
        if self.packet_type == EVENT:
            self.data = _named(self.data)
        return 0

    def encode(self) -> Any:
        """What was spelled beforehand is put into its place."""
        encoded = super().encode()
        if self.packet_type == ACK and isinstance(encoded, str):
            return filled_in(encoded, self.data)
        return encoded


def _named(data: object) -> list[Any]:
    if not isinstance(data, list) or not data or not isinstance(data[0], str) or data[0] in _RESERVED:
        return [NAMELESS]
    return data


def read_every_packet(server: Any) -> None:
    """Let this Socket.IO server read packets so."""
    server.packet_class = ReadablePacket
