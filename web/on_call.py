"""Who of ours answers now, in words for whoever reads the page."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from auth.people import find_person
from foundation import timewords
from safety.oncall import current_shift
from web.context import now, viewer_zone

_TWELVES = {"12 pm": "noon", "12 am": "midnight"}


@dataclass(frozen=True)
class OnCall:
    """Who answers, and until when in the reader's words."""

    name: str
    until: str


def on_call_now(session: Session) -> OnCall | None:
    shift = current_shift(session, now())
    if shift is None:
        return None
    return OnCall(find_person(session, shift.person_id).name, _until(shift.ends_at))


def _until(ends_at: datetime) -> str:
    """`until 8 am`, `until noon tomorrow`; just `now` when the shift is longer than that."""
    zone = viewer_zone()
    hour = timewords.hour(ends_at, zone)
    days = (timewords.local_date(ends_at, zone) - timewords.local_date(now(), zone)).days
    if days > 1:
        return "now"
    return f"until {_TWELVES.get(hour, hour)}{' tomorrow' if days else ''}"
