"""A contact left for such a night: one of the team asks, another one agrees, then both see it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.audit import record
from foundation.errors import DomainError
from safety.crisis_contact import CrisisContact, contact_of
from safety.flags import Flag, NotClaimedByYou, UnknownFlag, find_flag
from safety.private_line import tell_on_line
from safety.thread_records import ContactReveal

_LONGEST_REASON = 500
_TOLD = (
    "Two of us together opened the contact that you left with us for a night like this. "
    "It is for nothing else, and it closes again when this conversation ends."
)


class NoContactLeft(DomainError):
    code = "no_contact_left"
    default = (
        "This person has left no contact, so there is none to see. Ask where they are and who could come, "
        "stay on the line, and give them 988 and 911."
    )


class AskedAlready(DomainError):
    code = "asked_already"
    default = "It is asked for already: another one of the team agrees or refuses first."


class NeedsAnother(DomainError):
    code = "needs_another"
    default = "Another one of the team has to answer this: nobody opens a contact alone."


class NothingAsked(DomainError):
    code = "nothing_asked"
    default = "Nobody asks for a contact here now. Load the page again."


class WhyMissing(DomainError):
    code = "why_missing"
    default = "Say in a sentence why the contact is needed; the person may read later that it was opened."


def ask_reveal(session: Session, flag_id: str, *, by: str, reason: str, now: datetime) -> ContactReveal:
    """Ask another one of the team to open the contact. Only whoever is with the person asks; whoever has
    taken over from one of two who agreed asks anew.

    Raises NotClaimedByYou, WhyMissing, NoContactLeft, AskedAlready.
    """
    flag = find_flag(session, flag_id)
    if flag.state != "claimed" or flag.claimed_by != by:
        raise NotClaimedByYou("Claim it first: whoever is with the person asks for the contact.")
    if not reason.strip():
        raise WhyMissing()
    if flag.person_id is None or contact_of(session, flag.person_id) is None:
        raise NoContactLeft()
    last = last_reveal(session, flag_id)
    if last is not None and (last.agreed is None or may_see_contact(flag, last, by)):
        raise AskedAlready()
    asked = ContactReveal(flag_id=flag_id, asked_by=by, asked_at=now, reason=reason.strip()[:_LONGEST_REASON])
    session.add(asked)
    session.flush()
    _note(session, flag, by, "contact.asked", now)
    return asked


def answer_reveal(session: Session, flag_id: str, *, by: str, agreed: bool, now: datetime) -> ContactReveal:
    """Agree or refuse, as another than whoever asked, and not as the person themselves.

    Raises NothingAsked, NeedsAnother, NoContactLeft. On a yes the person reads of it on their line.
    """
    flag = find_flag(session, flag_id)
    asked = last_reveal(session, flag_id)
    if asked is None or asked.agreed is not None or flag.state == "disposed":
        raise NothingAsked()
    if by in {asked.asked_by, flag.person_id}:
        raise NeedsAnother()
    if agreed and contact_of(session, flag.person_id or "") is None:
        raise NoContactLeft("The person has taken their contact back, so there is nothing to open.")
    asked.answered_by, asked.answered_at, asked.agreed = by, now, agreed
    _note(session, flag, by, "contact.agreed" if agreed else "contact.refused", now)
    if agreed:
        tell_on_line(session, flag, by, _TOLD, now=now)
    session.flush()
    return asked


def last_reveal(session: Session, flag_id: str) -> ContactReveal | None:
    """The latest time somebody asked, whatever came of it."""
    asked = select(ContactReveal).where(ContactReveal.flag_id == flag_id)
    return session.scalar(asked.order_by(ContactReveal.asked_at.desc(), ContactReveal.id).limit(1))


def may_see_contact(flag: Flag, asked: ContactReveal | None, viewer: str) -> bool:
    """The two who agreed, as long as the alert has no ending."""
    agreed = asked is not None and asked.agreed is True and asked.asked_by != asked.answered_by
    return agreed and flag.state != "disposed" and viewer in {asked.asked_by, asked.answered_by}  # type: ignore[union-attr]


def see_contact(session: Session, flag_id: str, *, viewer: str, now: datetime) -> CrisisContact:
    """The contact itself; every look is noted. Raises UnknownFlag for all but the two, NoContactLeft."""
    flag = find_flag(session, flag_id)
    if flag.person_id is None or not may_see_contact(flag, last_reveal(session, flag_id), viewer):
        raise UnknownFlag()
    contact = contact_of(session, flag.person_id)
    if contact is None:
        raise NoContactLeft("The person has taken their contact back, so it is shown no more.")
    _note(session, flag, viewer, "contact.seen", now)
    return contact


def reveals_of_person(session: Session, person_id: str) -> list[ContactReveal]:
    """Every time this person's contact was opened, the latest first: for their own account page."""
    theirs = Flag.person_id == person_id, ContactReveal.agreed.is_(True)
    opened = select(ContactReveal).join(Flag, Flag.id == ContactReveal.flag_id).where(*theirs)
    return list(session.scalars(opened.order_by(ContactReveal.answered_at.desc())))


def _note(session: Session, flag: Flag, by: str, action: str, now: datetime) -> None:
    record(session, actor=by, action=action, kind="flag", object_id=flag.id, now=now)
