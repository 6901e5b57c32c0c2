"""How somebody wants to be reminded, and when they want to be left alone."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.people import find_person
from foundation import audit
from foundation.columns import UtcDateTime
from foundation.database import Base
from foundation.errors import DomainError
from foundation.personal import holds
from foundation.zones import find_zone
from scheduling.reminder_quiet import QuietHours

LONGEST_QUIET = 16 * 60
_DAY_MINUTES = 24 * 60


class Channel(StrEnum):
    MAIL = "mail"
    TEXT = "text"
    PUSH = "push"
    NONE = "none"


class TooQuiet(DomainError):
    code: ClassVar[str] = "too_quiet"
    default: ClassVar[str] = "Leave at least eight hours of the day in which a reminder may come."


@dataclass(frozen=True)
class Choice:
    """What holds until somebody chooses: mail, and nothing between 22:00 and 7:00 of their own clock."""

    channel: Channel = Channel.MAIL
    quiet_from: int = 22 * 60
    quiet_until: int = 7 * 60
    check_ins: bool = True

    def quiet_in(self, timezone: str) -> QuietHours:
        return QuietHours(self.quiet_from, self.quiet_until, find_zone(timezone))


class ReminderChoice(Base):
    """What one person chose. `quiet_from` and `quiet_until` are minutes of their local day."""

    __tablename__ = "reminder_choice"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(6))
    quiet_from: Mapped[int]
    quiet_until: Mapped[int]
    check_ins: Mapped[bool]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


holds(
    ReminderChoice,
    "person_id",
    title="How you are reminded",
    shows=("channel", "quiet_from", "quiet_until", "check_ins", "changed_at"),
)


def choice_of(session: Session, person_id: str) -> Choice:
    """What they chose, or what holds for whoever has not chosen."""
    row = session.get(ReminderChoice, person_id)
    return Choice() if row is None else _choice(row)


def choices_of(session: Session, person_ids: Collection[str]) -> dict[str, Choice]:
    """Of a few hundred at once, those who have chosen."""
    rows = session.scalars(select(ReminderChoice).where(ReminderChoice.person_id.in_(person_ids)))
    return {row.person_id: _choice(row) for row in rows}


def _choice(row: ReminderChoice) -> Choice:
    return Choice(Channel(row.channel), row.quiet_from, row.quiet_until, row.check_ins)


def quiet_hours_of(session: Session, person_id: str) -> QuietHours:
    return choice_of(session, person_id).quiet_in(find_person(session, person_id).timezone)


def keep_choice(session: Session, person_id: str, choice: Choice, *, now: datetime) -> None:
    """Remember what was chosen, and note that it was. Raises TooQuiet."""
    quiet = choice.quiet_in("UTC")
    if quiet.minutes > LONGEST_QUIET or not 0 <= max(quiet.start, quiet.end) < _DAY_MINUTES:
        raise TooQuiet
    row = session.get(ReminderChoice, person_id) or ReminderChoice(person_id=person_id)
    row.channel, row.check_ins, row.changed_at = choice.channel.value, choice.check_ins, now
    row.quiet_from, row.quiet_until = choice.quiet_from, choice.quiet_until
    session.add(row)
    session.flush()
    detail = {"channel": choice.channel.value}
    audit.record(
        session, actor=person_id, action="reminders.chosen", kind="person", object_id=person_id, now=now,
        detail=detail,
    )  # fmt: skip
