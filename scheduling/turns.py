"""Whose turn it is when several practitioners are free: whoever has least ahead, so that work is shared."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduling.occupancy import Ignoring, Kind, Occupancy
from scheduling.openings import FreeTimes, Slot, free_times
from scheduling.services import Service


def booked_ahead(session: Session, practitioner_ids: Sequence[str], *, now: datetime) -> dict[str, int]:
    """How many appointments each of them has from now on."""
    counted = (
        select(Occupancy.practitioner_id, func.count())
        .where(
            Occupancy.practitioner_id.in_(practitioner_ids),
            Occupancy.kind == Kind.APPOINTMENT,
            Occupancy.status == "active",
            Occupancy.starts_at >= now,
        )
        .group_by(Occupancy.practitioner_id)
    )
    return {one: count for one, count in session.execute(counted) if one is not None}


def earliest_of_any(
    session: Session,
    service: Service,
    practitioner_ids: Sequence[str],
    first: date,
    last: date,
    zone: ZoneInfo,
    *,
    now: datetime,
    member_id: str | None = None,
    ignoring: Ignoring = None,
    limit: int | None = None,
) -> list[Slot]:
    """Each start that anybody has free, once and by time, with whoever's turn it is; `limit` are enough.

    The days, `member_id` and `ignoring` are those of `openings`. Made for hundreds of practitioners.
    """
    asked = session, service, practitioner_ids, first, last, zone
    found = free_times(*asked, now=now, member_id=member_id, ignoring=ignoring)
    return shared_out(found, booked_ahead(session, practitioner_ids, now=now), limit)


def shared_out(found: FreeTimes, ahead: Mapping[str, int], limit: int | None = None) -> list[Slot]:
    """A single slot for each start, by time: with whoever has least ahead, then in a fixed order."""
    chosen: dict[int, str] = {}
    for one in sorted(found.starts, key=lambda one: (ahead.get(one, 0), one), reverse=True):
        chosen.update(dict.fromkeys(found.starts[one], one))  # the last to write is the first in turn
    return [found.slot(one, start) for start, one in sorted(chosen.items())[:limit]]
