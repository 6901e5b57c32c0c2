"""Moving and cancelling what is booked."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.permissions import NotAllowed
from foundation import audit
from scheduling.aftercare.contact_following import open_again
from scheduling.announcements import CANCELLED, MOVED, REQUESTED, announce
from scheduling.appointment_records import HAPPENED, Appointment, Status
from scheduling.booking import OVERRIDE_REFUSED, first_status
from scheduling.conflicts import Wish, lock_time, require_open, take
from scheduling.occupancy import Occupancy
from scheduling.offers import freed_by, offer, offer_freed, pass_on
from scheduling.refusals import AlreadyCancelled, AlreadyOver, Stale, UnknownAppointment
from scheduling.seats import change_seat, stand_up
from scheduling.series_dates import original_day, regular_start
from scheduling.series_records import Series


def move(
    session: Session,
    appointment_id: str,
    starts_at: datetime,
    *,
    revision: int,
    by: str,
    now: datetime,
    override: str = "",
) -> Appointment:
    """Put it at another time with the same practitioner; the uid stays, the revision rises.

    `revision` is the one that was looked at. Moving it to where it is changes nothing. `override` is the
    staff's reason to move it against the practitioner's own rules.
    Raises Stale, AlreadyCancelled, AlreadyOver, and what booking raises.
    """
    appointment = locked(session, appointment_id, now)
    if override and by == appointment.member_id:
        raise NotAllowed(OVERRIDE_REFUSED)
    if appointment.revision != revision:
        raise Stale
    wish = _wish(appointment, starts_at.astimezone(UTC), override)
    if wish.starts_at == appointment.starts_at:
        return appointment
    whose, what = [appointment.practitioner_id], [appointment.service_id]
    pass_on(session, now=now, practitioner_ids=whose, also=what)
    freed = freed_by(appointment)
    set_aside = require_open(session, wish, now=now)
    take(session, wish, lambda: _put(session, appointment, wish, by), now=now)
    appointment.override_reason = override or None
    appointment.status = _status_after_move(appointment, by).value
    changed(session, appointment, now)
    announce(session, appointment, MOVED if appointment.status == Status.BOOKED else REQUESTED, now=now)
    more: dict[str, object] = {"set_aside": set_aside} if override else {}
    _record(session, "appointment.move", appointment, by, now, **more)
    offer(session, freed, now=now)
    return appointment


def cancel(session: Session, appointment_id: str, *, by: str, reason: str = "", now: datetime) -> Appointment:
    """Give the time back and tell both parties; inside the service's window it is marked late.

    Raises AlreadyCancelled, AlreadyOver.
    """
    appointment = locked(session, appointment_id, now)
    free_until = appointment.starts_at - timedelta(minutes=appointment.service.cancel_minutes)
    appointment.cancelled_late = appointment.status == Status.BOOKED and now > free_until
    give_back(session, appointment, by, reason)
    changed(session, appointment, now)
    announce(session, appointment, CANCELLED, now=now)
    _record(session, "appointment.cancel", appointment, by, now)
    offer_freed(session, appointment, now=now)
    return appointment


def locked(session: Session, appointment_id: str, now: datetime) -> Appointment:
    """The appointment as it is now, with nobody else changing it; only one that is still ahead.

    Raises UnknownAppointment, AlreadyCancelled, AlreadyOver.
    """
    appointment = session.get(Appointment, appointment_id)
    if appointment is None:
        raise UnknownAppointment
    lock_time(session, *appointment.parties)
    session.refresh(appointment)
    if appointment.is_cancelled:
        raise AlreadyCancelled
    if appointment.starts_at <= now or appointment.status in HAPPENED:
        raise AlreadyOver
    return appointment


def give_back(session: Session, appointment: Appointment, by: str | None, reason: str) -> None:
    """It takes no time any more; nobody is told yet."""
    appointment.status = Status.CANCELLED.value
    appointment.cancelled_by, appointment.cancel_reason = by, reason
    _occupancy_of(session, appointment).status = "released"
    stand_up(session, appointment)
    open_again(session, appointment.id)


def changed(session: Session, appointment: Appointment, now: datetime) -> None:
    """Another revision begins: mails and calendars of older ones are out of date."""
    appointment.revision += 1
    appointment.changed_at = now
    if appointment.in_series:
        _part_from_series(session, appointment, now)
    session.flush()


def _part_from_series(session: Session, appointment: Appointment, now: datetime) -> None:
    """One date of a member's series was changed by itself; calendars follow the series' highest number."""
    series = session.get_one(Series, appointment.series_id, populate_existing=True)
    original = regular_start(series, original_day(appointment))
    appointment.exception = appointment.is_cancelled or appointment.starts_at != original
    series.sequence += 1
    series.changed_at = now


def _status_after_move(appointment: Appointment, by: str) -> Status:
    """The practitioner said yes to another time: a member's move asks anew, and staff who move it agree."""
    return first_status(appointment.service, by_member=by == appointment.member_id)


def _wish(appointment: Appointment, starts_at: datetime, override: str) -> Wish:
    return Wish(
        appointment.service,
        appointment.practitioner_id,
        appointment.member_id,
        starts_at,
        ignoring=appointment.id,
        override=bool(override),
        repeats=appointment.in_series,
    )


def _put(session: Session, appointment: Appointment, wish: Wish, by: str) -> None:
    row = _occupancy_of(session, appointment)
    row.starts_at, row.ends_at = wish.starts_at, wish.taken_until
    appointment.moved_from, appointment.moved_by = appointment.starts_at, by
    appointment.starts_at, appointment.ends_at = wish.starts_at, wish.ends_at
    if appointment.occurrence_id:
        change_seat(session, appointment, row, now=appointment.changed_at)


def _occupancy_of(session: Session, appointment: Appointment) -> Occupancy:
    return session.scalars(select(Occupancy).where(Occupancy.appointment_id == appointment.id)).one()


def _record(
    session: Session, action: str, appointment: Appointment, by: str, now: datetime, **more: object
) -> None:
    detail = {"revision": appointment.revision, "late": appointment.cancelled_late, **more}
    audit.record(
        session,
        actor=by,
        action=action,
        kind="appointment",
        object_id=appointment.id,
        now=now,
        detail=detail,
    )
