"""One command, many processes: the dead are started again, a reload takes turns, numbers add up."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.house import free_port

PATIENCE = 60
ROOT = Path(__file__).parent.parent.parent

CHILD = """
import os, signal, sys, time
name = sys.argv[1]
def note(word):
    with open(name, "a") as file:
        file.write(f"{word} {os.getpid()}\\n")
signal.signal(signal.SIGHUP, lambda *_: note("reloads"))
signal.signal(signal.SIGTERM, lambda *_: (note("ends"), sys.exit(0)))
note("begins")
if name.endswith("broken"):
    sys.exit(3)
while True:
    time.sleep(0.02)
"""
SUPERVISOR = """
import signal, sys
from supervisor import Child, supervise  # of cli/, without the rest of it
command = lambda name: [sys.executable, "child.py", name]
web = Child("web", command(sys.argv[1]), on_hangup=signal.SIGHUP)
worker = Child("worker", command("worker"), on_hangup=signal.SIGTERM)
sys.exit(supervise([web, worker]))
"""


def wait_until(is_true: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_true():
        assert time.monotonic() < deadline, "it did not come in time"
        time.sleep(0.02)


class Watched:
    def __init__(self, folder: Path, web: str) -> None:
        (folder / "child.py").write_text(CHILD)
        self.folder = folder
        command = [sys.executable, "-c", SUPERVISOR, web]
        found_in = os.environ | {"PYTHONPATH": str(ROOT / "cli")}
        self.process = subprocess.Popen(command, cwd=folder, env=found_in, stderr=subprocess.DEVNULL)

    def noted(self, name: str, word: str) -> list[int]:
        """The ids of the processes of this name that have noted the word."""
        file = self.folder / name
        lines = file.read_text().splitlines() if file.exists() else []
        return [int(line.split()[1]) for line in lines if line.startswith(word)]


@contextmanager
def supervised(folder: Path, web: str = "web") -> Iterator[Watched]:
    watched = Watched(folder, web)
    with watched.process:
        try:
            yield watched
        finally:
            watched.process.terminate()


def test_what_is_killed_is_started_again_and_the_other_stays(tmp_path: Path) -> None:
    with supervised(tmp_path) as house:
        wait_until(lambda: house.noted("web", "begins") and house.noted("worker", "begins"))
        os.kill(house.noted("worker", "begins")[0], signal.SIGKILL)
        wait_until(lambda: len(house.noted("worker", "begins")) == 2)
        assert len(house.noted("web", "begins")) == 1


def test_a_hangup_reloads_the_web_and_replaces_the_worker(tmp_path: Path) -> None:
    with supervised(tmp_path) as house:
        wait_until(lambda: house.noted("web", "begins") and house.noted("worker", "begins"))
        house.process.send_signal(signal.SIGHUP)
        wait_until(lambda: house.noted("web", "reloads") and len(house.noted("worker", "begins")) == 2)
        assert house.noted("worker", "ends") == house.noted("worker", "begins")[:1]
        assert house.noted("web", "reloads") == house.noted("web", "begins")


def test_told_to_end_it_ends_all_and_says_that_all_is_well(tmp_path: Path) -> None:
    with supervised(tmp_path) as house:
        wait_until(lambda: house.noted("web", "begins") and house.noted("worker", "begins"))
        house.process.terminate()
        assert house.process.wait(PATIENCE) == 0
        assert house.noted("web", "ends")
        assert house.noted("worker", "ends")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell a child")
def test_killed_outright_it_leaves_nothing_behind(tmp_path: Path) -> None:
    with supervised(tmp_path) as house:
        wait_until(lambda: house.noted("web", "begins") and house.noted("worker", "begins"))
        house.process.kill()
        wait_until(lambda: house.noted("web", "ends") and house.noted("worker", "ends"))


def test_what_cannot_start_ends_the_house_with_an_error(tmp_path: Path) -> None:
    with supervised(tmp_path, "broken") as house:
        assert house.process.wait(PATIENCE) == 1
        assert len(house.noted("broken", "begins")) == 1


SMALL = """
import os
says = f"{{{says}}} {{os.getpid()}}".encode()
def app(environ, start):
    start("200 OK", [("Content-Length", str(len(says)))])
    return [says]
