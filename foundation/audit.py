"""Who saw or changed what. Rows are only ever added: triggers refuse UPDATE and DELETE."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.columns import Id, Json, UtcDateTime, new_id
from foundation.database import Base
from foundation.logs import current_request_id


class AuditEntry(Base):
    """One act on one object, without its content (45 CFR 164.312(b))."""

    __tablename__ = "audit_entry"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    actor_id: Mapped[str | None] = mapped_column(Id, index=True)
    action: Mapped[str] = mapped_column(String(60))
    object_kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(60), index=True)
    request_id: Mapped[str | None] = mapped_column(String(40))
    detail: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


def record(
    session: Session,
    *,
    actor: str | None,
    action: str,
    kind: str,
    object_id: str,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Note an act in the same transaction that does it. `detail` holds facts such as states, never words."""
    session.add(
        AuditEntry(
            at=now,
            actor_id=actor,
            action=action,
            object_kind=kind,
            object_id=object_id,
            request_id=current_request_id(),
            detail=dict(detail or {}),
        )
    )
