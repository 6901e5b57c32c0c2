"""The days and weeks on which practitioners have as many sessions as they give, looked up."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from scheduling.availability import Interval
from scheduling.hours import Hours
from scheduling.limits import Limits, full_time
from scheduling.occupancy import Ignoring, session_starts

_AROUND = timedelta(days=8)
_NONE = Limits()


def full_days(
    session: Session,
    hours: Mapping[str, Hours],
    span: Interval,
    *,
    now: datetime,
    ignoring: Ignoring = None,
) -> dict[str, list[Interval]]:
    """When nothing more may start within `span`, for those of `hours` who have a limit.

    Whole weeks around the span are counted, in any zone.
    """
    limited = [one for one, theirs in hours.items() if theirs.limits != _NONE]
    if not limited:
        return {}
    around = span[0] - _AROUND, span[1] + _AROUND
    starts = session_starts(session, limited, around, now=now, ignoring=ignoring)
    return {one: full_time(starts.get(one, ()), hours[one].limits, hours[one].zone) for one in limited}
