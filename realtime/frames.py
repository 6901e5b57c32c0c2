"""Frames are bounded while they are read. The library looks at their size only once it holds all of one."""

from typing import Any

from engineio.async_drivers.gevent import WebSocketWSGI


class _Bounded(WebSocketWSGI):  # type: ignore[misc]
    """A WebSocket that is closed as soon as a message grows past the server's limit."""

    def __init__(self, handler: Any, server: Any) -> None:
        super().__init__(handler, server)
        self.server_args["max_message_size"] = server.max_http_buffer_size


def bound_frames(engine: Any) -> None:
    """Let this Engine.IO server read no message beyond its `max_http_buffer_size`."""
    engine._async = {**engine._async, "websocket": _Bounded}
