"""The process that reads what strangers wrote: it limits itself first, reads, answers in JSON, and ends.

It gets its bytes and its limits through a pipe, has no environment, no settings and no database, and may
write no file. Run as `python -m scheduling.calendars.importing.child`.
"""

import json
import resource
import sys
from collections.abc import Callable
from typing import Any

from foundation.errors import DomainError
from scheduling.calendars.importing.budget import within
from scheduling.calendars.importing.reading import read_calendar
from scheduling.calendars.importing.refusals import CalendarRefused
from scheduling.calendars.replying.reading import read_reply
from scheduling.meeting_guide.reading import read_meetings

_OPEN_FILES = 64
_GRACE_SECONDS = 1
Reader = Callable[..., Any]
READERS: dict[str, Reader] = {
    "calendar": lambda data, asked: read_calendar(data, zone=asked["zone"], now=asked["now"]),
    "meetings": lambda data, asked: read_meetings(data),
    "reply": lambda data, asked: read_reply(data),
}


def main() -> None:
    """One line of JSON that says what to do, then the bytes; one line of JSON back."""
    asked = json.loads(sys.stdin.buffer.readline())
    limit(asked["seconds"], asked["memory"])
    answer = _answer(asked)
    sys.stdout.write(json.dumps(answer))


def limit(seconds: float, memory: int) -> None:
    """What this process may use from now on: processor time in seconds, memory in bytes, and no new file."""
    cpu = int(seconds) + _GRACE_SECONDS
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + _GRACE_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(asked: dict[str, Any]) -> dict[str, Any]:
    try:
        with within(asked["seconds"], whole=True):
            return {"read": READERS[asked["what"]](sys.stdin.buffer.read(), asked).as_json()}
    except DomainError as refusal:
        return {"refused": [str(refusal.details.get("rule", refusal.code)), refusal.message]}
    except (MemoryError, RecursionError):
        memory = CalendarRefused("memory", "reading it takes more memory than a calendar may")
        return {"refused": [memory.rule, memory.words]}


if __name__ == "__main__":
    main()
