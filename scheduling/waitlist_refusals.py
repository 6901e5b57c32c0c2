"""Why an offer cannot be taken, or nobody can wait."""

from typing import ClassVar

from foundation.errors import DomainError


class UnknownWait(DomainError):
    code: ClassVar[str] = "unknown_wait"
    default: ClassVar[str] = "You are not waiting for that. Your waiting list shows what you wait for."


class NoOffer(DomainError):
    code: ClassVar[str] = "no_offer"
    default: ClassVar[str] = "There is no offer to answer here yet. We write to you when a time comes free."


class OfferOver(DomainError):
    """Its time was up: the next person has it, or it is free for everybody."""

    code: ClassVar[str] = "offer_over"
    default: ClassVar[str] = (
        "That offer has ended, so the time went to the next person. You are still on the list."
    )


class NotForWaiting(DomainError):
    """It does not match: the date is not the group's, or the group is over."""

    code: ClassVar[str] = "not_for_waiting"
    default: ClassVar[str] = "There is nothing to wait for there. Choose one of the times shown."
