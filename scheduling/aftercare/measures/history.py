"""How one member's answers went over time, for themselves and for those who look after them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.errors import DomainError
from scheduling.aftercare.measures.measure import CHECK_IN
from scheduling.aftercare.measures.records import MeasureResponse
from scheduling.aftercare.measures.responses import Score, score_from
from scheduling.kept_weeks import WEEKS, KeptWeeks, kept_weeks

SHOWN = 26
"""Half a year of weeks: as many as a small plot carries."""


class UnknownResponse(DomainError):
    code = "unknown_response"
    default = "There are no answers at this address."


@dataclass(frozen=True)
class Sitting:
    """One time that a measure was sent. `points` is what each chosen answer counted."""

    response_id: str
    score: Score
    points: Mapping[str, int] = field(default_factory=dict)


def sittings_of(session: Session, member_id: str, code: str, *, most: int = SHOWN) -> list[Sitting]:
    """The newest ones, the oldest of these first."""
    sent = select(MeasureResponse.id, MeasureResponse.completed_at, MeasureResponse.score).where(
        MeasureResponse.member_id == member_id,
        MeasureResponse.code == code,
        MeasureResponse.completed_at.is_not(None),
    )
    newest: list[Any] = list(session.execute(sent.order_by(MeasureResponse.completed_at.desc()).limit(most)))
    return [_sitting(*one) for one in reversed(newest)]


def codes_answered(session: Session, member_id: str) -> set[str]:
    """The measures of which the member has sent any."""
    sent = MeasureResponse.member_id == member_id, MeasureResponse.completed_at.is_not(None)
    return set(session.scalars(select(MeasureResponse.code).where(*sent).distinct()))


def find_sent(session: Session, member_id: str, response_id: str) -> MeasureResponse:
    """A sitting of this member that was sent. Raises UnknownResponse."""
    found = session.get(MeasureResponse, response_id)
    if found is None or found.member_id != member_id or found.completed_at is None:
        raise UnknownResponse
    return found


def answers_in(response: MeasureResponse | None) -> dict[str, str]:
    """By item id, as typed; empty before anything was answered."""
    answers: dict[str, str] = json.loads(response.answers) if response is not None else {}
    return answers


def weeks_checked_in(session: Session, member_id: str, *, now: datetime, zone: ZoneInfo) -> KeptWeeks:
    """The last twelve weeks of `zone`, and whether the member checked in; a lapse is only a week."""
    theirs = MeasureResponse.member_id == member_id, MeasureResponse.code == CHECK_IN
    lately = MeasureResponse.completed_at > now - timedelta(weeks=WEEKS + 1)
    sent = session.scalars(select(MeasureResponse.completed_at).where(*theirs, lately))
    return kept_weeks([at.astimezone(zone).date() for at in sent if at], now.astimezone(zone).date())


def _sitting(response_id: str, at: datetime, kept: str) -> Sitting:
    """From the score alone: the answers stay sealed."""
    return Sitting(response_id, score_from(at, kept), json.loads(kept)["points"])
