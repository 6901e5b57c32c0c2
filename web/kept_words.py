"""The time that is kept for somebody while they decide, as the page shows it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from scheduling.kept import KeptTime
from scheduling.services import Service
from web.slot_days import write_choice
from web.slot_picker import Picker
from web.zone_words import clock_there


@dataclass(frozen=True)
class KeptWords:
    """A live hold. `their_clock` is the practitioner's time where it differs from the viewer's."""

    hold_id: str
    practitioner_id: str
    name: str
    starts_at: datetime
    ends_at: datetime
    expires_at: datetime
    seconds: int
    their_clock: str

    @property
    def first_name(self) -> str:
        return self.name.split()[0]

    @property
    def value(self) -> str:
        return write_choice(self.practitioner_id, self.starts_at)

    @property
    def left(self) -> str:
        """`9 minutes left`, rounded up, so that the last minute is not nothing."""
        minutes = -(-self.seconds // 60)
        return "1 minute left" if minutes == 1 else f"{minutes} minutes left"


def words_for(kept: KeptTime | None, picker: Picker, zone: ZoneInfo, *, now: datetime) -> KeptWords | None:
    """None as well when whoever it is with no longer offers the service."""
    someone = picker.person(kept.practitioner_id) if kept else None
    if kept is None or someone is None:
        return None
    return KeptWords(
        kept.hold_id,
        someone.id,
        someone.name,
        kept.starts_at,
        kept.ends_at,
        kept.expires_at,
        int((kept.expires_at - now).total_seconds()),
        clock_there(zone, someone.zone, kept.starts_at),
    )


def give_back_until(service: Service, starts_at: datetime, *, now: datetime) -> datetime | None:
    """Until when cancelling still gives somebody else the hour; None when that has passed."""
    until = starts_at - timedelta(minutes=service.cancel_minutes)
    return until if until > now else None
