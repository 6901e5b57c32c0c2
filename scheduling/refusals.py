"""Why a time cannot be had, or an appointment not be changed."""

from collections.abc import Sequence
from typing import ClassVar

from foundation.errors import DomainError
from scheduling.openings import Slot


class UnknownAppointment(DomainError):
    code: ClassVar[str] = "unknown_appointment"
    default: ClassVar[str] = "There is no such appointment. Your calendar shows those there are."


class SlotTaken(DomainError):
    """Somebody was faster; `alternatives` are free times, the nearest first."""

    code: ClassVar[str] = "slot_taken"
    default: ClassVar[str] = "That time has just been taken. Choose another one."

    def __init__(self, message: str | None = None, alternatives: Sequence[Slot] = ()) -> None:
        super().__init__(message, alternatives=list(alternatives))
        self.alternatives: list[Slot] = list(alternatives)


class NotASlot(DomainError):
    code: ClassVar[str] = "not_a_slot"
    default: ClassVar[str] = "Nothing can be booked at that time. Choose one of the times shown."


class OutsideNotice(DomainError):
    code: ClassVar[str] = "outside_notice"
    default: ClassVar[str] = "That time is too soon to book. Choose a later one."


class BeyondHorizon(DomainError):
    code: ClassVar[str] = "beyond_horizon"
    default: ClassVar[str] = "That time is too far ahead to book yet. Choose an earlier one."


class LimitReached(DomainError):
    """The practitioner gives no more sessions on that day, or in that week."""

    code: ClassVar[str] = "limit_reached"
    default: ClassVar[str] = "No more sessions are given on that day. Choose a time on another one."


class Stale(DomainError):
    code: ClassVar[str] = "stale"
    default: ClassVar[str] = "This appointment was changed meanwhile. Look at it again, then decide."


class AlreadyOver(DomainError):
    code: ClassVar[str] = "already_over"
    default: ClassVar[str] = "This appointment has begun or is over, so it stays as it is."


class AlreadyCancelled(DomainError):
    code: ClassVar[str] = "already_cancelled"
    default: ClassVar[str] = "This appointment is cancelled already. Book a new time if you like."


class KeyReused(DomainError):
    code: ClassVar[str] = "key_reused"
    default: ClassVar[str] = "This request was sent before with other contents. Start again from the form."
