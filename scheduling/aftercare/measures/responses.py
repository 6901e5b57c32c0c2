"""What was answered, for those who follow it: scores over time, the last check-in, what is due."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduling.aftercare.measures.catalogue import measures
from scheduling.aftercare.measures.measure import CHECK_IN
from scheduling.aftercare.measures.records import MeasureResponse
from scheduling.aftercare.plan_contacts import due_contacts
from scheduling.aftercare.plan_records import ContactKind

_SCORED = MeasureResponse.completed_at, MeasureResponse.score
ANSWERED = frozenset({ContactKind.CHECK_IN, ContactKind.MEASURE})
_AT_ONCE = 500
"""Members asked about in one statement: SQLite takes so many parameters and no more."""


@dataclass(frozen=True)
class Score:
    """What one sitting came to. `level` runs from 0 (nothing to do) to 4 (severe) in every measure."""

    at: datetime
    value: int
    band: str
    level: int


@dataclass(frozen=True)
class Due:
    """A measure to answer, and until when (a local day of the plan). `is_started`: some answers are kept."""

    code: str
    title: str
    due_by: date
    planned_contact_id: str
    is_started: bool


def due_measures(session: Session, member_id: str, *, today: date) -> list[Due]:
    """What the member's plan asks for on this local day, the most pressing first; each measure once.

    Of several that were not answered the newest counts: nobody is asked to make up for quiet weeks.
    """
    asked = {code: one for code, one in measures().items() if one.is_asked}
    begun = _begun(session, member_id)
    newest: dict[str, Due] = {}
    for one in due_contacts(session, member_ids=[member_id], today=today):
        if one.kind in ANSWERED and one.code in asked:
            newest[one.code] = Due(one.code, asked[one.code].title, one.due_by, one.id, one.code in begun)
    return sorted(newest.values(), key=lambda due: (due.due_by, due.code))


def unsent_response(session: Session, member_id: str, code: str) -> MeasureResponse | None:
    """What the member has begun and not sent yet."""
    theirs = MeasureResponse.member_id == member_id, MeasureResponse.code == code
    return session.scalar(select(MeasureResponse).where(*theirs, MeasureResponse.completed_at.is_(None)))


def _begun(session: Session, member_id: str) -> set[str]:
    unsent = MeasureResponse.member_id == member_id, MeasureResponse.completed_at.is_(None)
    return set(session.scalars(select(MeasureResponse.code).where(*unsent)))


def scores_of(
    session: Session, member_ids: Iterable[str], codes: Iterable[str], *, since: datetime
) -> dict[tuple[str, str], list[Score]]:
    """Scores sent since then by (member, code), the oldest first. Who has none is not in it."""
    found: dict[tuple[str, str], list[Score]] = defaultdict(list)
    wanted = MeasureResponse.code.in_(sorted(set(codes))), MeasureResponse.completed_at >= since
    for some in _in_parts(member_ids):
        sent = select(MeasureResponse.member_id, MeasureResponse.code, *_SCORED).where(
            MeasureResponse.member_id.in_(some), *wanted
        )
        rows: Iterable[Any] = session.execute(sent.order_by(MeasureResponse.completed_at))
        for member_id, code, at, kept in rows:
            found[member_id, code].append(score_from(at, kept))
    return dict(found)


def score_from(at: datetime, kept: str) -> Score:
    """The score as it was written when it was sent."""
    told = json.loads(kept)
    return Score(at, told["value"], told["band"], told["level"])


def last_check_ins(session: Session, member_ids: Iterable[str]) -> dict[str, datetime]:
    """When each last sent a check-in. Who never did is not in it."""
    found: dict[str, datetime] = {}
    for some in _in_parts(member_ids):
        last = func.max(MeasureResponse.completed_at)
        sent = select(MeasureResponse.member_id, last).where(
            MeasureResponse.member_id.in_(some),
            MeasureResponse.code == CHECK_IN,
            MeasureResponse.completed_at.is_not(None),
        )
        rows: Iterable[Any] = session.execute(sent.group_by(MeasureResponse.member_id))
        found.update({member_id: at for member_id, at in rows})  # noqa: C416 - rows are no pairs to dict()
    return found


def _in_parts(member_ids: Iterable[str]) -> Iterator[Sequence[str]]:
    everybody = sorted(set(member_ids))
    for start in range(0, len(everybody), _AT_ONCE):
        yield everybody[start : start + _AT_ONCE]
