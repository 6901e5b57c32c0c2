"""The tables of forms to fill in, and of what was answered (FHIR Questionnaire, QuestionnaireResponse)."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.columns import Encrypted, Id, Json, UtcDateTime, new_id
from foundation.database import Base


class Questionnaire(Base):
    """A form. `items` are its questions in order: `{link_id, text, type, required, options}`.

    Once answered it keeps its questions: a change of them is a new row of the same `slug`, one `version` on.
    """

    __tablename__ = "questionnaire"
    __table_args__ = (UniqueConstraint("slug", "version"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(String(60))
    version: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(String(80))
    items: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class QuestionnaireResponse(Base):
    """One person's answers, sealed; `completed_at` is empty while they may still write."""

    __tablename__ = "questionnaire_response"
    __table_args__ = (UniqueConstraint("questionnaire_id", "member_id", "appointment_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    questionnaire_id: Mapped[str] = mapped_column(ForeignKey("questionnaire.id"))
    member_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    appointment_id: Mapped[str | None] = mapped_column(ForeignKey("appointment.id"), index=True)
    answers: Mapped[str] = mapped_column(Encrypted("questionnaire_response.answers"), default="{}")
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
