"""The contacts that plans promise: which are due, and how each ended."""

from collections.abc import Collection
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation import audit
from foundation.errors import DomainError
from scheduling.aftercare.plan_records import OPEN, ContactState, PlannedContact


class UnknownContact(DomainError):
    code: ClassVar[str] = "unknown_contact"
    default: ClassVar[str] = "There is no such contact in this plan."


def find_contact(session: Session, contact_id: str) -> PlannedContact:
    """As it is now, and for others unchanged until this transaction ends. Raises UnknownContact."""
    found = session.get(PlannedContact, contact_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise UnknownContact
    return found


def due_contacts(
    session: Session,
    *,
    today: date,
    member_ids: Collection[str] | None = None,
    practitioner_id: str | None = None,
) -> list[PlannedContact]:
    """What is open and may be done on that local day or before, the longest waiting first.

    Of these members, or of everybody this practitioner is responsible for.
    """
    rows = select(PlannedContact).where(
        PlannedContact.state.in_(sorted(OPEN)), PlannedContact.due_from <= today
    )
    if member_ids is not None:
        rows = rows.where(PlannedContact.member_id.in_(member_ids))
    if practitioner_id is not None:
        rows = rows.where(PlannedContact.practitioner_id == practitioner_id)
    return list(session.scalars(rows.order_by(PlannedContact.due_by, PlannedContact.due_from)))


def contacts_of(session: Session, plan_id: str, *, hold: bool = False) -> list[PlannedContact]:
    """All that one plan promises, dropped ones too, by date. `hold` them to change them: nothing they are
    about to become is overlooked.
    """
    rows = select(PlannedContact).where(PlannedContact.plan_id == plan_id)
    if hold:
        rows = rows.with_for_update().execution_options(populate_existing=True)
    order = PlannedContact.due_from, PlannedContact.due_by, PlannedContact.kind, PlannedContact.code
    return list(session.scalars(rows.order_by(*order)))


def finish_contact(
    session: Session, contact_id: str, *, state: ContactState, by: str | None, now: datetime
) -> PlannedContact:
    """Note how it ended: done, missed or dropped. `by` is empty when the house itself noticed.

    Said again it changes nothing; done outweighs missed, and nothing outweighs done. Raises UnknownContact.
    """
    contact = find_contact(session, contact_id)
    if contact.state in {state, ContactState.DONE}:
        return contact
    before, contact.state = contact.state, ContactState(state).value
    contact.done_at = now
    session.flush()
    detail = {"from": before, "to": contact.state, "kind": contact.kind}
    audit.record(
        session,
        actor=by,
        action="contact.finish",
        kind="contact",
        object_id=contact.id,
        now=now,
        detail=detail,
    )
    return contact


def find_booked(session: Session, appointment_id: str) -> PlannedContact | None:
    """The contact that this appointment was booked for."""
    return session.scalar(select(PlannedContact).where(PlannedContact.appointment_id == appointment_id))
