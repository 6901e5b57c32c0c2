"""Who has gone quiet: since when each member has given no sign, and what the last one was."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduling.aftercare.checkup_records import Checkup, Outcome
from scheduling.aftercare.facts_read import REMEMBERED
from scheduling.aftercare.measures.responses import last_check_ins
from scheduling.aftercare.worklist import Cared
from scheduling.appointment_records import Appointment, Status
from scheduling.journal_records import MeetingAttendance

QUIET_DAYS = 7
"""A week without a sign is worth seeing, long before it is silence by the rules."""
_CAME = (Status.ARRIVED, Status.FULFILLED)


class Sign(StrEnum):
    """What somebody gave as a sign of life. Opening a page is none: nobody is watched."""

    CHECK_IN = "check_in"
    SESSION = "session"
    MEETING = "meeting"
    CONTACT = "contact"


@dataclass(frozen=True)
class LastSign:
    sign: Sign
    at: datetime


@dataclass(frozen=True)
class Quiet:
    """`days` on the plan's calendar since the last sign, or since the plan began when there was none."""

    member: Cared
    days: int
    last: LastSign | None
    tried_at: datetime | None


def gone_quiet(session: Session, members: Sequence[Cared], *, now: datetime) -> list[Quiet]:
    """Those who gave no sign for a week or more, the longest first."""
    ids = [one.member_id for one in members]
    signs, tried = last_signs(session, ids, now=now), _tried(session, ids)
    lines = [
        Quiet(one, quiet_days(one, heard), heard, tried.get(one.member_id))
        for one in members
        for heard in [signs.get(one.member_id)]
    ]
    return sorted((one for one in lines if one.days >= QUIET_DAYS), key=lambda one: -one.days)


def quiet_days(member: Cared, last: LastSign | None) -> int:
    """Days on the plan's calendar since the last sign, or since the plan began."""
    heard = last.at.astimezone(ZoneInfo(member.timezone)).date() if last else member.began
    return (member.today - max(heard, member.began)) // timedelta(days=1)


def last_signs(session: Session, member_ids: Collection[str], *, now: datetime) -> dict[str, LastSign]:
    """The latest sign of each within half a year; who gave none is left out."""
    latest: dict[str, LastSign] = {}
    _note(latest, Sign.CHECK_IN, last_check_ins(session, member_ids))
    _note(latest, Sign.MEETING, _meetings(session, member_ids, now))
    _note(latest, Sign.MEETING, _sessions(session, member_ids, now, in_group=True))
    _note(latest, Sign.SESSION, _sessions(session, member_ids, now, in_group=False))
    _note(latest, Sign.CONTACT, _answered(session, member_ids))
    return latest


def _note(latest: dict[str, LastSign], sign: Sign, times: Mapping[str, datetime]) -> None:
    for member_id, at in times.items():
        if member_id not in latest or latest[member_id].at < at:
            latest[member_id] = LastSign(sign, at)


def _meetings(session: Session, member_ids: Iterable[str], now: datetime) -> dict[str, datetime]:
    rows = (
        select(MeetingAttendance.person_id, func.max(MeetingAttendance.starts_at))
        .where(MeetingAttendance.person_id.in_(member_ids), MeetingAttendance.came)
        .where(MeetingAttendance.starts_at >= now - REMEMBERED)
        .group_by(MeetingAttendance.person_id)
    )
    return dict(session.execute(rows).all())


def _sessions(
    session: Session, member_ids: Iterable[str], now: datetime, *, in_group: bool
) -> dict[str, datetime]:
    rows = (
        select(Appointment.member_id, func.max(Appointment.starts_at))
        .where(Appointment.member_id.in_(member_ids), Appointment.status.in_(_CAME))
        .where(Appointment.starts_at <= now, Appointment.starts_at >= now - REMEMBERED)
        .where(Appointment.occurrence_id.is_not(None) if in_group else Appointment.occurrence_id.is_(None))
        .group_by(Appointment.member_id)
    )
    return dict(session.execute(rows).all())


def _answered(session: Session, member_ids: Iterable[str]) -> dict[str, datetime]:
    return _contacts(session, member_ids, (Outcome.REACHED, Outcome.DECLINED))


def _tried(session: Session, member_ids: Iterable[str]) -> dict[str, datetime]:
    """When word was last left for each."""
    return _contacts(session, member_ids, (Outcome.LEFT_WORD,))


def _contacts(
    session: Session, member_ids: Iterable[str], outcomes: Collection[Outcome]
) -> dict[str, datetime]:
    rows = (
        select(Checkup.member_id, func.max(Checkup.at))
        .where(Checkup.member_id.in_(member_ids), Checkup.outcome.in_(outcomes))
        .where(Checkup.taken_back_at.is_(None))
        .group_by(Checkup.member_id)
    )
    return dict(session.execute(rows).all())
