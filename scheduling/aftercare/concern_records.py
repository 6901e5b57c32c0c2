"""The table of concerns: what the rules found about a member, until somebody has seen to it."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from foundation.columns import Encrypted, Id, UtcDateTime, new_id
from foundation.database import Base
from foundation.personal import explains, holds


class Concern(Base):
    """FHIR's Flag, of the slower kind: one rule that holds for one member, for a human on the same day.

    Who is in danger now is a safety.flags.Flag, which calls somebody out. `rule` names the rule, `grounds`
    says in a sentence, with the figures of the day, why it held; `weight` is 1, the first to see to, to 3.
    While `ended_at` is None it stands on the worklist, and never more than one of a rule for a member.
    `ended` says how it ended.
    """

    __tablename__ = "care_concern"
    __table_args__ = (Index("ix_care_concern_member_ended", "member_id", "ended_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    member_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    rule: Mapped[str] = mapped_column(Encrypted("care_concern.rule"))
    grounds: Mapped[str] = mapped_column(Encrypted("care_concern.grounds"))
    weight: Mapped[int]
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    ended: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(Encrypted("care_concern.reason"))


class Round(Base):
    """How far the nightly look at everybody in one zone has come. `after` is the last member looked at."""

    __tablename__ = "care_round"

    timezone: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date]
    after: Mapped[str] = mapped_column(Id, default="")
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


holds(
    Concern, "member_id", title="Concerns of the team", shows=("raised_at", "grounds", "ended_at", "reason")
)
explains(Concern, "ended_by", "who saw to it; the concern is the member's")
