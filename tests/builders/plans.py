"""Care plans for the stories: a running one in a line, or an admission to look at on its way."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from auth.people import Person
from scheduling.aftercare.admitting import Admission, blank_admission, keep_draft
from scheduling.aftercare.arrangement import Arrangement
from scheduling.aftercare.contact_schedule import ContactLine
from scheduling.aftercare.plan_confirming import confirm_plan
from scheduling.aftercare.plan_records import CarePlan, PlanTemplate
from scheduling.aftercare.templates import add_template, lay_default

SHORT = (
    ContactLine("call", 1, window=2),
    ContactLine("follow_up", 3, window=4, booked=True),
    ContactLine("checkup", 1, last=22, every=7, window=6, booked=True),
    ContactLine("check_in", 7, last=28, every=7, window=6, code="check-in"),
    ContactLine("measure", 0, last=30, every=30, window=10, code="phq-9"),
)
"""A month: one call, one follow-up by day 7, four weekly checkups, four check-ins, two measures."""


def a_template(
    session: Session,
    by: Person,
    lines: tuple[ContactLine, ...] = SHORT,
    *,
    now: datetime,
    title: str = "A month",
) -> PlanTemplate:
    return add_template(session, title, lines, by=by.id, now=now)


def an_admission(
    session: Session,
    member: Person,
    practitioner: Person,
    *,
    now: datetime,
    template: PlanTemplate | None = None,
    **chosen: Any,
) -> Admission:
    """By the practitioner, today, on Mondays at ten unless `chosen` says otherwise; nothing is kept of it."""
    lay_default(session, now=now)
    told = blank_admission(session, member.id, by=practitioner.id, now=now)
    assert told is not None
    arranged = {name: chosen.pop(name) for name in tuple(chosen) if name in Arrangement.__dataclass_fields__}
    template_id = template.id if template else told.template_id
    return replace(told, template_id=template_id, arrangement=Arrangement(**arranged), **chosen)


def a_running_plan(
    session: Session, member: Person, practitioner: Person, *, now: datetime, **chosen: Any
) -> CarePlan:
    """Confirmed; without services in `chosen` nothing is booked, and all that the staff does is due."""
    told = an_admission(session, member, practitioner, now=now, **chosen)
    keep_draft(session, member.id, told, seen=None, by=practitioner.id, now=now)
    return confirm_plan(session, member.id, by=practitioner.id, now=now)


def a_month_begun(
    session: Session, member: Person, practitioner: Person, starts_on: date, *, now: datetime, **chosen: Any
) -> CarePlan:
    """A running plan of SHORT from that day on."""
    template = a_template(session, practitioner, now=now)
    more = {"template": template, "starts_on": starts_on, **chosen}
    return a_running_plan(session, member, practitioner, now=now, **more)
