"""The peers as running programs: Node's socket.io, and the send loop, compiled when it is wanted."""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.house import free_port
from tests.node import installed_node

_HERE = Path(__file__).parent
_START_SECONDS = 30


@dataclass(frozen=True)
class Peer:
    url: str
    pid: int


@contextmanager
def node_socketio() -> Iterator[Peer]:
    """Raises NoNode where Node.js cannot be had."""
    node, port = installed_node(), free_port()
    with _running(node.command(_HERE / "socketio.cjs", str(port)), port, node.environment) as peer:
        yield peer


def peer_versions() -> str:
    """Of Node.js and its socket.io, and of the C compiler."""
    node = installed_node()
    package = json.loads((node.home / "node_modules" / "socket.io" / "package.json").read_text())
    told = (_first_line(str(node.program), "--version"), _first_line("cc", "--version"))
    return f"Node.js {told[0]}, socket.io {package['version']}, {told[1]}"


def _first_line(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    return done.stdout.splitlines()[0]


@contextmanager
def send_loop() -> Iterator[Peer]:
    """Raises FileNotFoundError where there is no C compiler."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        program = str(Path(folder) / "send_loop")
        subprocess.run(["cc", "-O2", "-o", program, str(_HERE / "send_loop.c")], check=True, timeout=60)
        with _running([program, str(port)], port, os.environ) as peer:
            yield peer


@contextmanager
def _running(command: Sequence[str], port: int, environ: Mapping[str, str]) -> Iterator[Peer]:
    with subprocess.Popen(command, env=environ) as process:
        try:
            _wait_for(port, process)
            yield Peer(f"http://127.0.0.1:{port}", process.pid)
        finally:
            process.terminate()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, "the peer ended at its start"
        if _listens(port):
            return
        time.sleep(0.05)
    raise AssertionError("the peer did not listen in time")


def _listens(port: int) -> bool:
    """Read from the kernel's table: to knock would be taken for the first of the crowd."""
    there = f"0100007F:{port:04X} 00000000:0000 0A"
    return any(there in line for line in Path("/proc/net/tcp").read_text().splitlines())
