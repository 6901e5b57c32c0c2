"""The tables of care plans: the templates they come from, the plans, and every contact they promise."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.columns import Encrypted, Id, Json, UtcDateTime, new_id
from foundation.database import Base
from foundation.personal import explains, holds


class PlanStatus(StrEnum):
    """FHIR R4 CarePlan.status (request-status), those that are used here."""

    DRAFT = "draft"
    ACTIVE = "active"
    COMPLETED = "completed"
    REVOKED = "revoked"


class ContactKind(StrEnum):
    """What a planned contact is. `group` stands in templates only: attendance keeps its own journal."""

    CALL = "call"
    FOLLOW_UP = "follow_up"
    CHECKUP = "checkup"
    CHECK_IN = "check_in"
    MEASURE = "measure"
    GROUP = "group"


class ContactState(StrEnum):
    """`due` waits for somebody, `booked` has an appointment; the others are how it ended.

    `dropped` was taken out of the schedule and counts neither for nor against anybody.
    """

    DUE = "due"
    BOOKED = "booked"
    DONE = "done"
    MISSED = "missed"
    DROPPED = "dropped"


BY_STAFF = frozenset({ContactKind.CALL, ContactKind.FOLLOW_UP, ContactKind.CHECKUP})
"""What somebody who works here does; the rest the member does alone."""
OPEN = frozenset({ContactState.DUE, ContactState.BOOKED})


class PlanTemplate(Base):
    """A contact schedule to begin plans from: `lines` are those of contact_schedule.py, in order.

    A change is a new row of the same `slug`, one `version` on, so that a running plan keeps its own.
    `retired_at` takes it out of what new plans are offered.
    """

    __tablename__ = "plan_template"
    __table_args__ = (UniqueConstraint("slug", "version"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(String(60))
    version: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(String(80))
    lines: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    created_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


explains(PlanTemplate, "created_by", "who made it; a schedule names nobody it is for")


def _the_practitioner(context: Any) -> str:
    """Whoever looks after somebody admitted them, unless another did."""
    return str(context.get_current_parameters()["practitioner_id"])


class CarePlan(Base):
    """What was agreed with one member for the time after treatment (FHIR CarePlan).

    `timezone` is the one its dates are in, `starts_on` its day nought: the day of discharge. `level` 0 is
    the template's rhythm, 1 stepped up, -1 stepped down. Whoever admitted the member (`begun_by`) stays in
    their care team. `arrangement` is what was chosen while admitting:
    services, times, meetings; ids and times only, never words. `draft` is what was written for the member's
    own pages while admitting (draft_text.py); it goes there when the plan is confirmed.
    """

    __tablename__ = "care_plan"
    __table_args__ = (
        CheckConstraint("status IN ('draft', 'active', 'completed', 'revoked')", name="status"),
        CheckConstraint("level BETWEEN -1 AND 1", name="level"),
        Index(
            "uq_care_plan_running",
            "member_id",
            "status",
            unique=True,
            sqlite_where=text("status IN ('draft', 'active')"),
            postgresql_where=text("status IN ('draft', 'active')"),
        ),
        Index("ix_care_plan_practitioner", "practitioner_id", "status"),
        Index("ix_care_plan_member_id", "member_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    member_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    practitioner_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    begun_by: Mapped[str] = mapped_column(ForeignKey("person.id"), default=_the_practitioner)
    template_id: Mapped[str] = mapped_column(ForeignKey(PlanTemplate.id))
    timezone: Mapped[str] = mapped_column(String(64))
    starts_on: Mapped[date]
    status: Mapped[str] = mapped_column(String(10), default=PlanStatus.DRAFT.value)
    level: Mapped[int] = mapped_column(default=0)
    assessment: Mapped[str] = mapped_column(Encrypted("care_plan.assessment"), default="")
    goals: Mapped[str] = mapped_column(Encrypted("care_plan.goals"), default="")
    triggers: Mapped[str] = mapped_column(Encrypted("care_plan.triggers"), default="")
    draft: Mapped[str] = mapped_column(Encrypted("care_plan.draft"), default="")
    arrangement: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str] = mapped_column(Encrypted("care_plan.end_reason"), default="")


holds(
    CarePlan,
    "member_id",
    title="Care plans",
    shows=(
        "starts_on",
        "timezone",
        "status",
        "level",
        "assessment",
        "goals",
        "triggers",
        "confirmed_at",
        "ended_at",
    ),
)
explains(CarePlan, "begun_by", "who admitted them; what it says is the member's")
explains(CarePlan, "practitioner_id", "whose work it is; what it says is the member's")


class PlannedContact(Base):
    """One contact that a plan promises, within the plan's local days `due_from` to `due_by`, both included.

    `code` is the measure's for `measure` and `check_in`, else empty. `appointment_id` is what was booked.
    """

    __tablename__ = "planned_contact"
    __table_args__ = (
        CheckConstraint("due_from <= due_by", name="forwards"),
        CheckConstraint("state IN ('due', 'booked', 'done', 'missed', 'dropped')", name="state"),
        UniqueConstraint("plan_id", "kind", "code", "due_from"),
        Index("ix_planned_contact_practitioner", "practitioner_id", "state", "due_by"),
        Index("ix_planned_contact_member", "member_id", "state", "due_by"),
        Index("ix_planned_contact_appointment_id", "appointment_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    plan_id: Mapped[str] = mapped_column(ForeignKey(CarePlan.id, ondelete="CASCADE"))
    member_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    practitioner_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(40), default="")
    due_from: Mapped[date]
    due_by: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), default=ContactState.DUE.value)
    appointment_id: Mapped[str | None] = mapped_column(ForeignKey("appointment.id", ondelete="SET NULL"))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


holds(
    PlannedContact,
    "member_id",
    title="Contacts that your plan promises",
    shows=("kind", "code", "due_from", "due_by", "state", "done_at"),
)
explains(PlannedContact, "practitioner_id", "who is responsible for it; what it says is the member's")
