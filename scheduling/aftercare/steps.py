"""StepUp and StepDown: proposed by rules, decided by a clinician who says why, applied to the plan."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.audit import record
from foundation.columns import new_id
from foundation.errors import DomainError
from scheduling.aftercare.concerns import checked_reason, hold_care
from scheduling.aftercare.plan_records import CarePlan
from scheduling.aftercare.plans import PlanNotRunning, active_plan
from scheduling.aftercare.rules import CareRules, Finding, step_found
from scheduling.aftercare.step_records import Direction, Step, StepState
from scheduling.aftercare.stepping import apply_step

_DECIDED = (StepState.ACCEPTED, StepState.DECLINED)


class StepDecided(DomainError):
    code: ClassVar[str] = "step_decided"
    default: ClassVar[str] = "Somebody has decided this meanwhile. Nothing was changed by you."


def open_step(session: Session, member_id: str) -> Step | None:
    """What waits for a decision, if anything does."""
    these = Step.member_id == member_id, Step.state == StepState.PROPOSED
    return session.scalar(select(Step).where(*these).order_by(Step.proposed_at.desc()).limit(1))


def steps_of(session: Session, member_id: str, *, limit: int = 20) -> list[Step]:
    """Those that were decided, the latest first."""
    these = Step.member_id == member_id, Step.state.in_(_DECIDED)
    return list(session.scalars(select(Step).where(*these).order_by(Step.decided_at.desc()).limit(limit)))


def settle_steps(
    session: Session,
    plan: CarePlan,
    standing: Step | None,
    resting: Collection[int],
    findings: Sequence[Finding],
    *,
    now: datetime,
) -> bool:
    """Propose what the findings speak for, let lapse what they no longer do; whether anything changed.

    `standing` is what waits for a decision; the directions in `resting` were decided lately. The caller
    holds the member's care.
    """
    direction, spoken = step_found(findings, plan.level)
    words = "\n".join(one.words for one in spoken)
    if standing is not None and standing.direction == direction and standing.plan_id == plan.id:
        changed = standing.grounds != words
        standing.grounds = words
        return changed
    if standing is not None:
        standing.state, standing.decided_at = StepState.LAPSED.value, now
    if direction == 0 or direction in resting:
        return standing is not None
    _propose(session, plan, direction, words, now)
    return True


def decided_lately(
    session: Session, member_ids: Collection[str], rules: CareRules, *, now: datetime
) -> dict[str, set[int]]:
    """By member, the directions that somebody decided about so lately that they are not proposed again."""
    longest = max(rules.step_again_after.values())
    these = (
        Step.member_id.in_(member_ids),
        Step.state.in_(_DECIDED),
        Step.decided_at > now - timedelta(longest),
    )
    found: dict[str, set[int]] = {}
    for member_id, direction, at in session.execute(
        select(Step.member_id, Step.direction, Step.decided_at).where(*these)
    ):
        if at is not None and at > now - timedelta(days=rules.step_again_after[direction]):
            found.setdefault(member_id, set()).add(direction)
    return found


def decide_step(session: Session, step_id: str, *, accept: bool, reason: str, by: str, now: datetime) -> Step:
    """Take the step or leave it, with a reason; taken, the plan follows at once.

    Raises StepDecided, ReasonNeeded, PlanNotRunning, NoFurtherStep.
    """
    step = session.get(Step, step_id)
    if step is None:
        raise StepDecided
    hold_care(session, step.member_id)
    session.refresh(step)
    if step.state != StepState.PROPOSED:
        raise StepDecided
    _decide(session, step, accept, checked_reason(reason), by, now)
    return step


def take_step(
    session: Session,
    member_id: str,
    direction: Direction,
    *,
    reason: str,
    seen: int | None = None,
    by: str,
    now: datetime,
) -> Step:
    """A clinician's own step, which no rule spoke for. An open proposal is decided by it.

    `seen` is the plan's level as the page showed it: a second touch of the button takes no second step.
    Raises ReasonNeeded, PlanNotRunning, StepDecided, NoFurtherStep.
    """
    hold_care(session, member_id)
    plan, kept = active_plan(session, member_id), checked_reason(reason)
    if plan is None:
        raise PlanNotRunning
    if seen is not None and seen != plan.level:
        raise StepDecided
    standing = open_step(session, member_id)
    if standing is not None and standing.direction == direction:
        _decide(session, standing, True, kept, by, now)
        return standing
    if standing is not None:
        _decide(session, standing, False, kept, by, now)
    step = _propose(session, plan, direction, "", now)
    _decide(session, step, True, kept, by, now)
    return step


def _decide(session: Session, step: Step, accept: bool, reason: str, by: str, now: datetime) -> None:
    step.state = (StepState.ACCEPTED if accept else StepState.DECLINED).value
    step.decided_at, step.decided_by, step.reason = now, by, reason
    session.flush()
    if accept:
        apply_step(session, step.plan_id, step.direction, reason=reason, by=by, now=now)
    detail = {"direction": step.direction, "state": step.state, "asked": bool(step.grounds)}
    record(session, actor=by, action="step.decided", kind="step", object_id=step.id, now=now, detail=detail)


def _propose(session: Session, plan: CarePlan, direction: int, words: str, now: datetime) -> Step:
    step = Step(
        id=new_id(), member_id=plan.member_id, plan_id=plan.id, direction=direction, grounds=words,
        proposed_at=now,
    )  # fmt: skip
    session.add(step)
    if words:
        record(session, actor=None, action="step.proposed", kind="step", object_id=step.id, now=now,
               detail={"direction": direction})  # fmt: skip
    return step
