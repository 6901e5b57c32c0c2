"""Somebody needs a person: raised, claimed, disposed. A flag never goes without a word on how it ended."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.audit import record
from foundation.columns import Encrypted, Id, UtcDateTime, new_id
from foundation.database import Base, lock
from foundation.errors import DomainError
from safety.calls import promise_about_silence, promise_round, take_calls_back
from safety.oncall import on_call_order, whom_to_call
from safety.silence import SILENT, is_left_alone

PATIENCE = timedelta(seconds=60)
_log = logging.getLogger("evenside.safety")
OUTCOMES = {
    "safe": "Spoken with, safe for tonight",
    "handed_over": "Handed over to the on-call therapist",
    "emergency": "Emergency services were called",
    "false_alarm": "Not a crisis after reading it",
}


class UnknownFlag(DomainError):
    code = "unknown_flag"
    default = "There is no such alert any more. Load the page again."


class FlagTaken(DomainError):
    code = "flag_taken"
    default = "Somebody else is already with this person. Their name is on the alert."


class AboutYourself(DomainError):
    code = "about_yourself"
    default = "This one is about you: let another one of the team be with you."


class NotClaimedByYou(DomainError):
    code = "flag_not_yours"
    default = "Claim it first: whoever was with the person says how it ended."


class ReasonMissing(DomainError):
    code = "reason_missing"
    default = "Say in a sentence how it ended, and choose one of the outcomes."


class Flag(Base):
    """One text, or one person's concern, that a human must look at. `place` says where, such as room:<id>.

    `calls` counts the rounds of calls that went out, the last one at `called_at`; `call_at` is a minute after
    it began to wait, which is anew when whoever had it gave it back.
    """

    __tablename__ = "safety_flag"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    place: Mapped[str] = mapped_column(String(40), index=True)
    source: Mapped[str] = mapped_column(String(20))
    source_id: Mapped[str | None] = mapped_column(Id)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    known_as: Mapped[str] = mapped_column(Encrypted("safety_flag.known_as"))
    text: Mapped[str] = mapped_column(Encrypted("safety_flag.text"))
    rule: Mapped[str] = mapped_column(String(40), default="")
    state: Mapped[str] = mapped_column(String(10), default="raised")
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    call_at: Mapped[datetime] = mapped_column(UtcDateTime)
    called_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    claimed_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disposed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(Encrypted("safety_flag.reason"))
    checklist: Mapped[str | None] = mapped_column(Encrypted("safety_flag.checklist"))
    called_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    calls: Mapped[int] = mapped_column(default=0)


def raise_flag(
    session: Session,
    *,
    place: str,
    source: str,
    source_id: str | None,
    person_id: str | None,
    known_as: str,
    text: str,
    rule: str,
    now: datetime,
) -> Flag:
    """Note that somebody needs a person, and promise to call the one on call if nobody claims it in time."""
    called = whom_to_call(session, now, about=person_id)
    flag = Flag(
        id=new_id(), place=place, source=source, source_id=source_id, person_id=person_id, known_as=known_as,
        text=text, rule=rule, raised_at=now, call_at=now + PATIENCE, called_id=called.id if called else None,
    )  # fmt: skip
    session.add(flag)
    session.flush()
    if called is None:
        _log.error("flag raised with nobody to call", extra={"flag": flag.id})
    promise_round(session, flag.id, [called.id] if called else [], at=flag.call_at, now=now)
    record(
        session,
        actor=None,
        action="flag.raised",
        kind="flag",
        object_id=flag.id,
        now=now,
        detail={"source": source},
    )
    return flag


def claim_flag(session: Session, flag_id: str, *, by: str, now: datetime) -> Flag:
    """One person takes it, and the call is taken back until five minutes pass without a word from the team.

    Raises FlagTaken for everybody after the first, unless the first one has left the person alone: then the
    calls about that go on. Raises AboutYourself.
    """
    flag = find_flag(session, flag_id)
    if flag.state == "claimed" and flag.claimed_by == by:
        return flag
    is_over = may_take_over(session, flag, by, now)
    if flag.state != "raised" and not is_over:
        raise FlagTaken(claimed_by=flag.claimed_by)
    if flag.person_id == by:
        raise AboutYourself()
    flag.state, flag.claimed_by, flag.claimed_at = "claimed", by, now
    if not is_over:
        _expect_a_word(session, flag, now)
    action = "flag.taken_over" if is_over else "flag.claimed"
    record(session, actor=by, action=action, kind="flag", object_id=flag.id, now=now)
    return flag


def _expect_a_word(session: Session, flag: Flag, now: datetime) -> None:
    """Whoever claimed it may be gone the next moment: without a word from them somebody else is called."""
    take_calls_back(session, flag.id, now=now)
    others = [
        one.id for one in on_call_order(session, now, about=flag.person_id) if one.id != flag.claimed_by
    ]
    promise_about_silence(session, flag.id, others[:1], at=now + SILENT, now=now)


def may_take_over(session: Session, flag: Flag, by: str, now: datetime) -> bool:
    """Whether somebody else has it, and has left the person alone with it."""
    if flag.state != "claimed" or flag.claimed_at is None or by in {flag.claimed_by, flag.person_id}:
        return False
    return is_left_alone(session, flag.id, flag.claimed_at, now)


def dispose_flag(
    session: Session, flag_id: str, *, by: str, outcome: str, reason: str, now: datetime
) -> Flag:
    """Say how it ended. Only its claimer may, with an outcome and a sentence."""
    flag = find_flag(session, flag_id)
    if flag.state != "claimed" or flag.claimed_by != by:
        raise NotClaimedByYou()
    if outcome not in OUTCOMES or not reason.strip():
        raise ReasonMissing()
    flag.state, flag.disposed_at, flag.outcome, flag.reason = "disposed", now, outcome, reason.strip()
    take_calls_back(session, flag.id, now=now)
    record(
        session,
        actor=by,
        action="flag.disposed",
        kind="flag",
        object_id=flag.id,
        now=now,
        detail={"outcome": outcome},
    )
    return flag


def find_flag(session: Session, flag_id: str) -> Flag:
    """The flag, locked until the transaction ends. Raises UnknownFlag."""
    lock(session, f"flag:{flag_id}")
    flag = session.scalar(select(Flag).where(Flag.id == flag_id).execution_options(populate_existing=True))
    if flag is None:
        raise UnknownFlag()
    return flag


def open_flags(session: Session, place: str) -> list[Flag]:
    """Flags of a place that nobody has disposed of, the oldest first."""
    still_open = Flag.place == place, Flag.state != "disposed"
    return list(session.scalars(select(Flag).where(*still_open).order_by(Flag.raised_at, Flag.id)))
