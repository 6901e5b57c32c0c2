"""All that a reminder by mail says, for many at once: thousands fall due at the same moment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Integer, Row, String, and_, select, text, tuple_
from sqlalchemy.orm import Session, aliased

from auth.people import Person
from foundation.database import Database
from scheduling.appointment_records import Appointment, Status
from scheduling.missed_cost import cost_of_missing
from scheduling.reminder_choices import Channel, Choice, ReminderChoice
from scheduling.reminder_confirmations import AppointmentConfirmation
from scheduling.services import Service

About: TypeAlias = tuple[str, str]
"""An appointment and whom to remind of it, by their ids."""

STANDS = text("SELECT revision, status FROM appointment WHERE id = :id").columns(
    revision=Integer, status=String
)
_Practitioner, _To = aliased(Person), aliased(Person)


@dataclass(frozen=True)
class ReminderFacts:
    """One appointment as it is now, for one of its two people."""

    appointment_id: str
    revision: int
    status: str
    starts_at: datetime
    ends_at: datetime
    is_seat: bool
    mode: str
    practitioner: str
    practitioner_zone: str
    to_member: bool
    email: str
    timezone: str
    has_left: bool
    confirmed: bool
    cost: str
    choice: Choice

    def says(self, revision: int, now: datetime) -> bool:
        """Whether a reminder of this revision is true, and in time."""
        stands = self.revision == revision and self.status == Status.BOOKED
        return stands and not self.has_left and now < self.starts_at

    def still_stands(self, database: Database) -> bool:
        """One look, just before it is sent: a moment ago it may have been moved or cancelled."""
        return database.glance(STANDS, id=self.appointment_id) == (self.revision, self.status)


def facts_of(session: Session, about: Iterable[About]) -> Mapping[About, ReminderFacts]:
    """By whom and what they are about; nobody else's appointment is there."""
    wanted, cost = list(about), cost_of_missing(session)
    rows = session.execute(_FACTS.where(tuple_(Appointment.id, _To.id).in_(wanted)))
    return {(row.appointment_id, row.to_id): _facts(row, cost) for row in rows}


def _select() -> Any:
    confirmed = and_(
        AppointmentConfirmation.appointment_id == Appointment.id,
        AppointmentConfirmation.revision == Appointment.revision,
    )
    return (
        select(
            Appointment.id.label("appointment_id"),
            Appointment.revision,
            Appointment.status,
            Appointment.starts_at,
            Appointment.ends_at,
            Appointment.occurrence_id,
            Appointment.member_id,
            Service.mode,
            _Practitioner.name.label("practitioner"),
            _Practitioner.timezone.label("practitioner_zone"),
            _To.id.label("to_id"),
            _To.email,
            _To.timezone,
            _To.departed_at,
            AppointmentConfirmation.confirmed_at,
            ReminderChoice.channel,
            ReminderChoice.quiet_from,
            ReminderChoice.quiet_until,
            ReminderChoice.check_ins,
        )
        .join(Service, Service.id == Appointment.service_id)
        .join(_Practitioner, _Practitioner.id == Appointment.practitioner_id)
        .join(_To, _To.id.in_([Appointment.member_id, Appointment.practitioner_id]))
        .outerjoin(AppointmentConfirmation, confirmed)
        .outerjoin(ReminderChoice, ReminderChoice.person_id == _To.id)
    )


_FACTS = _select()


def _facts(row: Row[Any], cost: str) -> ReminderFacts:
    return ReminderFacts(
        appointment_id=row.appointment_id,
        revision=row.revision,
        status=row.status,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        is_seat=row.occurrence_id is not None,
        mode=row.mode,
        practitioner=row.practitioner,
        practitioner_zone=row.practitioner_zone,
        to_member=row.to_id == row.member_id,
        email=row.email,
        timezone=row.timezone,
        has_left=row.departed_at is not None,
        confirmed=row.confirmed_at is not None,
        cost=cost,
        choice=_choice(row),
    )


def _choice(row: Row[Any]) -> Choice:
    if row.channel is None:
        return Choice()
    return Choice(Channel(row.channel), row.quiet_from, row.quiet_until, row.check_ins)
