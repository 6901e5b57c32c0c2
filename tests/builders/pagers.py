"""A pager on this machine: it keeps what it hears and answers as it is told to."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Heard:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class PagerServer:
    """`answers` are the statuses of the next calls; 204 afterwards."""

    port: int = 0
    answers: list[int] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/page"


@contextmanager
def a_pager() -> Iterator[PagerServer]:
    """Listens on a free port until the story ends."""
    pager = PagerServer()

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            pager.heard.append(Heard(self.path, dict(self.headers), body))
            status = pager.answers.pop(0) if pager.answers else 204
            self.send_response(status)
            if status in {301, 302, 307}:
                self.send_header("Location", f"http://127.0.0.1:{pager.port}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """The story reads `heard` instead."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    pager.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield pager
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
