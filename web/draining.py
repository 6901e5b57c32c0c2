"""A web process that is told to end sends its sockets away at once, so that they move to another process.

Left alone they would break off all together at its end, and knock at the next one together too.
"""

from itertools import islice
from typing import Any

import gevent
from gunicorn.workers.ggevent import GeventWorker

from realtime.frames import GOING_AWAY

_NO_LONGER_LISTENING_SECONDS = 1.5
"""gunicorn's worker looks once a second whether it should go on, and closes its door then."""
_EVERY_SECONDS = 0.1
_LOTS = 20
_LONGEST_SECONDS = 10.0


class DrainingWorker(GeventWorker):  # type: ignore[misc]  # gunicorn has no types
    """SIGTERM: no new connection, sockets sent away in small lots, requests finished, then the end."""

    _sending_away: gevent.Greenlet | None = None

    def handle_exit(self, sig: int, frame: Any) -> None:
        super().handle_exit(sig, frame)
        if self._sending_away is None:
            self._sending_away = gevent.spawn_later(_NO_LONGER_LISTENING_SECONDS, self._send_sockets_away)

    def run(self) -> None:
        """gunicorn's own waits for requests alone, and a socket is none."""
        super().run()
        if self._sending_away is not None:
            self._sending_away.kill()
            with gevent.Timeout(_LONGEST_SECONDS, False):
                self._send_sockets_away()

    def _send_sockets_away(self) -> None:
        """Only the connection is closed. After Engine.IO's own goodbye a client would not come back."""
        engine = self.wsgi.extensions["socketio"].server.eio
        lot = len(engine.sockets) // _LOTS + 1
        while engine.sockets:
            for one in list(islice(engine.sockets.values(), lot)):
                one.leave(GOING_AWAY)
            gevent.sleep(_EVERY_SECONDS)
