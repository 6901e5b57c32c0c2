"""How fast one socket may send: more than any pair of hands, less than would slow the others. Pure."""

from dataclasses import dataclass
from datetime import datetime

BURST = 60
PER_SECOND = 10


@dataclass(slots=True)
class Pace:
    """A bucket of `BURST` events that fills again by `PER_SECOND`."""

    left: float = BURST
    filled_at: datetime | None = None

    def allows(self, now: datetime) -> bool:
        """Take one event out, if there is one left."""
        passed = max(0.0, (now - self.filled_at).total_seconds()) if self.filled_at else 0.0
        self.left = min(BURST, self.left + passed * PER_SECOND)
        self.filled_at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True
