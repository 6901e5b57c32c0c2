"""Accounts whose week is over are deleted, unless somebody of the team is still with the person."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.erasing import erase_person
from auth.leaving import Leaving
from auth.people import STAFF, PersonRole
from auth.roster import hold_roster
from safety.flags import Flag

_AT_ONCE = 5


def erase_due_accounts(session: Session, *, now: datetime) -> int:
    """Delete a few of those that are due; returns how many. Whoever works here meanwhile stays."""
    hold_roster(session)
    in_danger = select(Flag.person_id).where(Flag.disposed_at.is_(None), Flag.person_id.is_not(None))
    staff = select(PersonRole.person_id).where(PersonRole.role.in_(sorted(STAFF)))
    kept = Leaving.person_id.not_in(in_danger), Leaving.person_id.not_in(staff)
    due = select(Leaving.person_id).where(Leaving.due_at <= now, *kept)
    first = session.scalars(due.order_by(Leaving.due_at).limit(_AT_ONCE)).all()
    return sum(erase_person(session, one, now=now) for one in first)
