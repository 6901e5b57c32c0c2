"""Booking a time."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from auth.people import find_person
from auth.permissions import NotAllowed
from foundation import audit
from scheduling.aftercare.contact_following import claim_contact
from scheduling.announcements import BOOKED, REQUESTED, announce
from scheduling.appointment_records import Appointment, Status
from scheduling.calendars.importing.health import is_out_of_date
from scheduling.conflicts import Wish, lock_time, require_open, take
from scheduling.guest_limit import require_room
from scheduling.holds import drop_holds
from scheduling.idempotency import first_result, remember
from scheduling.listening import NOTE, hear_about
from scheduling.occupancy import Kind, Occupancy, is_gone
from scheduling.offers import pass_on
from scheduling.seats import take_seat
from scheduling.service_invitations import require_may_book
from scheduling.services import Service, service_of

_NOT_ASKED_FOR = frozenset({"key", "hold_id", "is_bound"})
OVERRIDE_REFUSED = "Only your team can book against these rules. Choose one of the times shown."


@dataclass(frozen=True)
class Book:
    """An order. With a `key`, sending it again gives the first appointment. The caller checks who may.

    `override` is a reason to book against the practitioner's own rules. It is the staff's to give: the
    permission is "book.for_member". A session of a care plan is not `is_bound` by the service's horizon.
    """

    service_id: str
    practitioner_id: str
    member_id: str
    starts_at: datetime
    booked_by: str
    hold_id: str | None = None
    note: str = ""
    phone_fallback: bool = False
    key: str | None = None
    override: str = ""
    is_bound: bool = True

    @property
    def by_member(self) -> bool:
        return self.booked_by == self.member_id

    @property
    def request(self) -> str:
        """The contents, to tell a repeated request from another one; which hold it used does not matter."""
        contents = asdict(self) | {"starts_at": self.starts_at.astimezone(UTC).isoformat()}
        return json.dumps({name: contents[name] for name in sorted(contents) if name not in _NOT_ASKED_FOR})


def book(session: Session, order: Book, *, now: datetime) -> Appointment:
    """Take the time, tell both parties and plan their reminders; with approval, ask the practitioner first.

    So it is too while a calendar that the practitioner keeps elsewhere has not been readable for days.
    Raises SlotTaken with alternatives, NotASlot, OutsideNotice, BeyondHorizon, LimitReached, KeyReused;
    NotAllowed when members override a rule for themselves; NotInvited for a service not meant for them;
    EnoughAhead for a guest.
    """
    if order.override and order.by_member:
        raise NotAllowed(OVERRIDE_REFUSED)
    _spare_the_queue(session, order, now)
    key = (f"key:{order.booked_by}:{order.key}",) if order.key else ()
    lock_time(session, order.practitioner_id, order.member_id, also=key)
    if order.key and (first := first_result(session, order.booked_by, order.key, order.request)):
        return session.get_one(Appointment, first)
    member, service = find_person(session, order.member_id), service_of(session, order.service_id)
    if order.by_member:
        require_may_book(session, service, member.id)
        require_room(session, member.id, now=now)
    appointment, set_aside = _take_time(session, order, service, now)
    if order.by_member:
        hear_about(session, appointment.id, order.member_id, order.note, NOTE, now=now)
    if order.key:
        remember(session, order.booked_by, order.key, order.request, appointment.id, now=now)
    claim_contact(session, appointment.id, *appointment.parties, appointment.starts_at)
    announce(session, appointment, BOOKED if appointment.status == Status.BOOKED else REQUESTED, now=now)
    detail: dict[str, object] = {"on_behalf": not order.by_member}
    audit.record(
        session,
        actor=order.booked_by,
        action="appointment.book",
        kind="appointment",
        object_id=appointment.id,
        now=now,
        detail=detail | {"set_aside": set_aside} if order.override else detail,
    )
    return appointment


def first_status(service: Service, *, by_member: bool) -> Status:
    """A member asks for what needs approval; whoever works here has said yes by booking it."""
    return Status.PENDING if service.approval and by_member else Status.BOOKED


def _spare_the_queue(session: Session, order: Book, now: datetime) -> None:
    """Refuse at once what another's appointment has taken, so that a crowd does not wait for one lock.

    Whoever passes is judged under the lock.
    """
    if not is_gone(session, order.practitioner_id, order.member_id, order.starts_at.astimezone(UTC)):
        return
    service = service_of(session, order.service_id)
    if order.by_member:
        require_may_book(session, service, order.member_id)
    require_open(session, _wish(order, service), now=now)


def _take_time(
    session: Session, order: Book, service: Service, now: datetime
) -> tuple[Appointment, tuple[str, ...]]:
    """The appointment, and the codes of the rules that were set aside for it."""
    wish = _wish(order, service)
    drop_holds(session, order.member_id)
    pass_on(session, now=now, practitioner_ids=[order.practitioner_id])
    set_aside = require_open(session, wish, now=now)
    appointment = appointment_for(order, wish, now)
    if order.by_member and is_out_of_date(session, order.practitioner_id, now=now):
        appointment.status = Status.PENDING.value  # their calendar elsewhere may say no

    def write() -> None:
        session.add(appointment)
        session.flush()
        if wish.service.is_group:
            take_seat(session, appointment, wish.service, wish.taken_until, now=now)
        else:
            session.add(occupancy_for(appointment, wish))

    take(session, wish, write, now=now)
    session.refresh(appointment)
    return appointment, set_aside


def _wish(order: Book, service: Service) -> Wish:
    return Wish(
        service,
        order.practitioner_id,
        order.member_id,
        order.starts_at.astimezone(UTC),
        override=bool(order.override),
        repeats=not order.is_bound,
    )


def appointment_for(order: Book, wish: Wish, now: datetime) -> Appointment:
    return Appointment(
        service_id=order.service_id,
        practitioner_id=order.practitioner_id,
        member_id=order.member_id,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
        note=order.note,
        phone_fallback=order.phone_fallback,
        status=first_status(wish.service, by_member=order.by_member).value,
        booked_by=order.booked_by,
        override_reason=order.override or None,
        created_at=now,
        changed_at=now,
    )


def occupancy_for(appointment: Appointment, wish: Wish) -> Occupancy:
    return Occupancy(
        practitioner_id=wish.practitioner_id,
        member_id=wish.member_id,
        starts_at=wish.starts_at,
        ends_at=wish.taken_until,
        kind=Kind.APPOINTMENT.value,
        appointment_id=appointment.id,
    )
