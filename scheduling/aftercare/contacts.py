"""Contacts made: whoever called or wrote says how it went, in one click, and can take a slip back."""

from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.people import find_member
from foundation.audit import record
from foundation.columns import new_id
from foundation.errors import DomainError
from foundation.zones import find_zone
from safety.flags import raise_flag
from scheduling.aftercare.checkup_records import Checkup, Outcome
from scheduling.aftercare.concerns import end_by_contact, hold_care, reopen_concerns
from scheduling.aftercare.plan_contacts import finish_contact
from scheduling.aftercare.plan_records import BY_STAFF, OPEN, CarePlan, ContactState, PlannedContact
from scheduling.listening import MEMBER

__all__ = ["SLIP", "Checkup", "Outcome", "contacts_made", "note_contact", "take_back_contact"]

SLIP = timedelta(minutes=30)
"""So long a contact can be taken back by whoever noted it."""
SOURCE = "contact"
_LONGEST_NOTE = 4000
_FINISHES = {Outcome.REACHED: ContactState.DONE, Outcome.DECLINED: ContactState.DROPPED}
"""Who declined a contact was asked: it counts neither for nor against anybody. Word left is only a try."""


class ContactGone(DomainError):
    code: ClassVar[str] = "contact_gone"
    default: ClassVar[str] = "That contact is no longer open. Load the page again; nothing was noted."


class SayWhatHappened(DomainError):
    code: ClassVar[str] = "say_what_happened"
    default: ClassVar[str] = "Say in a sentence what happened: whoever is called now reads it first."


class TooLateToTakeBack(DomainError):
    code: ClassVar[str] = "too_late_to_take_back"
    default: ClassVar[str] = (
        "This can no longer be taken back: it was noted by somebody else, or more than half an hour ago."
    )


def note_contact(
    session: Session,
    member_id: str,
    outcome: Outcome,
    *,
    planned_contact_id: str | None = None,
    note: str = "",
    by: str,
    now: datetime,
) -> Checkup:
    """Keep how a contact went, and finish what was planned with it and what ran out before. Audited, sealed.

    Reached or declined also ends the member's concerns; escalating calls out whoever is on call, as danger in
    a room does. Raises UnknownPerson, ContactGone, SayWhatHappened.
    """
    member, kept = find_member(session, member_id), note.strip()[:_LONGEST_NOTE]
    if outcome is Outcome.ESCALATE and not kept:
        raise SayWhatHappened
    hold_care(session, member.id)
    planned = _open_contact(session, member.id, planned_contact_id)
    checkup = Checkup(
        id=new_id(), member_id=member.id, by_id=by, outcome=outcome.value, note=kept, at=now,
        planned_contact_id=planned.id if planned else None,
    )  # fmt: skip
    session.add(checkup)
    session.flush()
    record(session, actor=by, action="contact.made", kind="person", object_id=member.id, now=now,
           detail={"outcome": outcome.value})  # fmt: skip
    if outcome in _FINISHES:
        end_by_contact(session, member.id, outcome.value, by=by, now=now)
        if planned is not None:
            _finish(session, planned, _FINISHES[outcome], by, now)
    if outcome is Outcome.ESCALATE:
        raise_flag(
            session, place=f"{MEMBER}{member.id}", source=SOURCE, source_id=checkup.id, person_id=member.id,
            known_as=member.name, text=kept, rule="", now=now,
        )  # fmt: skip
    return checkup


def take_back_contact(session: Session, checkup_id: str, *, by: str, now: datetime) -> Checkup:
    """It was a slip of the finger: what was planned is due again, and what it ended stands again.

    Raises TooLateToTakeBack. Who was called out is told by ending the alert, not by this.
    """
    checkup = session.get(Checkup, checkup_id)
    if checkup is None:
        raise TooLateToTakeBack
    hold_care(session, checkup.member_id)
    session.refresh(checkup)
    is_late = checkup.by_id != by or now > checkup.at + SLIP or checkup.outcome == Outcome.ESCALATE
    if is_late or checkup.taken_back_at is not None:
        raise TooLateToTakeBack
    checkup.taken_back_at = now
    _reopen(session, checkup)
    reopen_concerns(session, checkup.member_id, ended_at=checkup.at, by=by)
    record(
        session, actor=by, action="contact.taken_back", kind="person", object_id=checkup.member_id, now=now
    )
    return checkup


def contacts_made(session: Session, member_id: str, *, limit: int = 50) -> list[Checkup]:
    """What was noted about this member and holds, the latest first."""
    holds = Checkup.member_id == member_id, Checkup.taken_back_at.is_(None)
    return list(session.scalars(select(Checkup).where(*holds).order_by(Checkup.at.desc()).limit(limit)))


def _open_contact(session: Session, member_id: str, contact_id: str | None) -> PlannedContact | None:
    """Raises ContactGone for one that is finished, somebody else's, or not for the team to make."""
    if contact_id is None:
        return None
    found = session.get(PlannedContact, contact_id, populate_existing=True)
    if found is None or found.member_id != member_id or found.state not in OPEN or found.kind not in BY_STAFF:
        raise ContactGone
    return found


def _finish(session: Session, planned: PlannedContact, state: ContactState, by: str, now: datetime) -> None:
    """That one, and with it what had run out before: somebody has just spoken, and owes no second call."""
    finish_contact(session, planned.id, state=state, by=by, now=now)
    plan = session.get_one(CarePlan, planned.plan_id)
    run_out = select(PlannedContact.id).where(
        PlannedContact.plan_id == plan.id,
        PlannedContact.state == ContactState.DUE,
        PlannedContact.kind.in_(sorted(BY_STAFF)),
        PlannedContact.due_by < now.astimezone(find_zone(plan.timezone)).date(),
    )
    for contact_id in session.scalars(run_out).all():
        finish_contact(session, contact_id, state=ContactState.MISSED, by=by, now=now)


def _reopen(session: Session, checkup: Checkup) -> None:
    """All that was finished at the moment of that contact."""
    theirs = PlannedContact.member_id == checkup.member_id, PlannedContact.done_at == checkup.at
    for planned in session.scalars(select(PlannedContact).where(*theirs)):
        state = ContactState.BOOKED if planned.appointment_id else ContactState.DUE
        planned.state, planned.done_at = state.value, None
    session.flush()
