"""gunicorn's settings for a house that asks more often whether its sockets still live."""

from typing import Any

INTERVAL_SECONDS = 0.4
TIMEOUT_SECONDS = 6


def post_worker_init(worker: Any) -> None:
    """The application stands; no socket has come yet."""
    engine = worker.wsgi.extensions["socketio"].server.eio
    engine.ping_interval, engine.ping_timeout = INTERVAL_SECONDS, TIMEOUT_SECONDS
