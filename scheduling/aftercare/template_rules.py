"""What a contact schedule may say. Pure."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from foundation.errors import DomainError
from foundation.plaintext import breaks_the_line, hides_something
from scheduling.aftercare.contact_schedule import KINDS, ContactLine

LONGEST_TITLE, MOST_LINES, LAST_DAY = 80, 30, 1826
BOOKED_DAYS, MOST_BOOKED, _WEEK = 366, 53, 7


class BadTemplate(DomainError):
    """`line` counts from nought; without one it is about the title, or the schedule as a whole."""

    code: ClassVar[str] = "bad_template"
    default: ClassVar[str] = "Something in this schedule does not fit."

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message, line=line)
        self.line = line


def tidy_title(title: str) -> str:
    return title.strip()


def require_fit(title: str, lines: Sequence[ContactLine]) -> None:
    """Raises BadTemplate for the first thing that does not fit."""
    trimmed = tidy_title(title)
    if not trimmed or len(trimmed) > LONGEST_TITLE or breaks_the_line(trimmed) or hides_something(trimmed):
        raise BadTemplate(f"Write a title on one line, up to {LONGEST_TITLE} letters.")
    if not any(line.by_staff for line in lines):
        raise BadTemplate("Plan at least one contact of your own: a call, a follow-up or a checkup.")
    if len(lines) > MOST_LINES:
        raise BadTemplate(f"Keep to {MOST_LINES} lines.")
    for number, line in enumerate(lines):
        for problem in _problems(line):
            raise BadTemplate(problem, number)


def _problems(line: ContactLine) -> Iterator[str]:
    if line.kind not in KINDS:
        yield "Choose what kind of contact it is."
    if not (0 <= line.first <= LAST_DAY and 0 <= line.last <= LAST_DAY):
        yield f"Days count from 0, the day of discharge, to {LAST_DAY}, five years on."
    if line.last and line.last < line.first:
        yield "It ends before it begins. Look at its two days again."
    if not (0 <= line.every <= LAST_DAY and 0 <= line.window <= LAST_DAY):
        yield "Write how often and how long as whole days."
    if line.last > line.first and not line.every:
        yield "Write how many days lie between two of them, or leave out the last day."
    if line.every and line.window >= line.every:
        yield "Each has to be over before the next begins: give it fewer days than lie between two."
    if line.kind in {"measure", "check_in"} and not line.code:
        yield "Choose which questions are asked."
    yield from _booking_problems(line)


def _booking_problems(line: ContactLine) -> Iterator[str]:
    if not line.booked:
        return
    if not line.by_staff:
        yield "Only calls, follow-ups and checkups can be booked."
    if line.every % _WEEK:
        yield "What is booked comes every so many weeks: choose 7, 14, 21 or 28 days."
    if line.days[-1] > BOOKED_DAYS or len(line.days) > MOST_BOOKED:
        yield "Appointments are booked up to a year ahead. Plan what comes later without booking it."
    if line.repeats and line.window < _WEEK - 1:
        yield "Leave six days or more for each, so that it can fall on any day of the week."
