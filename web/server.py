"""Our gunicorn: `python -m web.server wsgi:app ...`, with gunicorn's own options and GUNICORN_CMD_ARGS.

Nothing of the house is imported here: each new process reads the code that lies there when it starts.
"""

import sys
from typing import Any

from gunicorn.app.wsgiapp import WSGIApplication
from gunicorn.arbiter import Arbiter
from gunicorn.errors import HaltServer
from gunicorn.http import message

from foundation.metrics_folder import forget_process

LONGEST_LINE = 16 * 1024
"""Bytes of an address: an absurdly long one is nobody's, and is answered like any other of those."""


class RollingArbiter(Arbiter):  # type: ignore[misc]  # gunicorn has no types
    """SIGHUP replaces the workers one after another: a new one answers before an old one is let go.

    While the rooms of one worker move, those of the others stay; a release that cannot start changes nothing.
    """

    def __init__(self, app: Any) -> None:
        super().__init__(app)
        self._old: set[int] = set()
        self._new: Any = None

    def handle_hup(self) -> None:
        self._stop_rolling()
        self._old = set(self.WORKERS)

    def manage_workers(self) -> None:
        self._old &= set(self.WORKERS)
        if self._old:
            self._replace_one()
        elif self._new is not None:
            self._stop_rolling()
        super().manage_workers()

    def reap_workers(self) -> None:
        try:
            super().reap_workers()
        except HaltServer:
            if not self._old:
                raise
            self.log.error("the new worker cannot start; the old ones stay")
            self._old = set()
            self._stop_rolling()

    def _replace_one(self) -> None:
        """One more than usual until the new one answers; then the usual number, and the oldest has to go."""
        if self._new is None:
            self._new = self.WORKERS[self.spawn_worker()]
            self._begun_at = self._new.tmp.last_update()
            self._before = len(self._old)
            self.num_workers = self.cfg.workers + 1
        elif self._new.pid not in self.WORKERS or len(self._old) < self._before:
            self._stop_rolling()
        elif self._new.tmp.last_update() != self._begun_at:
            self.num_workers = self.cfg.workers

    def _stop_rolling(self) -> None:
        self._new, self.num_workers = None, self.cfg.workers


class Application(WSGIApplication):  # type: ignore[misc]
    def load_default_config(self) -> None:
        super().load_default_config()
        self.cfg.set("worker_class", "web.draining.DrainingWorker")
        self.cfg.set("child_exit", _forget)
        self.cfg.set("logger_class", "web.server_log.QuietLogger")
        self.cfg.set("limit_request_line", LONGEST_LINE)
        message.MAX_REQUEST_LINE = LONGEST_LINE

    def run(self) -> None:
        if self.cfg.print_config or self.cfg.check_config:
            super().run()
        RollingArbiter(self).run()


def _forget(_server: Any, worker: Any) -> None:
    forget_process(worker.pid)


if __name__ == "__main__":
    Application("%(prog)s [OPTIONS] wsgi:app", prog="evenside web").run()
    sys.exit()
