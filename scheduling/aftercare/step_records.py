"""The table of steps: a plan's rhythm made closer or wider, as proposed and as decided."""

from datetime import datetime
from enum import IntEnum, StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from foundation.columns import Encrypted, Id, UtcDateTime, new_id
from foundation.database import Base


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
    """A StepUp or StepDown of one plan. `grounds` are the rules that spoke for it, as JSON; none when a
    clinician took the step unasked. Never more than one is `proposed` for a member.
    """

    __tablename__ = "care_step"
    __table_args__ = (Index("ix_care_step_member_state", "member_id", "state"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    member_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    plan_id: Mapped[str] = mapped_column(Id)
    direction: Mapped[int]
    grounds: Mapped[str] = mapped_column(Encrypted("care_step.grounds"))
    state: Mapped[str] = mapped_column(String(10), default=StepState.PROPOSED.value)
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str | None] = mapped_column(Encrypted("care_step.reason"))
