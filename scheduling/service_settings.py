"""A service as a coordinator sets it: every setting checked, each refusal said at its field."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from auth.people import Role, people_with
from foundation import audit
from foundation.database import lock
from foundation.errors import DomainError
from foundation.plaintext import breaks_the_line, hides_something
from scheduling.appointment_records import Appointment, Status
from scheduling.questionnaire_records import Questionnaire
from scheduling.services import COUPLE, Audience, Mode, Service, ServicePractitioner, add_service, service_of

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NAME, _SLUG_LETTERS, _SUMMARY, _PLACE = 80, 60, 400, 400
_DAY = 24 * 60
_SPANS: Mapping[str, tuple[int, int, str]] = {
    "minutes": (5, 480, "A session lasts 5 minutes to 8 hours."),
    "gap_minutes": (0, 240, "The gap is nothing to 4 hours."),
    "step_minutes": (5, 240, "Starting times are 5 minutes to 4 hours apart."),
    "notice_minutes": (0, 60 * _DAY, "The notice is nothing to 60 days."),
    "cancel_minutes": (0, 60 * _DAY, "This is nothing to 60 days."),
    "horizon_days": (1, 366, "It can be booked 1 to 366 days ahead."),
    "seats": (1, 500, "A group has room for 3 to 500."),
    "offer_minutes": (5, 2 * _DAY, "A freed time is kept for 5 minutes to 2 days."),
}
RESERVED = frozenset({"code", "hold", "release", "you"})


class BadService(DomainError):
    """`problems` says at which setting what is wrong, in words."""

    code: ClassVar[str] = "bad_service"
    default: ClassVar[str] = "Some of these settings do not fit. Each says what to change."

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(problems=dict(problems))
        self.problems = dict(problems)


class StaleService(DomainError):
    code: ClassVar[str] = "stale_service"
    default: ClassVar[str] = "Somebody changed this service meanwhile. Look at it again, then decide."


@dataclass(frozen=True)
class ServiceSettings:
    """What a coordinator decides about a service; lengths in minutes, unless a name says days."""

    slug: str
    name: str
    summary: str = ""
    minutes: int = 50
    gap_minutes: int = 10
    step_minutes: int = 30
    notice_minutes: int = _DAY
    horizon_days: int = 60
    cancel_minutes: int = _DAY
    seats: int = 1
    mode: str = Mode.VIDEO.value
    phone_fallback: bool = True
    place: str = ""
    audience: str = Audience.MEMBERS.value
    approval: bool = False
    intake_id: str | None = None
    offer_minutes: int = 60
    active: bool = True
    practitioner_ids: frozenset[str] = frozenset()

    @property
    def columns(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name != "practitioner_ids"}


def save_service(
    session: Session,
    settings: ServiceSettings,
    *,
    service_id: str | None = None,
    revision: int = 0,
    by: str,
    now: datetime,
) -> Service:
    """Add a service, or change the one that was looked at. What is booked stays as it was booked.

    Raises BadService, StaleService, UnknownService.
    """
    lock(session, "services")
    service = service_of(session, service_id) if service_id else None
    if service is not None and service.revision != revision:
        raise StaleService
    problems = _problems(session, settings, service_id)
    if service is not None and _becomes_another(session, service, settings, now):
        problems["seats"] = (
            "Some are booked ahead. Offer a new service for the other kind, and close this one."
        )
    if problems:
        raise BadService(problems)
    if service is None:
        service = add_service(session, **settings.columns, practitioner_ids=settings.practitioner_ids)
        _record(session, "service.add", service, sorted(settings.columns), by, now)
    else:
        _change(session, service, settings, by, now)
    return service


def settings_of(session: Session, service: Service) -> ServiceSettings:
    names = [name for name in ServiceSettings.__dataclass_fields__ if name != "practitioner_ids"]
    values = {name: getattr(service, name) for name in names}
    return ServiceSettings(**values, practitioner_ids=_offering(session, service.id))


def all_services(session: Session) -> list[Service]:
    """Offered or not, by name, those that are offered first."""
    return list(session.scalars(select(Service).order_by(Service.active.desc(), Service.name)))


def _change(session: Session, service: Service, settings: ServiceSettings, by: str, now: datetime) -> None:
    changed = sorted(name for name, value in settings.columns.items() if getattr(service, name) != value)
    for name in changed:
        setattr(service, name, settings.columns[name])
    if _offering(session, service.id) != settings.practitioner_ids:
        changed.append("practitioners")
        _offer_by(session, service.id, settings.practitioner_ids)
    if changed:
        service.revision += 1
        session.flush()
        _record(session, "service.change", service, changed, by, now)


def _offering(session: Session, service_id: str) -> frozenset[str]:
    pairs = select(ServicePractitioner.practitioner_id).where(ServicePractitioner.service_id == service_id)
    return frozenset(session.scalars(pairs))


def _offer_by(session: Session, service_id: str, practitioner_ids: frozenset[str]) -> None:
    session.execute(delete(ServicePractitioner).where(ServicePractitioner.service_id == service_id))
    for one in sorted(practitioner_ids):
        session.add(ServicePractitioner(service_id=service_id, practitioner_id=one))
    session.flush()


def _problems(session: Session, settings: ServiceSettings, service_id: str | None) -> dict[str, str]:
    """What is wrong, by the setting's name, in words that say what to write."""
    found = _wrong_words(settings) | _wrong_spans(settings) | _wrong_choices(session, settings)
    if "slug" not in found and _is_taken(session, settings.slug, service_id):
        found["slug"] = "Another service has that address. Choose another word."
    return found


