"""What somebody who is deleted gives back: their seats, their times, and their places in waiting lists."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.erasing import at_farewell
from scheduling.appointment_records import Appointment, Status
from scheduling.group_records import Membership
from scheduling.group_refusals import NotIn
from scheduling.memberships import leave_group
from scheduling.rebooking import cancel
from scheduling.waitlist import leave_waitlist
from scheduling.waitlist_records import WaitlistEntry, WaitState

_AHEAD = (Status.PROPOSED, Status.PENDING, Status.BOOKED)


@at_farewell
def give_time_back(session: Session, person_id: str, now: datetime) -> None:
    """Whoever waits gets it; the practitioners are told that it is free, and no mail goes to who left."""
    _leave_groups(session, person_id, now)
    ahead = (
        Appointment.member_id == person_id,
        Appointment.starts_at > now,
        Appointment.status.in_(_AHEAD),
    )
    for one in session.scalars(select(Appointment.id).where(*ahead)).all():
        cancel(session, one, by=person_id, now=now)
    waiting = WaitlistEntry.state.in_([WaitState.WAITING, WaitState.OFFERED])
    for one in session.scalars(select(WaitlistEntry.id).where(WaitlistEntry.member_id == person_id, waiting)):
        leave_waitlist(session, one, by=person_id, now=now)


def _leave_groups(session: Session, person_id: str, now: datetime) -> None:
    groups = select(Membership.series_id).where(Membership.member_id == person_id).distinct()
    for series_id in session.scalars(groups).all():
        try:
            leave_group(session, series_id, person_id, by=person_id, now=now)
        except NotIn:
            continue  # that membership had ended
