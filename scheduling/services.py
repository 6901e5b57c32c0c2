"""What can be booked: how long, how soon, how far ahead, and with whom."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.people import Person
from foundation.columns import Id, new_id
from foundation.database import Base
from foundation.errors import DomainError
from scheduling.questionnaire_records import Questionnaire

COUPLE = 2


class UnknownService(DomainError):
    code: ClassVar[str] = "unknown_service"
    default: ClassVar[str] = "That service is not offered. Choose one from the list."


class Mode(StrEnum):
    VIDEO = "video"
    PHONE = "phone"
    IN_PERSON = "in_person"


class Audience(StrEnum):
    PUBLIC = "public"
    MEMBERS = "members"
    INVITATION = "invitation"


class Service(Base):
    """A kind of session; `gap_minutes` follow it, and within `cancel_minutes` of it cancelling is late.

    `seats` is how many come: one, a couple (booked whole, by one of the two), or a group whose seats are
    booked one by one. With `approval` the practitioner says yes first. A freed time is kept for the next
    person waiting for `offer_minutes`. `intake_id` names the form that comes before a first session.
    """

    __tablename__ = "service"
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 5 AND 480", name="length"),
        CheckConstraint("gap_minutes BETWEEN 0 AND 240", name="gap"),
        CheckConstraint("step_minutes BETWEEN 5 AND 240", name="step"),
        CheckConstraint("notice_minutes >= 0 AND cancel_minutes >= 0", name="windows"),
        CheckConstraint("horizon_days BETWEEN 1 AND 366", name="horizon"),
        CheckConstraint("seats BETWEEN 1 AND 500", name="seats"),
        CheckConstraint("offer_minutes BETWEEN 5 AND 2880", name="offer"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    summary: Mapped[str] = mapped_column(Text, default="")
    minutes: Mapped[int] = mapped_column(default=50)
    gap_minutes: Mapped[int] = mapped_column(default=10)
    notice_minutes: Mapped[int] = mapped_column(default=24 * 60)
    horizon_days: Mapped[int] = mapped_column(default=60)
    cancel_minutes: Mapped[int] = mapped_column(default=24 * 60)
    step_minutes: Mapped[int] = mapped_column(default=30)
    mode: Mapped[str] = mapped_column(String(10), default=Mode.VIDEO.value)
    audience: Mapped[str] = mapped_column(String(10), default=Audience.MEMBERS.value)
    active: Mapped[bool] = mapped_column(default=True)
    seats: Mapped[int] = mapped_column(default=1)
    approval: Mapped[bool] = mapped_column(default=False)
    phone_fallback: Mapped[bool] = mapped_column(default=True)
    place: Mapped[str] = mapped_column(Text, default="")
    offer_minutes: Mapped[int] = mapped_column(default=60)
    intake_id: Mapped[str | None] = mapped_column(ForeignKey(Questionnaire.id))
    revision: Mapped[int] = mapped_column(default=0)

    @property
    def is_couple(self) -> bool:
        """Whether two come together, and one of the two books."""
        return self.seats == COUPLE

    @property
    def is_group(self) -> bool:
        """Whether its seats are booked one by one."""
        return self.seats > COUPLE


class ServicePractitioner(Base):
    """Who offers what."""

    __tablename__ = "service_practitioner"

    service_id: Mapped[str] = mapped_column(ForeignKey("service.id"), primary_key=True)
    practitioner_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


def add_service(
    session: Session, *, slug: str, name: str, practitioner_ids: Iterable[str] = (), **fields: Any
) -> Service:
    """Offer a new service with these practitioners; `fields` are the other columns of Service."""
    service = Service(slug=slug, name=name, **fields)
    session.add(service)
    session.flush()
    for one in practitioner_ids:
        session.add(ServicePractitioner(service_id=service.id, practitioner_id=one))
    session.flush()
    return service


def list_services(session: Session) -> list[Service]:
    """What is offered now, by name."""
    return list(session.scalars(select(Service).where(Service.active).order_by(Service.name)))


def find_service(session: Session, slug: str) -> Service:
    """Raises UnknownService, also when it is no longer offered."""
    return _known(session.scalar(select(Service).where(Service.slug == slug, Service.active)))


def service_of(session: Session, service_id: str) -> Service:
    """By its id, offered still or not. Raises UnknownService."""
    return _known(session.get(Service, service_id))


def practitioners_of(session: Session, service: Service) -> list[Person]:
    """Who offers it and has not left, by name."""
    offers = ServicePractitioner.practitioner_id == Person.id
    wanted = ServicePractitioner.service_id == service.id, Person.departed_at.is_(None)
    people = select(Person).join(ServicePractitioner, offers).where(*wanted)
    return list(session.scalars(people.order_by(Person.name)))


def practitioner_ids_of(session: Session, service: Service) -> list[str]:
    """Like `practitioners_of`, where ids are enough."""
    offering = ServicePractitioner.practitioner_id == Person.id
    wanted = ServicePractitioner.service_id == service.id, Person.departed_at.is_(None)
    ids = select(Person.id).join(ServicePractitioner, offering).where(*wanted).order_by(Person.name)
    return list(session.scalars(ids))


def offers(session: Session, service_id: str, practitioner_id: str) -> bool:
    """Whether this practitioner gives this service, and has not left."""
    pair = (
        ServicePractitioner.service_id == service_id,
        ServicePractitioner.practitioner_id == practitioner_id,
    )
    present = select(Person.id).join(ServicePractitioner, ServicePractitioner.practitioner_id == Person.id)
    return session.scalar(present.where(*pair, Person.departed_at.is_(None))) is not None


def _known(service: Service | None) -> Service:
    if service is None:
        raise UnknownService
    return service
