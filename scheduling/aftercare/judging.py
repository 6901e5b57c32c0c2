"""Holding members against the rules: what they say today becomes concerns and proposals."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduling.aftercare.concern_records import Concern
from scheduling.aftercare.concerns import hold_care, seen_to_lately, settle_concerns
from scheduling.aftercare.facts_read import Followed, followed, read_facts
from scheduling.aftercare.passed_over import AWAY, BROKEN, note_passed_over, tell_passed_over
from scheduling.aftercare.plan_records import CarePlan, PlanStatus
from scheduling.aftercare.plans import active_plan
from scheduling.aftercare.rules import CareRules, Finding, judge, step_found
from scheduling.aftercare.rules_file import care_rules
from scheduling.aftercare.step_records import Step, StepState
from scheduling.aftercare.steps import decided_lately, settle_steps


@dataclass(frozen=True)
class Judged:
    """What the rules say of one member now."""

    member: Followed
    findings: tuple[Finding, ...]


@dataclass
class Standing:
    """What stands about one member: concerns, and a step that waits for a decision.

    The rules in `seen_to` and the directions in `resting` were decided by somebody lately.
    """

    concerns: list[Concern] = field(default_factory=list)
    step: Step | None = None
    seen_to: Collection[str] = ()
    resting: Collection[int] = ()


def judge_members(
    session: Session, members: Sequence[Followed], rules: CareRules, *, now: datetime
) -> list[Judged]:
    """What the rules say of each, and nothing written."""
    facts = read_facts(session, members, rules.measures, now=now)
    return [Judged(one, tuple(judge(facts[one.member_id], rules))) for one in members]


def to_settle(session: Session, judged: Sequence[Judged]) -> list[Judged]:
    """Those about whom anything else stands than is found. On most nights they are few."""
    standing = _standing(session, [one.member.member_id for one in judged])
    return [one for one in judged if not _agrees(one, standing.get(one.member.member_id, Standing()))]


def settle_all(session: Session, judged: Sequence[Judged], rules: CareRules, *, now: datetime) -> int:
    """Bring concerns and proposals in line with what was found; returns for how many anything changed.

    What stands, and whether the plan still runs, is looked at again once each member's care is held.
    """
    ids = [one.member.member_id for one in judged]
    hold_care(session, *ids)
    standing = _standing(session, ids)
    _add_decisions(session, standing, ids, rules, now)
    running = CarePlan.member_id.in_(ids), CarePlan.status == PlanStatus.ACTIVE
    plans = {plan.id: plan for plan in session.scalars(select(CarePlan).where(*running))}
    return sum(
        _settle(session, plans[one.member.plan_id], one, standing, rules, now)
        for one in judged
        if one.member.plan_id in plans
    )


def judge_again(session: Session, member_id: str, *, now: datetime) -> None:
    """Something happened just now, such as a check-in: hold this one member against the rules at once.

    Where that cannot be done it is noted, and what the member sent is kept all the same.
    """
    plan = active_plan(session, member_id)
    if plan is None:
        return
    try:
        with session.begin_nested():
            _judge_one(session, plan.id, now)
    except AWAY:
        raise
    except BROKEN as error:
        note_passed_over(session, plan.id, type(error).__name__, now=now)
        tell_passed_over(plan.id, type(error).__name__)


def _judge_one(session: Session, plan_id: str, now: datetime) -> None:
    rules = care_rules()
    members = followed(session, CarePlan.id == plan_id)
    settle_all(session, judge_members(session, members, rules, now=now), rules, now=now)


def _standing(session: Session, member_ids: Sequence[str]) -> dict[str, Standing]:
    found: dict[str, Standing] = {}
    concerns = select(Concern).where(Concern.member_id.in_(member_ids), Concern.ended_at.is_(None))
    for concern in session.scalars(concerns.order_by(Concern.raised_at)):
        found.setdefault(concern.member_id, Standing()).concerns.append(concern)
    steps = select(Step).where(Step.member_id.in_(member_ids), Step.state == StepState.PROPOSED)
    for step in session.scalars(steps.order_by(Step.proposed_at)):
        found.setdefault(step.member_id, Standing()).step = step
    return found


def _add_decisions(
    session: Session, standing: dict[str, Standing], ids: Sequence[str], rules: CareRules, now: datetime
) -> None:
    for one, seen_to in seen_to_lately(session, ids, rules, now=now).items():
        standing.setdefault(one, Standing()).seen_to = seen_to
    for one, resting in decided_lately(session, ids, rules, now=now).items():
        standing.setdefault(one, Standing()).resting = resting


def _agrees(judged: Judged, standing: Standing) -> bool:
    """Whether the same is found as stands, word for word."""
    held = {one.rule.name: (one.words, one.rule.concern) for one in judged.findings if one.rule.concern}
    direction, spoken = step_found(judged.findings, judged.member.level)
    words = "\n".join(one.words for one in spoken)
    step = standing.step
    proposed = (step.direction, step.grounds, step.plan_id) if step else (0, "", judged.member.plan_id)
    stands = {one.rule: (one.grounds, one.weight) for one in standing.concerns}
    return stands == held and proposed == (direction, words, judged.member.plan_id)


def _settle(
    session: Session,
    plan: CarePlan,
    judged: Judged,
    standing: dict[str, Standing],
    rules: CareRules,
    now: datetime,
) -> bool:
    one, found = standing.get(plan.member_id, Standing()), judged.findings
    changed = settle_concerns(session, plan.member_id, one.concerns, one.seen_to, found, rules, now=now)
    return settle_steps(session, plan, one.step, one.resting, found, now=now) or bool(changed)
