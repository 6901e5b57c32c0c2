"""What stands around an appointment on its member's pages: help, a form to fill in, a way to another time."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from safety.helplines import Helpline, helplines
from scheduling import listening
from scheduling.again import pass_for
from scheduling.appointments import Appointment
from scheduling.intake import is_waiting
from scheduling.listening import needs_somebody
from web.context import actor, now, settings


@dataclass(frozen=True)
class Around:
    """`care`: lines for somebody whose words here wait for a person. `again`: where another time is."""

    care: list[Helpline]
    asks_form: bool
    again: str


def urgent_lines() -> list[Helpline]:
    return [line for line in helplines(settings()) if line.urgent]


def around(session: Session, one: Appointment) -> Around:
    """For the member; whoever holds the session has pages of their own."""
    own = one.member_id == actor().person_id
    return Around(
        urgent_lines() if own and _waits(session, one) else [],
        own and is_waiting(session, one, now=now()),
        again_path(one),
    )


def _waits(session: Session, one: Appointment) -> bool:
    return needs_somebody(session, one.id) or listening.is_waiting(session, one.member_id)


def again_path(one: Appointment) -> str:
    """One step where one step will do, else all times."""
    token = pass_for(settings().secret_key, one, now=now())
    return f"/again/{token}" if token else f"/book/{one.service.slug}"
