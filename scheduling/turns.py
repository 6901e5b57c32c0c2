"""Whose turn it is when several practitioners are free: whoever has least ahead, so that work is shared."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduling.occupancy import Kind, Occupancy
from scheduling.openings import Slot


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


def one_each(slots: Iterable[Slot], ahead: Mapping[str, int]) -> list[Slot]:
    """A single slot for each start, by time: with whoever has least ahead, then in a fixed order."""
    best: dict[datetime, Slot] = {}
    for slot in slots:
        rival = best.get(slot.starts_at)
        if rival is None or _turn(slot, ahead) < _turn(rival, ahead):
            best[slot.starts_at] = slot
    return [best[instant] for instant in sorted(best)]


def in_turn(slots: Iterable[Slot], ahead: Mapping[str, int]) -> list[Slot]:
    """All of them by time; those that start together by whose turn it is."""
    return sorted(slots, key=lambda slot: (slot.starts_at, *_turn(slot, ahead)))


def _turn(slot: Slot, ahead: Mapping[str, int]) -> tuple[int, str]:
    return ahead.get(slot.practitioner_id, 0), slot.practitioner_id
