"""Since when nobody of the team has said a word on a claimed line: then another one may take it over."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from safety.thread_records import ThreadMessage

UNANSWERED, SILENT = timedelta(seconds=60), timedelta(minutes=5)
"""How long words may wait for an answer, and a claim for its first word."""


def is_left_alone(session: Session, flag_id: str, claimed_at: datetime, now: datetime) -> bool:
    """Whether words on the line wait for a minute, or nobody spoke five minutes after claiming."""
    team = _latest(session, flag_id, from_team=True)
    waits = unanswered_since(session, flag_id)
    if waits is not None and now - max(waits, claimed_at) >= UNANSWERED:
        return True
    return (team is None or team < claimed_at) and now - claimed_at >= SILENT


def unanswered_since(session: Session, flag_id: str) -> datetime | None:
    """When the person first said what the team has not answered yet; None when nothing waits."""
    answered = _latest(session, flag_id, from_team=True)
    theirs = [ThreadMessage.flag_id == flag_id, ThreadMessage.from_team.is_(False)]
    if answered is not None:
        theirs.append(ThreadMessage.at > answered)
    return session.scalar(select(func.min(ThreadMessage.at)).where(*theirs))


def _latest(session: Session, flag_id: str, *, from_team: bool) -> datetime | None:
    these = ThreadMessage.flag_id == flag_id, ThreadMessage.from_team.is_(from_team)
    return session.scalar(select(func.max(ThreadMessage.at)).where(*these))
