"""The table of what was answered to measures (FHIR QuestionnaireResponse), sealed."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.columns import Encrypted, Id, UtcDateTime, new_id
from foundation.database import Base
from foundation.personal import explains, holds

_UNSENT = text("completed_at IS NULL")


class MeasureResponse(Base):
    """One sitting of one member; there is one unsent at a time for each measure.

    `answers` maps question to points or words. `score` is written once, when it is sent: a measure that
    changes later changes nothing about what was scored. Both are JSON, sealed.
    """

    __tablename__ = "measure_response"
    __table_args__ = (
        Index("ix_measure_response_member_code", "member_id", "code", "completed_at"),
        Index(
            "ux_measure_response_unsent",
            "member_id",
            "code",
            unique=True,
            sqlite_where=_UNSENT,
            postgresql_where=_UNSENT,
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    member_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    answers: Mapped[str] = mapped_column(Encrypted("measure_response.answers"), default="{}")
    score: Mapped[str | None] = mapped_column(Encrypted("measure_response.score"))
    planned_contact_id: Mapped[str | None] = mapped_column(Id)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


holds(
    MeasureResponse,
    "member_id",
    title="What you answered",
    shows=("code", "version", "started_at", "completed_at", "answers", "score"),
)
explains(MeasureResponse, "planned_contact_id", "which date of the plan it was answered for")
