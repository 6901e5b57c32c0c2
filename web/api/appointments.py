"""Looking at appointments and booking them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from auth.people import UnknownPerson
from auth.permissions import NotAllowed, allow
from foundation.zones import find_zone
from scheduling.appointment_pages import Stretch, page_of
from scheduling.appointments import Appointment, Book, KeyReused, UnknownAppointment, book, find_appointment
from scheduling.recurrence import lenient_local
from web.api.access import ROOT, allow_override, api_room, asked_practitioner, asked_service, for_whom
from web.api.appointment_schemas import (
    AppointmentList,
    AppointmentOrder,
    AppointmentsAsked,
    AppointmentTold,
    tagged,
    told,
)
from web.api.calls import Answer, call
from web.api.hearing import heard_anyway
from web.api.holds import NO_SUCH, NOT_FREE
from web.api.paging import Key, clip, key_of, read_moment
from web.api.reading import idempotency_key
from web.api.refusals import LONGEST_SPAN_DAYS, BadDate, MemberMissing, NotForOthers, RangeTooLong
from web.context import actor, db, now, viewer_zone
from web.guards import requires
from web.reading_trail import note_appointment_read, note_reading

blueprint = api_room("appointments")
FOR_WHOM = (NotForOthers, MemberMissing, UnknownPerson, NotAllowed)
_DAY = timedelta(days=1)


@blueprint.get("/appointments")
@requires("member")
@call(
    "Your appointments on either side, by time",
    AppointmentList,
    query=AppointmentsAsked,
    refuses=(RangeTooLong,),
)
def index(query: AppointmentsAsked) -> AppointmentList:
    stretch = _stretch(query)
    with db().read() as session:
        found = page_of(session, actor().person_id, stretch, limit=query.limit + 1)
    page, following = clip(found, _key, query.limit)
    _note_list(page)
    return AppointmentList(appointments=[told(one) for one in page], next=following)


@blueprint.get("/appointments/<appointment_id>")
@requires("member")
@call("One appointment", AppointmentTold, refuses=(UnknownAppointment,), answer_headers=("ETag",))
def show(appointment_id: str) -> Answer:
    with db().read() as session:
        one = seen(session, appointment_id)
    note_appointment_read(one)
    return tagged(one)


@blueprint.post("/appointments")
@requires("member")
@call(
    "Book a time; by a member, for a service that needs approval, it is pending until answered",
    AppointmentTold,
    status=201,
    body=AppointmentOrder,
    keyed=True,
    refuses=(*NO_SUCH, *NOT_FREE, *FOR_WHOM, KeyReused),
    answer_headers=("ETag", "Location"),
)
def order(body: AppointmentOrder) -> Answer:
    with heard_anyway(body.note, body.member):
        key = idempotency_key()
        one = db().change(lambda session: book(session, _order(session, body, key), now=now()))
    return tagged(one, Location=f"{ROOT}/appointments/{one.id}")


def seen(session: Session, appointment_id: str, permission: str = "appointment.see") -> Appointment:
    """Somebody else's looks like one that is not there. Raises UnknownAppointment."""
    one = find_appointment(session, appointment_id)
    try:
        allow(actor(), permission, one)
    except NotAllowed as error:
        raise UnknownAppointment from error
    return one


def _order(session: Session, body: AppointmentOrder, key: str | None) -> Book:
    member_id = for_whom(session, body.member)
    service = asked_service(session, body.service)
    with_id = asked_practitioner(session, service, body.practitioner)
    allow_override(body.override, with_id)
    return Book(
        service_id=service.id,
        practitioner_id=with_id,
        member_id=member_id,
        starts_at=body.starts_at,
        booked_by=actor().person_id,
        hold_id=body.hold,
        note=body.note,
        phone_fallback=body.phone_fallback,
        key=key,
        override=body.override,
    )


def _stretch(query: AppointmentsAsked) -> Stretch:
    zone = find_zone(query.timezone) if query.timezone else viewer_zone()
    if query.first and query.last:
        if query.last < query.first:
            raise BadDate
        if (query.last - query.first).days >= LONGEST_SPAN_DAYS:
            raise RangeTooLong
    start = lenient_local(query.first, 0, zone) if query.first else None
    end = lenient_local(query.last + _DAY, 0, zone) if query.last else None
    return Stretch(start, end, _after(query.cursor))


def _after(cursor: str | None) -> tuple[datetime, str] | None:
    key = key_of(cursor)
    return (read_moment(key[0]), key[1]) if key else None


def _key(one: Appointment) -> Key:
    return one.starts_at.isoformat(), one.id


def _note_list(page: Sequence[Appointment]) -> None:
    """Others' names stand in it, so that it is noted whose."""
    others = {one.member_id for one in page} - {actor().person_id}
    if others:
        note_reading("appointments.listed", "people", "members", people=sorted(others))
