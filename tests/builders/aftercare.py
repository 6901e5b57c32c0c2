"""Members in somebody's care, with what was heard of them: for stories of rules and the worklist."""

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.contact_consents import ContactWay, agree_to_contact
from auth.people import Person
from foundation.columns import new_id
from scheduling.aftercare.concern_records import Concern
from scheduling.aftercare.measures.records import MeasureResponse
from scheduling.aftercare.plan_records import CarePlan, ContactKind, PlannedContact, PlanTemplate
from scheduling.aftercare.step_records import Step
from scheduling.aftercare.templates import lay_default
from tests.builders.people import LONG_AGO


def in_care(
    session: Session, member: Person, practitioner: Person, *, began: date, phone: str = "", **plan: Any
) -> CarePlan:
    """A running plan that promises nothing yet; a member with a phone may be called."""
    lay_default(session, now=LONG_AGO)
    template = session.scalars(select(PlanTemplate)).first()
    assert template is not None
    made = CarePlan(
        id=new_id(), member_id=member.id, practitioner_id=practitioner.id, template_id=template.id,
        begun_by=practitioner.id,
        starts_on=began, status="active", created_at=LONG_AGO, changed_at=LONG_AGO, confirmed_at=LONG_AGO,
        **{"timezone": member.timezone, **plan},
    )  # fmt: skip
    session.add(made)
    if phone:
        member.phone = phone
        agree_to_contact(session, member.id, [ContactWay.CALL, ContactWay.TEXT], by=member.id, now=LONG_AGO)
    session.flush()
    return made


def a_contact_due(
    session: Session, plan: CarePlan, due_from: date, due_by: date, kind: ContactKind = ContactKind.CALL
) -> PlannedContact:
    """One that the team is to make, unless `kind` says otherwise."""
    made = PlannedContact(
        id=new_id(), plan_id=plan.id, member_id=plan.member_id, practitioner_id=plan.practitioner_id,
        kind=kind.value, code="check-in" if kind == ContactKind.CHECK_IN else "",
        due_from=due_from, due_by=due_by,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def scored(
    session: Session, member: Person, code: str, at: datetime, value: int, level: int
) -> MeasureResponse:
    """A measure that the member has sent."""
    told = json.dumps({"value": value, "band": "so", "level": level})
    made = MeasureResponse(
        id=new_id(), member_id=member.id, code=code, version=1, started_at=at, changed_at=at, completed_at=at,
        answers="{}", score=told,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def a_concern(session: Session, plan: CarePlan, words: str, *, now: datetime, weight: int = 2) -> Concern:
    made = Concern(
        id=new_id(), member_id=plan.member_id, rule="silence", grounds=words, weight=weight, raised_at=now
    )
    session.add(made)
    session.flush()
    return made


def a_proposal(session: Session, plan: CarePlan, words: str, *, now: datetime, direction: int = 1) -> Step:
    made = Step(
        id=new_id(), member_id=plan.member_id, plan_id=plan.id, direction=direction, grounds=words,
        proposed_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made
