"""What the rules say of a wished time before anybody presses a button: free, refused, or to be set aside."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from foundation.errors import DomainError
from scheduling.conflicts import Wish, require_open
from web.slot_loss import REFUSALS


@dataclass(frozen=True)
class Verdict:
    """`error` is the refusal, if any; `aside` the codes that an override sets aside, none if it cannot."""

    error: DomainError | None = None
    aside: tuple[str, ...] = ()

    @property
    def is_free(self) -> bool:
        return self.error is None

    @property
    def rules(self) -> list[str]:
        """The rules that are in the way, each in a sentence."""
        return rule_lines(self.aside)


_WORDS = {
    "not_a_slot": "It is outside the working hours, or between two of the usual starting times.",
    "outside_notice": "It is sooner than the notice that this service asks for.",
    "beyond_horizon": "It is further ahead than this service is booked.",
    "limit_reached": "The day or the week has as many sessions as it should have.",
    "imported_busy": "An outside calendar says busy.",
}


def rule_lines(codes: Iterable[str]) -> list[str]:
    """Each rule that an override sets aside, in a sentence."""
    return [_WORDS[code] for code in codes if code in _WORDS]


def verdict_on(session: Session, wish: Wish, *, now: datetime) -> Verdict:
    """Only looks; whoever takes the time is told again by the command itself."""
    try:
        require_open(session, wish, now=now)
    except REFUSALS as refusal:
        return _against(session, wish, refusal, now)
    return Verdict()


def _against(session: Session, wish: Wish, refusal: DomainError, now: datetime) -> Verdict:
    """What an override would meet: something taken stops it, and is the better thing to say."""
    try:
        return Verdict(refusal, require_open(session, replace(wish, override=True), now=now))
    except REFUSALS as stronger:
        return Verdict(stronger)
