"""What is looked up for a calendar: few columns of many rows, as a therapist's year is a thousand of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, cast

from sqlalchemy import ColumnElement, Executable, select
from sqlalchemy.orm import Session, aliased

from auth.people import Person, PersonRole, Role
from scheduling.appointment_records import Appointment
from scheduling.calendars.follow_ups import HIDDEN
from scheduling.group_records import GroupOccurrence
from scheduling.meeting_records import Duty, Meeting, MeetingAudience, MeetingPerson
from scheduling.services import Service

_Member, _Practitioner = aliased(Person), aliased(Person)


class DateFacts(Protocol):
    """One appointment, with the names that a fuller calendar may show."""

    id: str
    uid: str
    revision: int
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    status: str
    series_id: str | None
    series_date: date | None
    occurrence_id: str | None
    service: str
    member: str
    practitioner: str


class SessionFacts(Protocol):
    """One session of a group, as who leads it sees it."""

    id: str
    series_id: str | None
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    service: str
    practitioner: str


_DATES = (
    select(
        *(Appointment.id, Appointment.uid, Appointment.revision, Appointment.starts_at, Appointment.ends_at),
        *(Appointment.changed_at, Appointment.status, Appointment.series_id, Appointment.series_date),
        *(Appointment.occurrence_id, Service.name.label("service"), _Member.name.label("member")),
        _Practitioner.name.label("practitioner"),
    )
    .join(Service, Service.id == Appointment.service_id)
    .join(_Member, _Member.id == Appointment.member_id)
    .join(_Practitioner, _Practitioner.id == Appointment.practitioner_id)
)
_SESSIONS = (
    select(
        *(GroupOccurrence.id, GroupOccurrence.series_id, GroupOccurrence.starts_at, GroupOccurrence.ends_at),
        *(GroupOccurrence.changed_at, Service.name.label("service"), Person.name.label("practitioner")),
    )
    .join(Service, Service.id == GroupOccurrence.service_id)
    .join(Person, Person.id == GroupOccurrence.practitioner_id)
)


@dataclass(frozen=True)
class Whose:
    """Whose dates: a member's own with their seats, or those with practitioners, who lead groups."""

    people: Collection[str]
    as_member: bool


def dates_of(session: Session, whose: Whose, since: datetime) -> Sequence[DateFacts]:
    """What takes place from `since` on, by time; who leads a group sees its sessions instead of its seats."""
    side = Appointment.member_id if whose.as_member else Appointment.practitioner_id
    chosen: list[ColumnElement[bool]] = [side.in_(whose.people), Appointment.starts_at >= since]
    if not whose.as_member:
        chosen.append(Appointment.occurrence_id.is_(None))
    shown = _DATES.where(*chosen, Appointment.status.not_in(HIDDEN))
    return _rows(session, shown.order_by(Appointment.starts_at, Appointment.id))


def dates_of_series(session: Session, ids: Collection[str]) -> Sequence[DateFacts]:
    """Every date of these series, cancelled ones too, each series in the order of its original dates."""
    theirs = _DATES.where(Appointment.series_id.in_(ids), Appointment.occurrence_id.is_(None))
    return _rows(session, theirs.order_by(Appointment.series_id, Appointment.series_date))


def group_sessions(session: Session, whose: Whose, since: datetime) -> Sequence[SessionFacts]:
    """The sessions of groups that these people lead; none for a member, who has a seat instead."""
    if whose.as_member:
        return []
    led = GroupOccurrence.practitioner_id.in_(whose.people), GroupOccurrence.status == "active"
    shown = _SESSIONS.where(*led, GroupOccurrence.starts_at >= since)
    found = session.execute(shown.order_by(GroupOccurrence.starts_at, GroupOccurrence.id)).all()
    return cast(Sequence[SessionFacts], found)


def hosted_meetings(session: Session, people: Collection[str]) -> Sequence[Meeting]:
    """The weekly meetings that one of these people leads."""
    led = MeetingPerson.person_id.in_(people), MeetingPerson.duty == Duty.HOST
    theirs = select(MeetingPerson.meeting_id).where(*led)
    return session.scalars(select(Meeting).where(Meeting.id.in_(theirs)).order_by(Meeting.slug)).all()


def open_meetings(session: Session) -> Sequence[Meeting]:
    """The meetings that everybody may see."""
    everybodys = Meeting.audience == MeetingAudience.OPEN
    return session.scalars(select(Meeting).where(everybodys).order_by(Meeting.slug)).all()


def practitioners(session: Session) -> list[str]:
    """The ids of all who hold sessions here."""
    holding = select(PersonRole.person_id).join(Person, Person.id == PersonRole.person_id)
    present = PersonRole.role == Role.PRACTITIONER.value, Person.departed_at.is_(None)
    return list(session.scalars(holding.where(*present).order_by(PersonRole.person_id)))


def _rows(session: Session, shown: Executable) -> Sequence[DateFacts]:
    return cast(Sequence[DateFacts], session.execute(shown).all())
