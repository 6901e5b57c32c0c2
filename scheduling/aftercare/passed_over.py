"""Plans that a nightly round could not judge, such as one whose words do not open: noted, never silent."""

import logging
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError, TimeoutError
from sqlalchemy.orm import Session

from foundation import audit, metrics
from foundation.audit import AuditEntry
from foundation.columns import SealBroken
from foundation.errors import DomainError

AWAY = (OperationalError, InterfaceError, TimeoutError)
"""The database does not answer: that is about nobody's plan."""

BROKEN = (
    SealBroken,
    DomainError,
    SQLAlchemyError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
"""What data can raise that nobody foresaw."""

_ACTION = "plan.not_judged"
log = logging.getLogger("evenside.aftercare")


def note_passed_over(session: Session, plan_id: str, why: str, *, now: datetime) -> None:
    """In the transaction that goes on behind it. `why` is the name of an error, never its words."""
    audit.record(
        session,
        actor=None,
        action=_ACTION,
        kind="care_plan",
        object_id=plan_id,
        now=now,
        detail={"error": why},
    )


def tell_passed_over(plan_id: str, why: str) -> None:
    """To whoever watches the house, once it is committed."""
    metrics.plans_not_judged.inc()
    log.error("a plan could not be judged", extra={"plan": plan_id, "why": why})


def passed_over_since(session: Session, since: datetime) -> int:
    """How many plans no rule has looked at in a round since then."""
    noted = AuditEntry.action == _ACTION, AuditEntry.at >= since
    return session.scalar(select(func.count(AuditEntry.object_id.distinct())).where(*noted)) or 0
