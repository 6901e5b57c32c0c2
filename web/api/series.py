"""Follow-ups that repeat: every date checked first, then all of them booked or none."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from auth.people import Role
from auth.permissions import NotAllowed
from scheduling.appointments import Appointment, KeyReused, NotASlot
from scheduling.hours import load_hours
from scheduling.series import BookSeries, SeriesConflict, book_series, find_series, series_appointments
from scheduling.series_records import Series
from scheduling.series_refusals import BadSeries, UnknownSeries
from scheduling.services import service_of
from web.api.access import ROOT, allow_override, api_room, asked_practitioner, asked_service, for_whom
from web.api.appointment_schemas import AppointmentTold, told
from web.api.appointments import FOR_WHOM
from web.api.calls import Answer, call
from web.api.fields import Day, Ident, Instant, Note, Reason, Sent, Told
from web.api.hearing import heard_anyway
from web.api.holds import NO_SUCH
from web.api.reading import idempotency_key
from web.api.refusals import BadRule
from web.api.rrule import read_rule
from web.context import actor, db, now
from web.guards import requires
from web.reading_trail import note_reading

blueprint = api_room("series")


class MovedDate(Sent):
    """One date of the series at another time. `date` is the one that the rule gives, in the series' zone."""

    date: Day
    starts_at: Instant


class SeriesOrder(Sent):
    """Weekly at the local time of `starts_at` in the practitioner's zone.

    With `on_conflict` fail, one date that cannot be had refuses all; with skip, such dates are left out.
    `skip` and `moved` are choices for single dates, as after a series_conflict.
    """

    service: Ident
    practitioner: Ident
    member: Ident | None = Field(default=None, description="For staff: whom it is for.")
    starts_at: Instant
    rrule: Annotated[str, StringConstraints(max_length=100)] = Field(
        description="FREQ=WEEKLY with COUNT or UNTIL, and INTERVAL; 2 to 53 dates within a year.",
        examples=["FREQ=WEEKLY;COUNT=12"],
    )
    on_conflict: Literal["fail", "skip"] = "fail"
    skip: Annotated[list[Day], Field(max_length=53)] = Field(default_factory=list)
    moved: Annotated[list[MovedDate], Field(max_length=53)] = Field(default_factory=list)
    note: Note = ""
    phone_fallback: bool = False
    override: Reason = ""


class SeriesTold(Told):
    """`uid` names it in calendars. Dates are local to `timezone`. What was skipped is not there."""

    id: str
    uid: str
    service: str
    practitioner: str
    member: str | None
    timezone: str
    first_date: date
    until_date: date | None
    every_weeks: int
    appointments: list[AppointmentTold]


@blueprint.post("/series")
@requires("member")
@call(
    "Book a time that repeats, whole or not at all",
    SeriesTold,
    status=201,
    body=SeriesOrder,
    keyed=True,
    refuses=(*NO_SUCH, *FOR_WHOM, SeriesConflict, BadSeries, BadRule, NotASlot, KeyReused),
    answer_headers=("Location",),
)
def order(body: SeriesOrder) -> Answer:
    with heard_anyway(body.note, body.member):
        key = idempotency_key()
        made = db().change(lambda session: _book(session, body, key))
    return Answer(made, {"Location": f"{ROOT}/series/{made.id}"})


@blueprint.get("/series/<series_id>")
@requires("member")
@call("A series with all its dates, cancelled and past ones too", SeriesTold, refuses=(UnknownSeries,))
def show(series_id: str) -> SeriesTold:
    with db().read() as session:
        found = seen(session, series_id)
        answer = told_series(session, found)
    if found.member_id != actor().person_id:
        note_reading("series.read", "series", found.id)
    return answer


def _book(session: Session, body: SeriesOrder, key: str | None) -> SeriesTold:
    return told_series(session, book_series(session, _order(session, body, key), now=now()))


def _order(session: Session, body: SeriesOrder, key: str | None) -> BookSeries:
    if not actor().roles:
        raise NotAllowed("Times that repeat are for members. Book a single time.")
    member_id = for_whom(session, body.member)
    service = asked_service(session, body.service)
    with_id = asked_practitioner(session, service, body.practitioner)
    allow_override(body.override, with_id)
    rule = read_rule(body.rrule)
    return BookSeries(
        service_id=service.id,
        practitioner_id=with_id,
        member_id=member_id,
        starts_at=body.starts_at,
        count=rule.dates(body.starts_at, load_hours(session, with_id).zone),
        booked_by=actor().person_id,
        every_weeks=rule.every_weeks,
        skip=frozenset(body.skip),
        moved={one.date: one.starts_at for one in body.moved},
        on_conflict=body.on_conflict,
        note=body.note,
        phone_fallback=body.phone_fallback,
        key=key,
        override=body.override,
    )


def seen(session: Session, series_id: str) -> Series:
    """One's own, as member or practitioner, and everybody's for coordinators; a group is in no one's name.

    Raises UnknownSeries.
    """
    found = find_series(session, series_id)
    parties = {found.member_id, found.practitioner_id}
    if found.member_id is None or not (actor().person_id in parties or Role.COORDINATOR in actor().roles):
        raise UnknownSeries
    return found


def told_series(session: Session, found: Series) -> SeriesTold:
    """With all its dates."""
    dates: list[Appointment] = series_appointments(session, found.id)
    return SeriesTold(
        id=found.id,
        uid=found.uid,
        service=service_of(session, found.service_id).slug,
        practitioner=found.practitioner_id,
        member=found.member_id,
        timezone=found.timezone,
        first_date=found.first_date,
        until_date=found.until_date,
        every_weeks=found.every_weeks,
        appointments=[told(one) for one in dates],
    )
