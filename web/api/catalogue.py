"""What can be booked, and with whom."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from auth.people import Person
from scheduling.hours import load_many
from scheduling.services import Service, UnknownService, practitioners_of
from web.api.access import api_room, asked_service, offered_services
from web.api.calls import call
from web.api.fields import Ident, Told
from web.api.paging import Page, cut
from web.context import db
from web.guards import requires

blueprint = api_room("catalogue")


class ServiceTold(Told):
    """`seats`: one, a couple (2, booked whole) or a group, whose seats are booked one by one."""

    slug: str
    name: str
    summary: str
    minutes: int
    gap_minutes: int
    notice_minutes: int
    horizon_days: int
    cancel_minutes: int
    mode: str
    audience: str
    seats: int
    approval: bool
    phone_fallback: bool


class ServiceList(Told):
    services: list[ServiceTold]
    next: str | None


class PractitionerTold(Told):
    """`timezone` is where their hours are kept."""

    id: str
    name: str
    timezone: str


class PractitionerList(Told):
    practitioners: list[PractitionerTold]
    next: str | None


class OfService(Page):
    service: Ident


@blueprint.get("/services")
@requires("member")
@call("What you may book", ServiceList, query=Page)
def services(query: Page) -> ServiceList:
    with db().read() as session:
        offered = offered_services(session)
    page, following = cut(sorted(offered, key=_by_name), _by_name, query.cursor, query.limit)
    return ServiceList(services=[_service(one) for one in page], next=following)


@blueprint.get("/practitioners")
@requires("member")
@call("Who offers a service", PractitionerList, query=OfService, refuses=(UnknownService,))
def practitioners(query: OfService) -> PractitionerList:
    with db().read() as session:
        people = sorted(practitioners_of(session, asked_service(session, query.service)), key=_by_name)
        page, following = cut(people, _by_name, query.cursor, query.limit)
        return PractitionerList(practitioners=_people(session, page), next=following)


def _people(session: Session, page: Sequence[Person]) -> list[PractitionerTold]:
    hours = load_many(session, [one.id for one in page])
    zones = {one: theirs.timezone for one, theirs in hours.items()}
    return [
        PractitionerTold(id=one.id, name=one.name, timezone=zones.get(one.id, one.timezone)) for one in page
    ]


def _by_name(one: Service | Person) -> tuple[str, str]:
    return one.name, one.id


def _service(one: Service) -> ServiceTold:
    return ServiceTold.model_validate(one, from_attributes=True)
