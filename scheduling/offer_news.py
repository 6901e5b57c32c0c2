"""The mails about an offer that somebody is owed."""

from datetime import datetime

from sqlalchemy.orm import Session

from foundation import outbox
from scheduling.waitlist_records import WaitlistEntry

OFFERED = "waitlist.offer"
OVER = "waitlist.over"


def tell(session: Session, entry: WaitlistEntry, kind: str, *, now: datetime) -> None:
    """Owe the news of this offer; news of it that is not on its way yet is dropped."""
    withdraw_news(session, entry, now=now)
    refs = {"entry": entry.id, "offer": entry.offers, "to": entry.member_id}
    key = f"{kind}:{entry.id}:{entry.offers}"
    until = entry.expires_at if kind == OFFERED else entry.starts_at
    outbox.promise(session, kind, refs, key=key, due_at=now, now=now, not_after=until)


def withdraw_news(session: Session, entry: WaitlistEntry, *, now: datetime) -> None:
    for kind in (OFFERED, OVER):
        outbox.withdraw(session, f"{kind}:{entry.id}:", now=now)