def _wrong_words(settings: ServiceSettings) -> dict[str, str]:
    found: dict[str, str] = {}
    name = settings.name.strip()
    if not name or len(name) > _NAME or breaks_the_line(name) or hides_something(name):
        found["name"] = f"Write a name on one line, up to {_NAME} letters."
    if not _SLUG.fullmatch(settings.slug) or len(settings.slug) > _SLUG_LETTERS or settings.slug in RESERVED:
        found["slug"] = "Write small letters, digits and single hyphens, like first-talk."
    for field, most in (("summary", _SUMMARY), ("place", _PLACE)):
        text = getattr(settings, field)
        if len(text) > most or hides_something(text):
            found[field] = f"Keep to {most} letters that can be seen."
    if settings.mode == Mode.IN_PERSON and not settings.place.strip():
        found["place"] = "Write where they meet: people need to find it."
    return found


def _wrong_spans(settings: ServiceSettings) -> dict[str, str]:
    spans = ((name, getattr(settings, name), bounds) for name, bounds in _SPANS.items())
    return {name: words for name, value, (least, most, words) in spans if not least <= value <= most}


def _wrong_choices(session: Session, settings: ServiceSettings) -> dict[str, str]:
    found: dict[str, str] = {}
    if settings.mode not in set(Mode):
        found["mode"] = "Choose video, phone or in person."
    if settings.audience not in set(Audience):
        found["audience"] = "Choose who may book it."
    if settings.intake_id and session.get(Questionnaire, settings.intake_id) is None:
        found["intake_id"] = "Choose a form from the list, or none."
    here = {one.id for one in people_with(session, Role.PRACTITIONER)}
    if settings.practitioner_ids - here:
        found["practitioner_ids"] = "Somebody among them no longer works here. Choose again."
    elif settings.active and not settings.practitioner_ids:
        found["practitioner_ids"] = "Choose at least one therapist, or do not offer it yet."
    return found


def _becomes_another(session: Session, service: Service, settings: ServiceSettings, now: datetime) -> bool:
    """Sessions of one and seats of a group are kept in different ways, so that none turns into the other."""
    if service.is_group == (settings.seats > COUPLE):
        return False
    ahead = Appointment.service_id == service.id, Appointment.starts_at > now
    return (
        session.scalar(select(Appointment.id).where(*ahead, Appointment.status != Status.CANCELLED))
        is not None
    )


def _is_taken(session: Session, slug: str, service_id: str | None) -> bool:
    other = session.scalar(select(Service.id).where(Service.slug == slug))
    return other is not None and other != service_id


def _record(
    session: Session, action: str, service: Service, changed: list[str], by: str, now: datetime
) -> None:
    detail = {"revision": service.revision, "changed": changed}
    audit.record(
        session, actor=by, action=action, kind="service", object_id=service.id, now=now, detail=detail
    )
