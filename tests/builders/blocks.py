"""Blocked time for the stories."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from auth.people import Person
from scheduling.blocks import TimeBlock, add_block


def a_block(
    session: Session,
    practitioner: Person,
    starts_at: datetime,
    *,
    now: datetime,
    minutes: int = 60,
    **more: Any,
) -> TimeBlock:
    """An hour of a practitioner's own, added by themselves."""
    chosen: dict[str, Any] = {
        "by": practitioner.id,
        "ends_at": starts_at + timedelta(minutes=minutes),
        **more,
    }
    return add_block(session, practitioner_id=practitioner.id, starts_at=starts_at, now=now, **chosen)
