"""The table of steps for a hard moment: one row a member, every word sealed."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from foundation.columns import Encrypted, UtcDateTime
from foundation.database import Base
from foundation.personal import explains, holds


class UrgePlan(Base):
    """`steps` holds one step a line, in order. `revision` counts the writings, from 1."""

    __tablename__ = "urge_plan"

    member_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    signs: Mapped[str] = mapped_column(Encrypted("urge_plan.signs"))
    reasons: Mapped[str] = mapped_column(Encrypted("urge_plan.reasons"))
    steps: Mapped[str] = mapped_column(Encrypted("urge_plan.steps"))
    places: Mapped[str] = mapped_column(Encrypted("urge_plan.places"))
    revision: Mapped[int]
    written_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)


holds(UrgePlan, "member_id", title="Steps", shows=("signs", "steps", "reasons", "places", "written_at"))
explains(UrgePlan, "written_by", "whose hand it was; the words are the member's")
