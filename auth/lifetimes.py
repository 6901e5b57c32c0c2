"""How long a session lives (NIST 800-63B-4, section 2.2.3; spec R3). Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Lifetime:
    """`idle` counts from the last request (None: no limit), `whole` from the sign-in."""

    idle: timedelta | None
    whole: timedelta

    def ends_at(self, opened_at: datetime, seen_at: datetime) -> datetime:
        latest = opened_at + self.whole
        return latest if self.idle is None else min(latest, seen_at + self.idle)


MEMBER = Lifetime(idle=None, whole=timedelta(days=30))
STAFF = Lifetime(idle=timedelta(hours=1), whole=timedelta(hours=24))
SHARED = Lifetime(idle=timedelta(minutes=15), whole=timedelta(hours=24))


def lifetime(*, staff: bool, shared: bool) -> Lifetime:
    """A device that others use has the shortest one, whoever signs in there."""
    if shared:
        return SHARED
    return STAFF if staff else MEMBER
