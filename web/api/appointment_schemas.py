"""An appointment as programs see it. Ids, not names: whoever may know the names asks for them elsewhere."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from scheduling.appointments import Appointment, Status
from web.api.calls import Answer
from web.api.fields import Day, Ident, Instant, Note, Reason, Sent, Told, ToldTime, Zone
from web.api.paging import Page
from web.context import actor


class AppointmentTold(Told):
    """`revision` rises with each change; it is the ETag too. `series_date` is the original local date.

    `note` is for its two people, and for whoever wrote it; for others it is empty.
    """

    id: str
    uid: str
    service: str
    practitioner: str
    member: str
    starts_at: ToldTime
    ends_at: ToldTime
    status: Status
    revision: int
    note: str
    phone_fallback: bool
    cancelled_late: bool
    series: str | None
    series_date: date | None
    occurrence: str | None


class AppointmentList(Told):
    appointments: list[AppointmentTold]
    next: str | None


class AppointmentOrder(Sent):
    """`override` is a reason to book against the practitioner's own rules; it is the staff's to give."""

    service: Ident
    practitioner: Ident
    starts_at: Instant
    hold: Ident | None = None
    member: Ident | None = Field(default=None, description="For staff: whom it is for.")
    note: Note = ""
    phone_fallback: bool = False
    override: Reason = ""


class AppointmentsAsked(Page):
    first: Day | None = Field(default=None, alias="from", description="Those that start then or later.")
    last: Day | None = Field(default=None, alias="to", description="Included.")
    timezone: Zone | None = Field(default=None, description="Of these days. Yours, unless said otherwise.")


class NewStatus(StrEnum):
    """What can be noted: `booked` says yes to one that is pending; the others, whether somebody came."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    NOSHOW = "noshow"


class AppointmentChange(Sent):
    """Either a new time or a new status. With the `revision` you looked at, a stale change is refused."""

    starts_at: Instant | None = None
    status: NewStatus | None = None
    revision: int | None = Field(default=None, ge=0, le=999_999_999)
    override: Reason = ""


class Cancellation(Sent):
    reason: Reason = ""
    revision: int | None = Field(default=None, ge=0, le=999_999_999)


def told(one: Appointment) -> AppointmentTold:
    return AppointmentTold(
        id=one.id,
        uid=one.uid,
        service=one.service.slug,
        practitioner=one.practitioner_id,
        member=one.member_id,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        status=Status(one.status),
        revision=one.revision,
        note=one.note if actor().person_id in {*one.parties, one.booked_by} else "",
        phone_fallback=one.phone_fallback,
        cancelled_late=one.cancelled_late,
        series=one.series_id,
        series_date=one.series_date,
        occurrence=one.occurrence_id,
    )


def tagged(one: Appointment, **headers: str) -> Answer:
    """With its revision as the ETag."""
    return Answer(told(one), {"ETag": f'"{one.revision}"', **headers})
