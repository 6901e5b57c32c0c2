"""Confirming an admission: appointments, reminders, check-ins and meetings exist from then on, or nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.people import find_member
from foundation import audit
from foundation.errors import DomainError
from scheduling.aftercare.admitting import Admission, Preview, StalePlan, admission_of, preview
from scheduling.aftercare.contact_bookings import Proposal
from scheduling.aftercare.contact_taking import take_proposals
from scheduling.aftercare.draft_text import hand_over
from scheduling.aftercare.plan_records import CarePlan, ContactState, PlanStatus
from scheduling.aftercare.plans import UnknownPlan, active_plan, draft_of
from scheduling.aftercare.stepping import promised
from scheduling.conflicts import lock_time
from scheduling.group_dates import find_group
from scheduling.memberships import join_group, membership_of
from scheduling.series_records import Series


class PlanRunning(DomainError):
    code: ClassVar[str] = "plan_running"
    default: ClassVar[str] = "A plan is running already. End it first, then confirm this one."


class PlanConflict(DomainError):
    """`proposals` are the appointments in the way, by time; nothing was written."""

    code: ClassVar[str] = "plan_conflict"
    default: ClassVar[str] = "Some of these times cannot be had. Choose another for each, or leave them out."

    def __init__(self, proposals: Sequence[Proposal]) -> None:
        super().__init__()
        self.proposals = list(proposals)


def confirm_plan(
    session: Session, member_id: str, *, seen: int | None = None, by: str, now: datetime
) -> CarePlan:
    """Turn the draft into the running plan, all of it or nothing; confirmed again, it is the same plan.

    Raises UnknownPlan without a draft, StalePlan, PlanRunning, PlanConflict, and what booking raises.
    """
    draft = _locked_draft(session, member_id)
    if draft is None:
        return _confirmed_already(session, member_id)
    if seen is not None and seen != draft.revision:
        raise StalePlan
    if active_plan(session, member_id):
        raise PlanRunning
    told = admission_of(draft)
    shown = preview(session, find_member(session, member_id).id, told, now=now)
    if shown.in_the_way:
        raise PlanConflict(shown.in_the_way)
    _begin(session, draft, told, shown, by, now)
    return draft


def _locked_draft(session: Session, member_id: str) -> CarePlan | None:
    """All the time that is about to be taken is locked at once, so that no two of these wait in a ring."""
    draft = draft_of(session, member_id)
    if draft is None:
        return None
    groups = read_groups(session, draft)
    people = {draft.practitioner_id, member_id, *(one.practitioner_id for one in groups)}
    lock_time(session, *people, also=(f"plan:{member_id}",))
    found = select(CarePlan).where(CarePlan.id == draft.id, CarePlan.status == PlanStatus.DRAFT)
    return session.scalar(found.execution_options(populate_existing=True))


def _confirmed_already(session: Session, member_id: str) -> CarePlan:
    running = active_plan(session, member_id)
    if running is None:
        raise UnknownPlan
    return running


def read_groups(session: Session, plan: CarePlan) -> list[Series]:
    """The weekly groups that were chosen. Raises UnknownGroup for one that has ended."""
    return [find_group(session, one) for one in admission_of(plan).arrangement.groups]


def _begin(session: Session, plan: CarePlan, told: Admission, shown: Preview, by: str, now: datetime) -> None:
    booked = take_proposals(session, plan, shown.proposals, by=by, now=now)
    for due in shown.dues:
        appointment_id = booked.get(due.key)
        contact = promised(plan, due)
        if appointment_id:
            contact.state, contact.appointment_id = ContactState.BOOKED.value, appointment_id
        session.add(contact)
    _join(session, plan, told, by, now)
    hand_over(session, plan.member_id, told.text, by=by, now=now)
    plan.timezone = shown.zone.key  # the member may have moved since the draft was kept
    plan.status, plan.confirmed_at, plan.changed_at = PlanStatus.ACTIVE.value, now, now
    plan.draft, plan.revision = "", plan.revision + 1
    session.flush()
    _record(session, plan, shown, len(booked), by, now)


def _join(session: Session, plan: CarePlan, told: Admission, by: str, now: datetime) -> None:
    """A seat in each chosen group, from the day of discharge; dates that are full or taken are left out."""
    for series_id in told.arrangement.groups:
        if membership_of(session, series_id, plan.member_id, now=now) is None:
            join_group(
                session,
                series_id,
                plan.member_id,
                from_date=plan.starts_on,
                on_conflict="skip",
                by=by,
                now=now,
            )


def _record(session: Session, plan: CarePlan, shown: Preview, booked: int, by: str, now: datetime) -> None:
    detail = {"member": plan.member_id, "contacts": len(shown.dues), "booked": booked}
    whom = plan.id
    audit.record(
        session, actor=by, action="plan.confirm", kind="plan", object_id=whom, now=now, detail=detail
    )
