"""Stepping a plan up or down: the contacts ahead follow the new level."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from foundation import audit
from foundation.database import lock
from foundation.errors import DomainError
from scheduling.aftercare.contact_schedule import ContactLine, DueContact, schedule_of
from scheduling.aftercare.giving_back import give_back_contacts
from scheduling.aftercare.plan_contacts import contacts_of
from scheduling.aftercare.plan_records import OPEN, CarePlan, ContactState, PlannedContact
from scheduling.aftercare.plans import find_active, find_plan
from scheduling.aftercare.templates import find_template, lines_of

LEVELS = (-1, 0, 1)
_Key = tuple[str, str, date]


class NoFurtherStep(DomainError):
    code: ClassVar[str] = "no_further_step"
    default: ClassVar[str] = "This plan is at that end already. Change single contacts instead."


class NoReason(DomainError):
    code: ClassVar[str] = "no_reason"
    default: ClassVar[str] = "Say why in a line or two; whoever looks next will want to know."


def apply_step(
    session: Session, plan_id: str, direction: int, *, reason: str, by: str, now: datetime
) -> CarePlan:
    """Take the plan one level up (1) or down (-1) from tomorrow on, and say why.

    Up: a call stands between any two regular contacts. Down: every second regular one is left out, and its
    appointment given back. What was left out comes back as due on the way up; somebody books it again.
    The reason is clinical text: it stays sealed with whoever keeps the decision, and the audit trail only
    says that there was one. Raises UnknownPlan, PlanNotRunning, NoReason, and NoFurtherStep at either end.
    """
    if not reason.strip():
        raise NoReason
    plan = _locked(session, plan_id)
    level = plan.level + direction
    if direction not in {1, -1} or level not in LEVELS:
        raise NoFurtherStep
    before, plan.level, plan.changed_at = plan.level, level, now
    plan.revision += 1
    changed = _follow(session, plan, by, now)
    detail = {"member": plan.member_id, "from": before, "to": level, **changed}
    audit.record(
        session, actor=by, action="plan.step", kind="plan", object_id=plan.id, now=now, detail=detail
    )
    return plan


def _locked(session: Session, plan_id: str) -> CarePlan:
    plan = find_plan(session, plan_id)
    lock(session, f"plan:{plan.member_id}", f"time:{plan.member_id}", f"time:{plan.practitioner_id}")
    return find_active(session, plan_id)


def _follow(session: Session, plan: CarePlan, by: str, now: datetime) -> dict[str, int]:
    """Drop what the new level leaves out, and promise what it adds."""
    lines = lines_of(find_template(session, plan.template_id))
    today = now.astimezone(ZoneInfo(plan.timezone)).date()
    wanted, regular = _rhythm(lines, plan, today), _every_level(lines, plan)
    there = {_key(one): one for one in contacts_of(session, plan.id, hold=True)}
    ahead = [one for key, one in there.items() if key in regular and one.due_from > today]
    dropped = [one for one in ahead if one.state in OPEN and _key(one) not in wanted]
    back = [one for one in ahead if one.state == ContactState.DROPPED and _key(one) in wanted]
    give_back_contacts(session, dropped, by=by, now=now)
    for one in back:
        one.state, one.done_at = ContactState.DUE.value, None
    new = [due for key, due in wanted.items() if key not in there]
    session.add_all(promised(plan, due) for due in new)
    session.flush()
    return {"dropped": len(dropped), "added": len(new) + len(back)}


def promised(plan: CarePlan, due: DueContact) -> PlannedContact:
    """The row of a contact that nothing is booked for."""
    return PlannedContact(
        plan_id=plan.id,
        member_id=plan.member_id,
        practitioner_id=plan.practitioner_id,
        kind=due.kind,
        code=due.code,
        due_from=due.due_from,
        due_by=due.due_by,
        state=ContactState.DUE.value,
    )


def _rhythm(lines: Sequence[ContactLine], plan: CarePlan, today: date) -> Mapping[_Key, DueContact]:
    found = schedule_of(_regular(lines), plan.starts_on, level=plan.level)
    return {one.key: one for one in found if one.due_from > today}


def _every_level(lines: Sequence[ContactLine], plan: CarePlan) -> frozenset[_Key]:
    """Whatever belongs to the rhythm at any level; contacts that stand by themselves are never touched."""
    every = (schedule_of(_regular(lines), plan.starts_on, level=level) for level in LEVELS)
    return frozenset(one.key for found in every for one in found)


def _regular(lines: Sequence[ContactLine]) -> list[ContactLine]:
    return [one for one in lines if one.by_staff and one.repeats]


def _key(one: PlannedContact) -> _Key:
    return one.kind, one.code, one.due_from
