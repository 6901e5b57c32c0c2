"""The table of steps: a plan's rhythm made closer or wider, as proposed and as decided."""

from datetime import datetime
from enum import IntEnum, StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from foundation.columns import Encrypted, Id, UtcDateTime, new_id
from foundation.database import Base
from foundation.personal import explains, holds
from scheduling.aftercare.plan_records import CarePlan


class Direction(IntEnum):
    DOWN = -1
    UP = 1


class StepState(StrEnum):
    """`lapsed`: what the proposal stood on was over before anybody decided."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"


class Step(Base):
    """A StepUp or StepDown of one plan. `grounds` are the sentences that spoke for it, one a line; empty
    when a clinician took the step unasked. Never more than one is `proposed` for a member.
    """

    __tablename__ = "care_step"
    __table_args__ = (Index("ix_care_step_member_state", "member_id", "state"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    member_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    plan_id: Mapped[str] = mapped_column(ForeignKey(CarePlan.id, ondelete="CASCADE"), index=True)
    direction: Mapped[int]
    grounds: Mapped[str] = mapped_column(Encrypted("care_step.grounds"))
    state: Mapped[str] = mapped_column(String(10), default=StepState.PROPOSED.value)
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str | None] = mapped_column(Encrypted("care_step.reason"))


holds(
    Step,
    "member_id",
    title="Steps of the plan",
    shows=("proposed_at", "direction", "state", "decided_at", "decided_by", "reason"),
)
explains(Step, "decided_by", "whose decision it was; the step is the member's")
