"""Admitting somebody at discharge: a draft that is kept as it is written, and confirmed in one go."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from auth.people import find_member
from foundation import audit
from foundation.database import lock
from foundation.errors import DomainError
from foundation.zones import find_zone
from scheduling.aftercare.arrangement import Arrangement, read_arrangement
from scheduling.aftercare.contact_bookings import Proposal, Whom, propose
from scheduling.aftercare.contact_schedule import DueContact, schedule_of
from scheduling.aftercare.draft_text import DraftText, as_it_stands, read_draft
from scheduling.aftercare.measures.catalogue import measures
from scheduling.aftercare.plan_records import CarePlan, PlanStatus
from scheduling.aftercare.plans import UnknownPlan, draft_of
from scheduling.aftercare.templates import find_template, lines_of, offered_templates

_ROUNDS = 3
EARLIEST, LATEST = timedelta(days=60), timedelta(days=60)


class StalePlan(DomainError):
    code: ClassVar[str] = "stale_plan"
    default: ClassVar[str] = "Somebody else wrote in this admission meanwhile. What you typed is below."


class BadStart(DomainError):
    code: ClassVar[str] = "bad_start"
    default: ClassVar[str] = "Choose a day of discharge within two months from today."


@dataclass(frozen=True)
class Admission:
    """All that one sitting asks. `text` goes to the member's own pages, the rest is for those who care."""

    practitioner_id: str
    template_id: str
    starts_on: date
    assessment: str = ""
    goals: str = ""
    triggers: str = ""
    text: DraftText = field(default_factory=DraftText)
    arrangement: Arrangement = field(default_factory=Arrangement)


@dataclass(frozen=True)
class Preview:
    """What a confirmed plan would promise: every due contact, and the appointments made for some of them."""

    dues: tuple[DueContact, ...]
    proposals: tuple[Proposal, ...]
    zone: ZoneInfo

    @property
    def in_the_way(self) -> list[Proposal]:
        return [one for one in self.proposals if one.planned.conflict]


def blank_admission(session: Session, member_id: str, *, by: str, now: datetime) -> Admission | None:
    """What the page begins with: today, the first schedule offered, and what the member has written already.

    None while no schedule is on the shelf; `lay_default` puts one there.
    """
    member, offered = find_member(session, member_id), offered_templates(session)
    if not offered:
        return None
    today = now.astimezone(find_zone(member.timezone)).date()
    return Admission(by, offered[0].id, today, text=as_it_stands(session, member.id))


def admission_of(plan: CarePlan) -> Admission:
    """The draft as it was last kept."""
    return Admission(
        plan.practitioner_id,
        plan.template_id,
        plan.starts_on,
        plan.assessment,
        plan.goals,
        plan.triggers,
        read_draft(plan.draft),
        read_arrangement(plan.arrangement),
    )


def keep_draft(
    session: Session, member_id: str, told: Admission, *, seen: int | None, by: str, now: datetime
) -> CarePlan:
    """Keep the sitting so far; nobody is told and nothing is booked.

    `seen` is the revision that the page showed, None to write over whatever stands there.
    Raises StalePlan, BadStart, UnknownTemplate.
    """
    lock(session, f"plan:{member_id}")
    member, template = find_member(session, member_id), find_template(session, told.template_id)
    zone = find_zone(member.timezone)
    _require_near(told.starts_on, now.astimezone(zone).date())
    draft = draft_of(session, member_id) or _begin(session, member_id, zone, told, by, now)
    if seen is not None and seen != draft.revision:
        raise StalePlan
    draft.practitioner_id, draft.template_id = told.practitioner_id, template.id
    draft.starts_on, draft.timezone = told.starts_on, zone.key
    draft.assessment, draft.goals, draft.triggers = told.assessment, told.goals, told.triggers
    draft.draft, draft.arrangement = told.text.sealed(), told.arrangement.as_data()
    draft.revision, draft.changed_at = draft.revision + 1, now
    session.flush()
    return draft


def discard_draft(session: Session, member_id: str, *, by: str, now: datetime) -> None:
    """Forget what was begun. Raises UnknownPlan when there is nothing."""
    lock(session, f"plan:{member_id}")
    draft = draft_of(session, member_id)
    if draft is None:
        raise UnknownPlan
    _record(session, "plan.discard", draft, by, now)
    session.delete(draft)
    session.flush()


def preview(session: Session, member_id: str, told: Admission, *, now: datetime) -> Preview:
    """The contact schedule as dates, and each appointment against everybody's calendar.

    Raises NotASlot when the practitioner does not give a chosen service, UnknownTemplate, UnknownService.
    """
    zone = find_zone(find_member(session, member_id).timezone)
    lines = lines_of(find_template(session, told.template_id))
    today = now.astimezone(zone).date()
    dues = schedule_of(lines, told.starts_on, today=today, codes=asked_codes(told.arrangement))
    whom = Whom(told.practitioner_id, member_id, zone)
    proposals = propose(session, whom, lines, dues, told.arrangement, now=now)
    return Preview(tuple(dues), tuple(proposals), zone)


def with_nearest(session: Session, member_id: str, told: Admission, *, now: datetime) -> Admission:
    """The same with the nearest free time chosen for each that is in the way; those without one stay.

    A few rounds, because a time that one takes is free for no other.
    """
    for _round in range(_ROUNDS):
        shown = preview(session, member_id, told, now=now)
        nearest = {one.key: at for one in shown.in_the_way if (at := _nearest(one, shown))}
        if not nearest:
            break
        choices = {**told.arrangement.choices, **nearest}
        told = replace(told, arrangement=replace(told.arrangement, choices=choices))
    return told


def _nearest(one: Proposal, shown: Preview) -> datetime | None:
    """The first alternative within the days of its contact, else the first of all."""
    others = one.planned.conflict.alternatives if one.planned.conflict else []
    inside = [slot for slot in others if _falls_in(slot.starts_at, one.due, shown.zone)]
    return next((slot.starts_at for slot in [*inside, *others]), None)


def _falls_in(at: datetime, due: DueContact, zone: ZoneInfo) -> bool:
    return due.due_from <= at.astimezone(zone).date() <= due.due_by


def asked_codes(arrangement: Arrangement) -> frozenset[str]:
    """The measures that can be asked here and that were chosen."""
    ready = frozenset(code for code, one in measures().items() if one.is_asked)
    return ready if arrangement.codes is None else ready & frozenset(arrangement.codes)


def _begin(
    session: Session, member_id: str, zone: ZoneInfo, told: Admission, by: str, now: datetime
) -> CarePlan:
    begun = CarePlan(
        member_id=member_id,
        practitioner_id=told.practitioner_id,
        begun_by=by,
        template_id=told.template_id,
        timezone=zone.key,
        starts_on=told.starts_on,
        status=PlanStatus.DRAFT.value,
        revision=0,
        created_at=now,
        changed_at=now,
    )
    session.add(begun)
    session.flush()
    _record(session, "plan.begin", begun, by, now)
    return begun


def _require_near(starts_on: date, today: date) -> None:
    if not today - EARLIEST <= starts_on <= today + LATEST:
        raise BadStart


def _record(session: Session, action: str, plan: CarePlan, by: str, now: datetime) -> None:
    detail = {"member": plan.member_id}
    audit.record(session, actor=by, action=action, kind="plan", object_id=plan.id, now=now, detail=detail)
