"""What the two people of an appointment answered in their calendars, for who works with it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from scheduling.appointments import Appointment
from scheduling.calendars.replying.answers import latest_answers

_SAID = {"ACCEPTED": "Accepted", "DECLINED": "Declined", "TENTATIVE": "Perhaps"}


@dataclass(frozen=True)
class Answer:
    who: str
    said: str
    at: datetime


def told_by_mail(session: Session, one: Appointment) -> list[Answer]:
    """The newest answer of each."""
    names = {one.member_id: one.member.name, one.practitioner_id: one.practitioner.name}
    found = latest_answers(session, one).items()
    return [Answer(names[who], _SAID[str(row.answer)], row.received_at) for who, row in found if who in names]
