"""Numbered lines, one after the other: the next is sent when everybody has the last."""

import re
import time
from collections.abc import Callable

from benchmarks.load.answers import require_yes
from benchmarks.load.crowd import Crowd
from benchmarks.load.member import Member
from benchmarks.load.tally import Tally

_LINE = re.compile(rb"line (\d+) ")
Speak = Callable[[Member, int, str], None]
SAMPLE = "line {} of the evening: the kettle is on, the kitchen is quiet, and it is good to sit here again."


def words(line: int, letters: int) -> str:
    """A line of chat of so many letters that nobody has to hold back."""
    said = SAMPLE.format(line)
    return said + "~" * (letters - len(said))


def relay(crowd: Crowd, speak: Speak, *, lines: int, letters: int, speakers: int, patience: float) -> Tally:
    """Each line comes from another of the first `speakers` members; the very first, at the desk, is silent.

    Raises TookTooLong, HungUp.
    """
    tally = Tally(len(crowd.members))
    deadline = time.perf_counter() + patience
    for line in range(1, lines + 1):
        sent = time.perf_counter()
        speak(crowd.members[1 + line % (speakers - 1)], line, words(line, letters))
        for member, message, at in crowd.hear(deadline):
            if message.startswith(b"43"):
                require_yes(member, message)
            elif found := _LINE.search(message):
                tally.size = len(message)
                tally.note(member.number, int(found[1]), (at - sent) * 1000)
                if tally.has_everybody(line):
                    break
            else:
                tally.others += 1
    return tally
