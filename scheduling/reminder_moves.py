"""Where an appointment can go from its reminder: a few free times close to it, in one step."""

from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from foundation.zones import find_zone
from scheduling.appointment_records import Appointment
from scheduling.openings import Slot, openings

MOST_SHOWN, MOST_ON_A_DAY = 6, 2


def times_to_move_to(session: Session, appointment: Appointment, *, now: datetime) -> list[Slot]:
    """Free times with the same practitioner on the days closest to it; none for a seat in a group."""
    if appointment.occurrence_id is not None:
        return []
    zone = find_zone(appointment.member.timezone)
    first = now.astimezone(zone).date()
    last = first + timedelta(days=appointment.service.horizon_days)
    found = openings(
        session,
        appointment.service,
        [appointment.practitioner_id],
        first,
        last,
        zone,
        now=now,
        member_id=appointment.member_id,
        ignoring=appointment.id,
        repeats=appointment.in_series,
    )
    others = [one for one in found if one.starts_at != appointment.starts_at]
    return _closest(others, appointment.starts_at, zone)


def _closest(slots: list[Slot], to: datetime, zone: ZoneInfo) -> list[Slot]:
    """A few of each day, since whoever cannot come at three may be away all day."""
    chosen: list[Slot] = []
    on: Counter[date] = Counter()
    for slot in sorted(slots, key=lambda one: abs(one.starts_at - to)):
        day = slot.starts_at.astimezone(zone).date()
        on[day] += 1
        if on[day] <= MOST_ON_A_DAY and len(chosen) < MOST_SHOWN:
            chosen.append(slot)
    return sorted(chosen, key=lambda one: one.starts_at)
