"""What members write around an appointment is heard as in the room: danger reaches a person."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.people import Person, find_person
from safety.flags import Flag, open_flags, raise_flag
from safety.screening import Tier, screen

APPOINTMENT, MEMBER = "appointment:", "member:"
NOTE, FORM, STEPS = "booking_note", "form_answer", "steps"
_LONGEST_KEPT = 4000


def hear_about(
    session: Session, appointment_id: str, member_id: str, text: str, source: str, *, now: datetime
) -> bool:
    """Screen what was written about an appointment. Says whether somebody needs a person now."""
    return _hear(session, f"{APPOINTMENT}{appointment_id}", member_id, text, source, now)


def hear_from(session: Session, member_id: str, text: str, *, now: datetime, source: str = NOTE) -> bool:
    """Screen what is about no appointment, also what could not be kept because the time was gone or it was
    too long: nobody is lost by that."""
    return _hear(session, f"{MEMBER}{member_id}", member_id, text, source, now)


def needs_somebody(session: Session, appointment_id: str) -> bool:
    """Whether something written about this appointment still waits for a person's answer."""
    return bool(open_flags(session, f"{APPOINTMENT}{appointment_id}"))


def is_waiting(session: Session, member_id: str) -> bool:
    """Whether something that this member wrote about no appointment still waits for a person's answer."""
    return bool(open_flags(session, f"{MEMBER}{member_id}"))


def appointment_of(flag: Flag) -> str | None:
    """The id of the appointment that a flag is about, if it is about one."""
    return flag.place.removeprefix(APPOINTMENT) if flag.place.startswith(APPOINTMENT) else None


def is_about_a_room(flag: Flag) -> bool:
    return not flag.place.startswith((APPOINTMENT, MEMBER))


def _hear(session: Session, place: str, member_id: str, text: str, source: str, now: datetime) -> bool:
    verdict = screen(text)
    if verdict.tier is not Tier.CRISIS:
        return False
    member, kept = find_person(session, member_id), text[:_LONGEST_KEPT]
    if not _is_known(session, member, kept):
        raise_flag(
            session,
            place=place,
            source=source,
            source_id=None,
            person_id=member.id,
            known_as=member.name,
            text=kept,
            rule=verdict.rule,
            now=now,
        )
    return True


def _is_known(session: Session, member: Person, text: str) -> bool:
    """The same words sent again, as a form is that was refused once, call nobody twice."""
    theirs = Flag.person_id == member.id, Flag.state != "disposed"
    return any(one.text == text for one in session.scalars(select(Flag).where(*theirs)))
