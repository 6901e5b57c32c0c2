"""A real SMTP server on this machine: in a thread of a story, where it counts, or as a program.

`python -m tests.mail_sink PORT` shares no interpreter with whoever sends. It says `ready` once it listens.
"""

import asyncio
import math
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope

from tests.house import free_port

_LOOK_SECONDS = 0.01


class Sink:
    """How often each Message-ID came in."""

    def __init__(self) -> None:
        self.came: Counter[str] = Counter()
        self.url = ""
        self.most: float = math.inf
        """Mails that are taken; whoever brings another waits until it is more."""

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        while len(self.came) >= self.most:
            await asyncio.sleep(_LOOK_SECONDS)
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.came[str(message_from_bytes(content)["Message-ID"])] += 1
        return "250 OK"

    @property
    def copies(self) -> int:
        """How many came in more than once."""
        return sum(self.came.values()) - len(self.came)


class Hole:
    """Takes everything and looks at nothing: the cheapest sink there is."""

    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Envelope) -> str:
        return "250 OK"


@contextmanager
def a_sink() -> Iterator[Sink]:
    sink, port = Sink(), free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    sink.url = f"smtp://127.0.0.1:{port}"
    try:
        yield sink
    finally:
        controller.stop()


async def _listen(port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Hole()), "127.0.0.1", port)
    print("ready", flush=True)  # noqa: T201 - whoever started it waits for this
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_listen(int(sys.argv[1])))
