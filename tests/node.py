"""Node.js and other people's packages for it: standard clients and readers that judge what we send.

`tests/js/package.json` names exact versions. They are installed once, into the virtual environment.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
WANTED = PROJECT / "tests" / "js" / "package.json"
INSTALLED = Path(sys.prefix) / "node"
OLDEST = 18
INSTALL = ("install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
_SECONDS_TO_INSTALL = 600


class NoNode(Exception):
    """Node.js or its packages cannot be had here; the message says why."""


@dataclass(frozen=True)
class Node:
    """The program, and the folder whose `node_modules` holds the packages."""

    program: Path
    home: Path

    def command(self, script: Path, *arguments: str) -> list[str]:
        """Run a script (CommonJS: `require` finds the packages through `environment`)."""
        return [str(self.program), str(script), *arguments]

    @property
    def environment(self) -> Mapping[str, str]:
        return {**os.environ, "NODE_PATH": str(self.home / "node_modules")}


@pytest.fixture(scope="session")
def node() -> Node:
    """Skips, saying why, where Node.js cannot be had."""
    try:
        return installed_node()
    except NoNode as why:
        pytest.skip(f"JavaScript does not judge here: {why}")


@cache
def installed_node() -> Node:
    """Node.js with the packages in place; waits while another process installs them. Raises NoNode."""
    INSTALLED.mkdir(exist_ok=True)
    with _one_at_a_time():
        program, npm = _found()
        home = INSTALLED / hashlib.sha256(WANTED.read_bytes()).hexdigest()[:12]
        if not (home / "complete").exists():
            _install(npm, home)
        return Node(program, home)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with (INSTALLED / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _found() -> tuple[Path, Path]:
    looked = _run([str(PROJECT / "scripts" / "find-node")], PROJECT)
    program, npm = (Path(line) for line in looked.splitlines())
    version = _run([str(program), "--version"], PROJECT).strip()
    if int(version.removeprefix("v").partition(".")[0]) < OLDEST:
        raise NoNode(f"{program} is {version}; version {OLDEST} or newer is needed.")
    return program, npm


def _install(npm: Path, home: Path) -> None:
    home.mkdir(exist_ok=True)
    (home / "package.json").write_bytes(WANTED.read_bytes())
    _run([str(npm), *INSTALL], home)
    (home / "complete").touch()


def _run(command: list[str], folder: Path) -> str:
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_SECONDS_TO_INSTALL, check=True
        )
    except subprocess.CalledProcessError as failed:
        raise NoNode(failed.stderr.strip()[-500:]) from failed
    except (OSError, subprocess.TimeoutExpired) as failed:
        raise NoNode(str(failed)) from failed
    return done.stdout