"""


class Site:
    """Two workers of our gunicorn with an application of one line; `release` brings in another."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.release("'first'")
        command = [
            sys.executable, "-B", "-m", "web.server", "small:app", "--chdir", str(folder), "-k", "sync",
            "--workers", "2", "--bind", f"127.0.0.1:{self.port}", "--no-control-socket",
        ]  # fmt: skip
        with (folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=folder, stderr=log, env=os.environ | {"PYTHONPATH": str(ROOT)}
            )

    def release(self, says: str) -> None:
        (self.folder / "small.py").write_text(SMALL.format(says=says))

    def says(self) -> tuple[str, int]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=PATIENCE) as answer:
            word, pid = answer.read().decode().split()
            return word, int(pid)

    def webs(self) -> set[str]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return set(children.read_text().split())

    def log(self) -> str:
        return (self.folder / "log").read_text()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    with made.process:
        try:
            wait_until(lambda: "Listening" in made.log())
            seen: set[int] = set()
            wait_until(lambda: seen.add(made.says()[1]) or len(seen) == 2)  # type: ignore[func-returns-value]
            yield made
        finally:
            made.process.terminate()


BROKEN = (
    b"GET /calendar/S3CRET\0.ics HTTP/1.1\r\n\r\n",
    b"G@T /calendar/S3CRET.ics HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nAuthorization Basic S3CRET\r\n\r\n",
)


def test_a_broken_request_is_logged_without_its_words_and_whose_it_was(site: Site) -> None:
    for broken in BROKEN:
        with socket.create_connection(("127.0.0.1", site.port), PATIENCE) as line:
            line.sendall(broken)
            assert b" 400 " in line.recv(1000)
    wait_until(lambda: site.log().count("[WARNING]") == len(BROKEN))
    assert "S3CRET" not in site.log()
    assert "ip=" not in site.log()


def test_a_reload_replaces_one_after_another_and_nobody_is_refused(site: Site) -> None:
    old, sizes = site.webs(), set()
    assert site.says()[0] == "first"
    site.release("'second'")
    site.process.send_signal(signal.SIGHUP)
    while old & site.webs():
        assert site.says()[0] in {"first", "second"}
        sizes.add(len(site.webs()))
    wait_until(lambda: len(site.webs()) == 2)
    assert {site.says()[0] for _ in range(10)} == {"second"}
    assert sizes <= {2, 3}


def test_a_release_that_cannot_start_leaves_the_old_one_in_place(site: Site) -> None:
    old = site.webs()
    site.release("1 / 0")
    site.process.send_signal(signal.SIGHUP)
    wait_until(lambda: "the new worker cannot start; the old ones stay" in site.log())
    wait_until(lambda: site.webs() == old)
    assert site.says()[0] == "first"
    site.release("'mended'")
    site.process.send_signal(signal.SIGHUP)
    wait_until(lambda: not old & site.webs())
    assert site.says()[0] == "mended"


COUNTS = """
import sys
from foundation import metrics
metrics.frames_sent.inc(3)
metrics.sockets_open.inc(2)
print(metrics.rendered().decode())
"""
SERVICE = """
import subprocess, sys
from pathlib import Path
from foundation.metrics_folder import begin, forget_process
begin(Path(sys.argv[1]), "web")
one = subprocess.Popen([sys.executable, "-c", sys.argv[2]], stdout=subprocess.DEVNULL)
one.wait()
forget_process(one.pid)
subprocess.run([sys.executable, "-c", sys.argv[2]], check=True)
"""


def test_numbers_of_all_processes_add_up_and_the_dead_hold_no_socket(tmp_path: Path) -> None:
    """A second service of the same folder starts afresh: the first one is gone, its numbers too."""
    for _ in range(2):
        said = subprocess.run(
            [sys.executable, "-c", SERVICE, tmp_path, COUNTS], check=True, capture_output=True, text=True,
            cwd=ROOT,
        ).stdout  # fmt: skip
        assert "evenside_frames_sent_total 6.0" in said
        assert "evenside_sockets_open 2.0" in said
    assert len(list((tmp_path / "metrics").iterdir())) == 1


def test_a_full_disk_ends_no_process_that_counts(tmp_path: Path) -> None:
    """A file that may not grow stands for a disk without room: mapped memory there would be a SIGBUS."""
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
    said = subprocess.run(
        [sys.executable, "-c", SERVICE, tmp_path, limited + COUNTS], check=True, capture_output=True,
        text=True, cwd=ROOT,
    ).stdout  # fmt: skip
    assert "evenside_frames_sent_total 3.0" in said
