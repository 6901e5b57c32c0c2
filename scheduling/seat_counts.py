"""How many seats of a group session are taken: those of members, and those that a hold or an offer keeps.

The count rises by a conditional UPDATE that a full session refuses; the table's own CHECK stands behind it.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from scheduling.group_records import GroupOccurrence

TAKEN_CHECK = "ck_group_occurrence_taken"


def count_in(session: Session, occurrence_id: str) -> bool:
    """Take one more seat. False when there is none, or when the session is off."""
    free = (
        GroupOccurrence.id == occurrence_id,
        GroupOccurrence.status == "active",
        GroupOccurrence.taken < GroupOccurrence.capacity,
    )
    one_more = update(GroupOccurrence).where(*free).values(taken=GroupOccurrence.taken + 1)
    return session.execute(one_more.returning(GroupOccurrence.id)).first() is not None


def is_in_session(session: Session, service_id: str, practitioner_id: str, starts_at: datetime) -> bool:
    """Whether a group session of this service takes place then, full or not."""
    there = (
        GroupOccurrence.service_id == service_id,
        GroupOccurrence.practitioner_id == practitioner_id,
        GroupOccurrence.starts_at == starts_at,
        GroupOccurrence.status == "active",
    )
    return session.scalar(select(GroupOccurrence.id).where(*there).limit(1)) is not None


def give_back_seats(session: Session, occurrence_ids: Sequence[str]) -> None:
    """These seats are free again, one for each time that a session is named.

    A session that a booking had opened is off when nobody is left; one of a weekly group stays.
    """
    for one, seats in sorted(Counter(occurrence_ids).items()):
        fewer = update(GroupOccurrence).where(GroupOccurrence.id == one)
        session.execute(fewer.values(taken=GroupOccurrence.taken - seats))
    if occurrence_ids:
        _close_empty(session, occurrence_ids)


def _close_empty(session: Session, occurrence_ids: Sequence[str]) -> None:
    empty = (
        GroupOccurrence.id.in_(occurrence_ids),
        GroupOccurrence.series_id.is_(None),
        GroupOccurrence.taken == 0,
        GroupOccurrence.status == "active",
    )
    closed = update(GroupOccurrence).where(*empty).values(status="cancelled")
    for one in list(session.scalars(closed.returning(GroupOccurrence.id))):
        session.execute(_RELEASE, {"occurrence": one})


_RELEASE = text("UPDATE occupancy SET status = 'released' WHERE occurrence_id = :occurrence")
"""By its name: the table of taken time stands on this module."""
