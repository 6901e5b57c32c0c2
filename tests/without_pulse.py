"""gunicorn's settings for a web process that hears of other processes' commits through wake-ups alone."""

from typing import Any


def post_worker_init(worker: Any) -> None:
    worker.wsgi.config["LIVE_PULSE"] = False
