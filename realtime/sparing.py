"""How much one person may put before the others in a minute, by whatever way in: socket, form, many tabs.

Words of danger are counted by nothing.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from auth.throttle import Limit, is_within
from realtime.errors import SlowDown
from realtime.models import Participant

MINUTE = timedelta(minutes=1)
QUESTIONS = Limit("room.ask", 6, MINUTE)
LINES = Limit("room.chat", 20, MINUTE)


def spare_the_others(session: Session, me: Participant, limit: Limit, *, now: datetime) -> None:
    """Count one more. Raises SlowDown; a transaction that is refused for another reason counts nothing."""
    if not is_within(session, limit, me.id, now=now):
        raise SlowDown("That was a great deal at once. Wait a minute, then send it again.")
