"""What a process has cost so far, as the kernel counts it (Linux)."""

import os
from pathlib import Path

from tests.house import House

_PAGE = os.sysconf("SC_PAGE_SIZE")


def cpu_seconds(*pids: int) -> float:
    """In the process and in the kernel for it, over all its threads."""
    return sum(_nanoseconds(thread) for pid in pids for thread in Path(f"/proc/{pid}/task").iterdir()) / 1e9


def _nanoseconds(thread: Path) -> int:
    """What the scheduler counted for one thread: finer than the hundredths of a second of `stat`."""
    try:
        return int((thread / "schedstat").read_text().split()[0])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def resident_bytes(*pids: int) -> int:
    """What stands in memory of it."""
    return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE for pid in pids)


def web_processes(house: House) -> list[int]:
    """Those that hold the sockets: below the supervisor, and without children of their own."""
    parents = {int(one.name): _parent(one) for one in Path("/proc").iterdir() if one.name.isdecimal()}
    below = {house.server.pid}
    while more := {one for one, parent in parents.items() if parent in below} - below:
        below |= more
    leaves = below - set(parents.values())
    return [one for one in sorted(leaves) if "web.server" in _command(one)]


def _stat(pid: int) -> list[str]:
    """The fields from the third on; the second, the name, may hold anything."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _parent(folder: Path) -> int:
    try:
        return int(_stat(int(folder.name))[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
