"""What the crisis lane owes besides mails: rounds of calls and pages; and what came of each call."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from foundation.outbox import Claimed, mark_sent
from foundation.settings import Settings
from jobs import paging
from realtime.alerts import hold_place, note_call, ring_again
from safety.calls import KINDS, NO_PAGER, NOT_NEEDED, calls_made, round_of
from safety.flags import Flag
from safety.handing_on import still_waits


def begin_round(session: Session, claimed: Claimed, *, now: datetime) -> bool:
    """The next round, or False when nobody needs it: promised in the transaction that ends this delivery."""
    number = int(claimed.refs["number"])
    rang = ring_again(session, claimed.refs["flag"], number, _since(claimed), now=now)
    if rang:
        mark_sent(session, claimed, now=now)
    return rang


def page(
    session: Session, claimed: Claimed, settings: Settings, *, now: datetime
) -> Callable[[], None] | str:
    """What rings the pager, to be called outside of any transaction; or why there is nothing to ring."""
    pager = settings.pager
    if pager is None:
        return NO_PAGER
    flag = session.get_one(Flag, claimed.refs["flag"])
    if not still_waits(session, flag, _since(claimed)):
        return NOT_NEEDED
    told = paging.page_of(claimed.refs, flag.raised_at, settings.origin)
    return lambda: paging.ring(pager, told, key=claimed.key, now=now)


def note_sent(session: Session, claimed: Claimed, *, now: datetime) -> None:
    """After the delivery is marked: a round counts once, however many ways it goes out."""
    if claimed.kind in KINDS:
        flag_id, this = claimed.refs["flag"], round_of(claimed.key)
        gone_out = [one for one in calls_made(session, flag_id) if one.sent_at and one.round == this]
        note_call(session, flag_id, is_new_round=len(gone_out) == 1, now=now)


def hold(session: Session, claimed: Claimed) -> None:
    """Hold the room of a call before its delivery, in the order in which a claim holds them."""
    if claimed.kind in KINDS and claimed.is_readable:
        hold_place(session, claimed.refs["flag"])


def note_trouble(session: Session, claimed: Claimed, *, now: datetime) -> None:
    """After the delivery is marked: whoever is at the desk reads that a call could not be sent."""
    if claimed.kind in KINDS and claimed.is_readable:
        note_call(session, claimed.refs["flag"], is_new_round=False, now=now)


def _since(claimed: Claimed) -> datetime | None:
    said_at = claimed.refs.get("since")
    return datetime.fromisoformat(said_at) if said_at else None
