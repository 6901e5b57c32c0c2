"""Who is on call, and so who is called when nobody in the room has answered."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.people import Person, Role, people_with
from foundation.columns import Id, UtcDateTime, new_id
from foundation.database import Base
from foundation.errors import DomainError

LONGEST_SHIFT = timedelta(days=14)


class BadShift(DomainError):
    code = "bad_shift"
    default = "A shift ends after it begins, lies ahead, and lasts two weeks at most."


class UnknownShift(DomainError):
    code = "unknown_shift"
    default = "There is no such shift any more. Load the page again."


class OnCallShift(Base):
    """One person answers from `starts_at` until `ends_at`."""

    __tablename__ = "on_call_shift"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)


def add_shift(session: Session, *, person_id: str, starts_at: datetime, ends_at: datetime) -> OnCallShift:
    shift = OnCallShift(person_id=person_id, starts_at=starts_at, ends_at=ends_at)
    session.add(shift)
    session.flush()
    return shift


def set_shift(
    session: Session, *, person_id: str, starts_at: datetime, ends_at: datetime, now: datetime
) -> OnCallShift:
    """A shift that a coordinator sets. Raises BadShift."""
    if not now < ends_at or not timedelta(0) < ends_at - starts_at <= LONGEST_SHIFT:
        raise BadShift()
    return add_shift(session, person_id=person_id, starts_at=starts_at, ends_at=ends_at)


def end_shift(session: Session, shift_id: str, *, now: datetime) -> None:
    """What runs ends now, what has not begun is taken out. Raises UnknownShift."""
    shift = session.get(OnCallShift, shift_id)
    if shift is None or shift.ends_at <= now:
        raise UnknownShift()
    if shift.starts_at >= now:
        session.delete(shift)
    else:
        shift.ends_at = now
    session.flush()


def who_answers(session: Session, now: datetime) -> Person | None:
    """The person whose shift it is; the later of two overlapping shifts counts."""
    shift = current_shift(session, now)
    return session.get(Person, shift.person_id) if shift else None


def current_shift(session: Session, now: datetime) -> OnCallShift | None:
    """The shift that runs now, of somebody who is still here."""
    running = OnCallShift.starts_at <= now, OnCallShift.ends_at > now, Person.departed_at.is_(None)
    shifts = select(OnCallShift).join(Person, Person.id == OnCallShift.person_id).where(*running)
    return session.scalar(shifts.order_by(OnCallShift.starts_at.desc()).limit(1))


def whom_to_call(session: Session, now: datetime, *, about: str | None = None) -> Person | None:
    """Who is called first: the shift's person, else a coordinator, a practitioner, a moderator.

    Never whom it is `about`: a helper may be the one in danger.
    """
    return next((one for one in on_call_order(session, now, about=about)), None)


def on_call_order(session: Session, now: datetime, *, about: str | None = None) -> list[Person]:
    """Who is called about a flag, one after the other: whoever is on shift, then the coordinators.

    Only without any of these, the practitioners; without those, the moderators. Never whom it is `about`.
    """
    order = _on_shift(session, now)
    order += [one for one in _here(session, Role.COORDINATOR) if one not in order]
    ways = (order, _here(session, Role.PRACTITIONER), _here(session, Role.MODERATOR))
    called = ([one for one in way if one.id != about] for way in ways)
    return next((way for way in called if way), [])


def _on_shift(session: Session, now: datetime) -> list[Person]:
    """The latest shift first; somebody with two shifts once."""
    running = OnCallShift.starts_at <= now, OnCallShift.ends_at > now, Person.departed_at.is_(None)
    people = select(Person).join(OnCallShift, Person.id == OnCallShift.person_id).where(*running)
    return list(dict.fromkeys(session.scalars(people.order_by(OnCallShift.starts_at.desc()))))


def _here(session: Session, role: Role) -> list[Person]:
    found = [one for one in people_with(session, role) if one.departed_at is None]
    return sorted(found, key=lambda one: one.id)


def coming_shifts(session: Session, now: datetime) -> list[OnCallShift]:
    """Shifts that run or are to come, the earliest first."""
    these = OnCallShift.ends_at > now
    return list(session.scalars(select(OnCallShift).where(these).order_by(OnCallShift.starts_at)))
