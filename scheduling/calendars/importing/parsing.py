"""Has somebody else's bytes read in a process that can be killed, and never in our own."""

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from scheduling.calendars.importing.reading import Reading
from scheduling.calendars.importing.refusals import CalendarRefused, too_large, too_slow

_HOUSE = Path(__file__).parents[3]
_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Limits:
    """Bytes that are looked at, seconds of processor time, seconds by the clock, bytes of memory."""

    bytes: int
    seconds: float
    patience: float
    memory: int = 200 * _MEGABYTE


UPLOAD = Limits(_MEGABYTE, seconds=1.0, patience=10)
FETCHED = Limits(10 * _MEGABYTE, seconds=10, patience=60)
"""A calendar of 5,000 entries has 2 to 5 MB, and nobody waits for it at a form."""


def parse_calendar(data: bytes, *, zone: str, now: datetime, limits: Limits) -> Reading:
    """The busy time in a file. `zone` is the owner's. Raises CalendarRefused."""
    asked: dict[str, Any] = {"what": "calendar", "zone": zone, "now": int(now.timestamp())}
    read: dict[str, Any] = parse(data, asked, limits)
    found = {name: [(start, end) for start, end in read[name]] for name in ("timed", "whole_days")}
    return Reading(**{**read, **found})


def parse(data: bytes, asked: dict[str, Any], limits: Limits) -> Any:
    """What one of the child's readers makes of the bytes. Raises CalendarRefused."""
    if len(data) > limits.bytes:
        raise too_large(limits.bytes)
    head = json.dumps(asked | {"seconds": limits.seconds, "memory": limits.memory}).encode()
    answer = json.loads(_run(head + b"\n" + data, limits) or b"{}")
    if "read" in answer:
        return answer["read"]
    raise CalendarRefused(*answer["refused"]) if "refused" in answer else too_slow()


def _run(sent: bytes, limits: Limits) -> bytes:
    command = [sys.executable, "-m", "scheduling.calendars.importing.child"]
    pipes: dict[str, Any] = {
        "stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL,
    }  # fmt: skip
    with subprocess.Popen(command, cwd=_HOUSE, env=_ENVIRONMENT, **pipes) as child:  # noqa: S603 - our own
        try:
            answer: bytes = child.communicate(sent, timeout=limits.patience)[0]
        except subprocess.TimeoutExpired:
            raise too_slow() from None
        finally:
            child.kill()
    return answer
