"""Telling members what becomes of their weekly group: one mail for all its dates, through the outbox."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from foundation import outbox
from scheduling.series_records import Series

JOINED, LEFT, CHANGED, ENDED = "group.joined", "group.left", "group.changed", "group.ended"


def tell_members(
    session: Session, series: Series, kind: str, people: Iterable[str], *, from_date: date, now: datetime
) -> None:
    """Owe each of them the news; older news of this group that is not on its way yet is dropped."""
    for one in sorted(people):
        for old in (JOINED, LEFT, CHANGED, ENDED):
            outbox.withdraw(session, f"{old}:{series.id}:{one}:", now=now)
        refs = {
            "series": series.id,
            "to": one,
            "from": from_date.isoformat(),
            "sequence": series.sequence,
        }
        key = f"{kind}:{series.id}:{one}:{now:%Y%m%dT%H%M%S%f}"
        outbox.promise(session, kind, refs, key=key, due_at=now, now=now)
