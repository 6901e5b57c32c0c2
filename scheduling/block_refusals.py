"""Why a time cannot be blocked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from foundation.errors import DomainError
from scheduling.availability import Interval


@dataclass(frozen=True)
class Standing:
    """An appointment in the way; plain facts, because the refused transaction takes its rows along."""

    id: str
    member_name: str
    starts_at: datetime


class UnknownBlock(DomainError):
    code: ClassVar[str] = "unknown_block"
    default: ClassVar[str] = "There is no such block. The calendar shows those there are."


class BadBlock(DomainError):
    """Backwards, longer than a day, too far away, or with a title too long."""

    code: ClassVar[str] = "bad_block"
    default: ClassVar[str] = "A block must end after it starts, within 24 hours. Change one of the two times."


class BlockOver(DomainError):
    code: ClassVar[str] = "block_over"
    default: ClassVar[str] = "That time is over. Choose one that has not ended yet."


class BlockOverlaps(DomainError):
    """Something stands there: `taken` says when, `appointments` are those of it that can be moved."""

    code: ClassVar[str] = "block_overlaps"
    default: ClassVar[str] = "Something stands in that time. Move it first, or choose another time."

    def __init__(self, taken: Sequence[Interval] = (), appointments: Sequence[Standing] = ()) -> None:
        super().__init__()
        self.taken = list(taken)
        self.appointments = list(appointments)

    @property
    def first(self) -> datetime | None:
        """When the first thing in the way begins."""
        return min((start for start, _end in self.taken), default=None)
