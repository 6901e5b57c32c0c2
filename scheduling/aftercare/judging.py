"""Holding members against the rules: what they say today becomes concerns and proposals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduling.aftercare.concern_records import Concern
from scheduling.aftercare.concerns import hold_care, settle_concerns
from scheduling.aftercare.facts_read import Followed, followed, read_facts
from scheduling.aftercare.plan_records import CarePlan
from scheduling.aftercare.plans import active_plan
from scheduling.aftercare.rules import CareRules, Finding, judge
from scheduling.aftercare.rules_file import care_rules
from scheduling.aftercare.step_records import Step, StepState
from scheduling.aftercare.steps import settle_steps


@dataclass(frozen=True)
class Judged:
    """What the rules say of one member now."""

    member: Followed
    findings: tuple[Finding, ...]


def judge_members(
    session: Session, members: Sequence[Followed], rules: CareRules, *, now: datetime
) -> list[Judged]:
    """What the rules say of each, and nothing written."""
    facts = read_facts(session, members, rules.measures, now=now)
    return [Judged(one, tuple(judge(facts[one.member_id], rules))) for one in members]


def to_settle(session: Session, judged: Sequence[Judged]) -> list[Judged]:
    """Those about whom something is found, or about whom something stands: for all others nothing changes."""
    ids = [one.member.member_id for one in judged]
    standing = set(
        session.scalars(
            select(Concern.member_id).where(Concern.member_id.in_(ids), Concern.ended_at.is_(None))
        )
    )
    standing |= set(
        session.scalars(
            select(Step.member_id).where(Step.member_id.in_(ids), Step.state == StepState.PROPOSED)
        )
    )
    return [one for one in judged if one.findings or one.member.member_id in standing]


def settle(session: Session, judged: Judged, rules: CareRules, *, now: datetime) -> bool:
    """Bring one member's concerns and proposal in line. False when nothing changed, or the plan is over."""
    hold_care(session, judged.member.member_id)
    plan = session.get(CarePlan, judged.member.plan_id)
    if plan is None or plan.ended_at is not None:
        return False
    changed = settle_concerns(session, plan.member_id, judged.findings, rules, now=now)
    return settle_steps(session, plan, judged.findings, rules, now=now) or bool(changed)


def judge_again(session: Session, member_id: str, *, now: datetime) -> None:
    """Something happened just now, such as a check-in: hold this one member against the rules at once."""
    plan = active_plan(session, member_id)
    if plan is None:
        return
    rules = care_rules()
    for one in judge_members(session, followed(session, CarePlan.id == plan.id), rules, now=now):
        settle(session, one, rules, now=now)
