"""Holding waiting lists while something is given back, and finding the offers whose time is up."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database import lock
from scheduling.waitlist_records import WaitlistEntry, WaitState


def hold_lists(session: Session, *service_ids: str) -> None:
    """Hold the waiting lists of these services. Whoever needs several takes all of them in one call."""
    if service_ids:
        lock(session, *(f"waitlist:{one}" for one in set(service_ids)))


def run_out(session: Session, practitioner_id: str | None, *, now: datetime) -> list[str]:
    """The services whose offers with this practitioner are to be passed on."""
    return [one.service_id for one in offers_over(session, now, [practitioner_id])] if practitioner_id else []


def offers_over(session: Session, now: datetime, practitioner_ids: Collection[str]) -> list[WaitlistEntry]:
    """Service by service, the earliest time first; with `practitioner_ids`, only theirs."""
    over = select(WaitlistEntry).where(
        WaitlistEntry.state == WaitState.OFFERED, WaitlistEntry.expires_at <= now
    )
    if practitioner_ids:
        over = over.where(WaitlistEntry.offered_practitioner_id.in_(practitioner_ids))
    in_order = over.order_by(WaitlistEntry.service_id, WaitlistEntry.starts_at, WaitlistEntry.id)
    return list(session.scalars(in_order.execution_options(populate_existing=True)))
