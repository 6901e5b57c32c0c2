"""The contacts of a plan as rows: what is late, what comes next, what was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduling.aftercare.plan_records import OPEN, ContactState, PlannedContact
from scheduling.appointment_records import Appointment
from web.staff.admit_view import measure_names
from web.staff.care_words import KINDS, PLANNED, STATES, UNNOTED

_SOON = timedelta(weeks=8)


@dataclass(frozen=True)
class Row:
    """One contact. `at` is when its appointment is, if it has one."""

    title: str
    due_from: date
    due_by: date
    badge: tuple[str, str, str | None]
    at: datetime | None = None
    appointment_id: str | None = None

    def day_in(self, zone: ZoneInfo) -> date:
        """Its place among the others: when it is booked for, else the day from which it is due."""
        return self.at.astimezone(zone).date() if self.at else self.due_from


@dataclass(frozen=True)
class Rows:
    """`late` is over and not done, or not noted; `soon` comes within eight weeks; `past` is done."""

    late: Sequence[Row]
    soon: Sequence[Row]
    later: Sequence[Row]
    past: Sequence[Row]


def contact_rows(
    contacts: Sequence[PlannedContact], session: Session, *, now: datetime, zone: ZoneInfo, own_zone: ZoneInfo
) -> Rows:
    """By day in `zone`; what is over, the latest first. `own_zone` is the one that the plan's days are in."""
    reading = _Reading(now, now.astimezone(own_zone).date(), _starts(session, contacts))
    shown = [one for one in contacts if one.state != ContactState.DROPPED]
    ahead = [one for one in shown if one.state in OPEN]
    late = [one for one in ahead if reading.is_late(one)]
    coming = [one for one in ahead if one not in late]
    soon = [one for one in coming if one.due_from <= reading.today + _SOON]
    later = [one for one in coming if one.due_from > reading.today + _SOON]
    past = [one for one in shown if one.state not in OPEN]

    def rows(some: Sequence[PlannedContact]) -> list[Row]:
        return sorted(map(reading.row, some), key=lambda row: row.day_in(zone))

    return Rows(rows(late), rows(soon), rows(later), rows(past)[::-1])


@dataclass(frozen=True)
class _Reading:
    """One moment's look at them: `today` in the plan's days, `starts` when each appointment begins."""

    now: datetime
    today: date
    starts: Mapping[str, datetime]

    def at(self, one: PlannedContact) -> datetime | None:
        return self.starts.get(one.appointment_id) if one.appointment_id else None

    def is_late(self, one: PlannedContact) -> bool:
        """Due and over, or booked for a time that has come and not been noted."""
        at = self.at(one)
        return at < self.now if at else one.due_by < self.today

    def row(self, one: PlannedContact) -> Row:
        title = measure_names().get(one.code, KINDS[one.kind])
        return Row(title, one.due_from, one.due_by, self._badge(one), self.at(one), one.appointment_id)

    def _badge(self, one: PlannedContact) -> tuple[str, str, str | None]:
        if one.state == ContactState.BOOKED and self.is_late(one):
            return UNNOTED
        is_ahead = one.state == ContactState.DUE and one.due_from > self.today
        return PLANNED if is_ahead else STATES[one.state]


def _starts(session: Session, contacts: Sequence[PlannedContact]) -> dict[str, datetime]:
    ids = [one.appointment_id for one in contacts if one.appointment_id]
    asked = select(Appointment.id, Appointment.starts_at).where(Appointment.id.in_(ids))
    return dict(session.execute(asked).all())
