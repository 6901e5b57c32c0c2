"""Why a series cannot be booked or changed as it was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from foundation.errors import DomainError
from scheduling.openings import Slot


@dataclass(frozen=True)
class DateConflict:
    """One local date that cannot be had, the code of why, and free times near it, the nearest first.

    The codes are those of booking one time, and `no_such_time` where the clocks jump over it.
    """

    date: date
    code: str
    alternatives: list[Slot] = field(default_factory=list)


class SeriesConflict(DomainError):
    """`conflicts` are exactly the dates that stand in the way, in order; nothing was written."""

    code: ClassVar[str] = "series_conflict"
    default: ClassVar[str] = "Some of these dates cannot be had. Choose other times, or leave them out."

    def __init__(self, conflicts: Sequence[DateConflict]) -> None:
        self.conflicts = list(conflicts)
        super().__init__(_words(self.conflicts), conflicts=self.conflicts)


class BadSeries(DomainError):
    code: ClassVar[str] = "bad_series"
    default: ClassVar[str] = "A series has 2 to 53 dates, one to twelve weeks apart, within a year."


class UnknownSeries(DomainError):
    code: ClassVar[str] = "unknown_series"
    default: ClassVar[str] = "There is no such series. Your calendar shows those there are."


class NotInSeries(DomainError):
    code: ClassVar[str] = "not_in_series"
    default: ClassVar[str] = "No date of the series from then on can change. Choose one that is ahead."


def _words(conflicts: Sequence[DateConflict]) -> str:
    """`Two of these dates cannot be had: 2 and 9 March.` Dates are local to the practitioner."""
    days = [f"{one.date.day} {one.date:%B}" for one in conflicts]
    if len(days) == 1:
        return f"One date cannot be had: {days[0]}. Choose another time for it, or leave it out."
    listed = f"{', '.join(days[:-1])} and {days[-1]}" if days else "none"
    return f"{len(days)} dates cannot be had: {listed}. Choose another time for each, or leave them out."
