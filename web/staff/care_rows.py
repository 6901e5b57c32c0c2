"""The contacts of a plan as rows: what is late, what comes next, what was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduling.aftercare.plan_records import OPEN, ContactState, PlannedContact
from scheduling.appointment_records import Appointment
from web.staff.admit_view import measure_names
from web.staff.care_words import KINDS, PLANNED, STATES

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
    """`late` should have been over, `soon` comes within eight weeks, `later` after that, `past` is done."""

    late: Sequence[Row]
    soon: Sequence[Row]
    later: Sequence[Row]
    past: Sequence[Row]


def contact_rows(
    contacts: Sequence[PlannedContact], session: Session, *, today: date, zone: ZoneInfo
) -> Rows:
    """By day; what is over, the latest first."""
    ids = [one.appointment_id for one in contacts if one.appointment_id]
    asked = select(Appointment.id, Appointment.starts_at).where(Appointment.id.in_(ids))
    starts: dict[str, datetime] = dict(session.execute(asked).all())
    names = measure_names()
    shown = [one for one in contacts if one.state != ContactState.DROPPED]
    ahead = [one for one in shown if one.state in OPEN]

    def rows(some: Sequence[PlannedContact]) -> list[Row]:
        made = [_row(one, names.get(one.code, KINDS[one.kind]), starts, today) for one in some]
        return sorted(made, key=lambda row: row.day_in(zone))

    return Rows(
        rows([one for one in ahead if one.due_by < today]),
        rows([one for one in ahead if today <= one.due_by and one.due_from <= today + _SOON]),
        rows([one for one in ahead if one.due_by >= today and one.due_from > today + _SOON]),
        rows([one for one in shown if one.state not in OPEN])[::-1],
    )


def _row(one: PlannedContact, title: str, starts: dict[str, datetime], today: date) -> Row:
    at = starts.get(one.appointment_id) if one.appointment_id else None
    is_ahead = one.state == ContactState.DUE and one.due_from > today
    badge = PLANNED if is_ahead else STATES[one.state]
    return Row(title, one.due_from, one.due_by, badge, at, one.appointment_id)
