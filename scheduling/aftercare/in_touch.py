"""Days on which a member and the house were in touch: meetings, check-ins, sessions, calls that happened."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.timewords import local_date
from scheduling.aftercare.measures.measure import CHECK_IN
from scheduling.aftercare.measures.responses import scores_of
from scheduling.aftercare.plan_records import BY_STAFF, ContactState, PlannedContact
from scheduling.appointment_records import Appointment
from scheduling.attendance_journal import CAME, attended
from scheduling.kept_weeks import WEEKS

_SHOWN = timedelta(weeks=WEEKS + 1)


def days_in_touch(session: Session, member_id: str, zone: ZoneInfo, *, now: datetime) -> set[date]:
    """Local days of the past weeks that kept_weeks shows, each once."""
    since = now - _SHOWN
    met = attended(session, [member_id], since=since).get(member_id, [])
    sent = scores_of(session, [member_id], [CHECK_IN], since=since).get((member_id, CHECK_IN), [])
    moments = [*met, *(one.at for one in sent), *_sessions(session, member_id, since)]
    return {local_date(at, zone) for at in [*moments, *_calls(session, member_id, since)] if at <= now}


def _sessions(session: Session, member_id: str, since: datetime) -> list[datetime]:
    theirs = Appointment.member_id == member_id, Appointment.starts_at >= since
    return list(session.scalars(select(Appointment.starts_at).where(*theirs, Appointment.status.in_(CAME))))


def _calls(session: Session, member_id: str, since: datetime) -> list[datetime]:
    theirs = PlannedContact.member_id == member_id, PlannedContact.state == ContactState.DONE
    by_staff = PlannedContact.kind.in_(sorted(BY_STAFF)), PlannedContact.done_at >= since
    found = session.scalars(select(PlannedContact.done_at).where(*theirs, *by_staff))
    return [at for at in found if at is not None]
