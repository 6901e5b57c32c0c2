"""Reading the trail of acts: by who did it, about whom, what and when; the newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from foundation.audit import AuditEntry

MOST_AT_ONCE = 50
MOST_IN_A_FILE = 100_000
_CHUNK = 1000


@dataclass(frozen=True)
class Wanted:
    """Which acts; what is empty or None is not asked for. `what` is how the act's name begins.

    `since` counts, `until` does not.
    """

    by: str = ""
    about: str = ""
    what: str = ""
    since: datetime | None = None
    until: datetime | None = None


def find_acts(
    session: Session, wanted: Wanted, *, after: str = "", limit: int = MOST_AT_ONCE
) -> list[AuditEntry]:
    """The newest of them; with `after`, those older than the act of that id. An unknown id finds none."""
    looked_for = _matching(wanted)
    if after:
        last = session.get(AuditEntry, after)
        if last is None:
            return []
        older = or_(AuditEntry.at < last.at, and_(AuditEntry.at == last.at, AuditEntry.id < last.id))
        looked_for = looked_for.where(older)
    return list(session.scalars(looked_for.limit(limit)))


def all_acts(session: Session, wanted: Wanted) -> Iterator[AuditEntry]:
    """One by one, for a file; not more than MOST_IN_A_FILE."""
    rows = _matching(wanted).limit(MOST_IN_A_FILE).execution_options(yield_per=_CHUNK)
    yield from session.scalars(rows)


def _matching(wanted: Wanted) -> Select[AuditEntry]:
    newest = (AuditEntry.at.desc(), AuditEntry.id.desc())
    return select(AuditEntry).where(*_conditions(wanted)).order_by(*newest)


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.by:
        yield AuditEntry.actor_id == wanted.by
    if wanted.about:
        yield or_(AuditEntry.object_id == wanted.about, AuditEntry.actor_id == wanted.about)
    if wanted.what:
        yield AuditEntry.action.startswith(wanted.what, autoescape=True)
    if wanted.since:
        yield AuditEntry.at >= wanted.since
    if wanted.until:
        yield AuditEntry.at < wanted.until
