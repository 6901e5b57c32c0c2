"""The caseload at a glance: one line for each member, and the numbers above them."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduling.aftercare.concern_records import Concern
from scheduling.aftercare.measures.responses import Score, scores_of
from scheduling.aftercare.plans import week_of_plan
from scheduling.aftercare.quiet import QUIET_DAYS, LastSign, last_signs, quiet_days
from scheduling.aftercare.step_records import Step, StepState
from scheduling.aftercare.worklist import Cared, cared_by
from scheduling.aftercare.worklist_reach import Reach, reach_of
from scheduling.attendance_journal import attended

LATELY = timedelta(days=28)
_SCORED = timedelta(days=100)


@dataclass(frozen=True)
class Trend:
    """A measure's newest score, and how far it lies above the one before; None for a first one."""

    score: Score
    change: int | None


@dataclass(frozen=True)
class CaseLine:
    """One member. `week` of the plan counts from 1, `meetings` the last four weeks; `trends` by measure."""

    member: Cared
    week: int
    concerns: int
    meetings: int
    last: LastSign | None
    reach: Reach
    trends: dict[str, Trend]


@dataclass(frozen=True)
class Caseload:
    """The numbers are of everybody, `lines` of one page."""

    total: int
    concerned: int
    quiet: int
    steps: int
    closer: int
    wider: int
    lines: tuple[CaseLine, ...]


def caseload(
    session: Session,
    practitioner_id: str,
    codes: Sequence[str],
    *,
    now: datetime,
    limit: int = 50,
    offset: int = 0,
) -> Caseload:
    """Everybody in this practitioner's care, by name, those with a concern first."""
    members = cared_by(session, practitioner_id, now=now)
    ids = [one.member_id for one in members]
    concerns, signs = _concerns(session, ids), last_signs(session, ids, now=now)
    members.sort(key=lambda one: -concerns[one.member_id])
    levels = Counter(one.level for one in members)
    return Caseload(
        total=len(members),
        concerned=len(concerns),
        quiet=sum(quiet_days(one, signs.get(one.member_id)) >= QUIET_DAYS for one in members),
        steps=_steps(session, ids),
        closer=levels[1],
        wider=levels[-1],
        lines=tuple(_lines(session, members[offset : offset + limit], codes, concerns, signs, now)),
    )


def _lines(
    session: Session,
    members: Sequence[Cared],
    codes: Sequence[str],
    concerns: Counter[str],
    signs: Mapping[str, LastSign],
    now: datetime,
) -> list[CaseLine]:
    ids = [one.member_id for one in members]
    reach = reach_of(session, ids, now=now)
    meetings = attended(session, ids, since=now - LATELY)
    scores = scores_of(session, ids, codes, since=now - _SCORED)
    return [
        CaseLine(
            member=one,
            week=week_of_plan(one.began, one.today),
            concerns=concerns[one.member_id],
            meetings=len(meetings.get(one.member_id, [])),
            last=signs.get(one.member_id),
            reach=reach.get(one.member_id, Reach()),
            trends={code: _trend(kept) for code in codes if (kept := scores.get((one.member_id, code)))},
        )
        for one in members
    ]


def _trend(scores: Sequence[Score]) -> Trend:
    newest = scores[-1]
    return Trend(newest, newest.value - scores[-2].value if len(scores) > 1 else None)


def _concerns(session: Session, member_ids: Collection[str]) -> Counter[str]:
    rows = (
        select(Concern.member_id, func.count())
        .where(Concern.member_id.in_(member_ids), Concern.ended_at.is_(None))
        .group_by(Concern.member_id)
    )
    return Counter(dict(session.execute(rows).all()))


def _steps(session: Session, member_ids: Collection[str]) -> int:
    these = Step.member_id.in_(member_ids), Step.state == StepState.PROPOSED
    return session.scalar(select(func.count()).select_from(Step).where(*these)) or 0
