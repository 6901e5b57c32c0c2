"""Concerns: raised when a rule begins to hold, ended by a contact, by a person's word, or by themselves."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.audit import record
from foundation.columns import new_id
from foundation.database import lock
from foundation.errors import DomainError
from scheduling.aftercare.concern_records import Concern
from scheduling.aftercare.rules import CareRules, Finding

BY_ITSELF, SEEN_TO = "by_itself", "seen_to"
ASKED = "asked"
"""The member asked to be rung (call_requests): no rule raises it, and none ends it."""
_LONGEST_REASON = 2000


class UnknownConcern(DomainError):
    code: ClassVar[str] = "unknown_concern"
    default: ClassVar[str] = "This has been seen to already. Load the page again."


class ReasonNeeded(DomainError):
    code: ClassVar[str] = "reason_needed"
    default: ClassVar[str] = "Say why in a sentence, so that whoever reads it later understands."


def hold_care(session: Session, *member_ids: str) -> None:
    """One at a time decides about a member's contacts, concerns and steps; until the transaction ends."""
    lock(session, *(f"care:{one}" for one in member_ids))


def open_concerns(session: Session, member_id: str) -> list[Concern]:
    """Those that stand, the most pressing first."""
    rows = select(Concern).where(Concern.member_id == member_id, Concern.ended_at.is_(None))
    return list(session.scalars(rows.order_by(Concern.weight, Concern.raised_at)))


def past_concerns(session: Session, member_id: str, *, limit: int = 20) -> list[Concern]:
    """Those that ended, the latest first."""
    rows = select(Concern).where(Concern.member_id == member_id, Concern.ended_at.is_not(None))
    return list(session.scalars(rows.order_by(Concern.ended_at.desc()).limit(limit)))


def settle_concerns(
    session: Session,
    member_id: str,
    standing: Sequence[Concern],
    seen_to: Collection[str],
    findings: Sequence[Finding],
    rules: CareRules,
    *,
    now: datetime,
) -> int:
    """Raise what began to hold, put the day's figures into what still does, end what ceased by itself.

    `standing` is what stands for the member; the rules in `seen_to` are not raised again yet. The caller
    holds the member's care. Returns how many changed.
    """
    held = {one.rule.name: one for one in findings if one.rule.concern}
    known = {one.rule for one in standing}
    changed = sum(_settle(one, held.get(one.rule), rules, now) for one in standing)
    begun = [one for name, one in held.items() if name not in known and name not in seen_to]
    for one in begun:
        _raise(session, member_id, one, now)
    return changed + len(begun)


def seen_to_lately(
    session: Session, member_ids: Collection[str], rules: CareRules, *, now: datetime
) -> dict[str, set[str]]:
    """By member, the rules whose concern a person ended so lately that it rests."""
    since = now - timedelta(days=rules.concern_again_after)
    these = Concern.member_id.in_(member_ids), Concern.ended_at >= since, Concern.ended_by.is_not(None)
    found: dict[str, set[str]] = {}
    for one in session.scalars(select(Concern).where(*these)):
        found.setdefault(one.member_id, set()).add(one.rule)
    return found


def end_concern(session: Session, concern_id: str, *, by: str, reason: str, now: datetime) -> Concern:
    """Somebody has seen to it, and says how. Raises UnknownConcern, ReasonNeeded."""
    concern = session.get(Concern, concern_id)
    if concern is None:
        raise UnknownConcern
    hold_care(session, concern.member_id)
    session.refresh(concern)
    if concern.ended_at is not None:
        raise UnknownConcern
    concern.reason = checked_reason(reason)
    _end(session, concern, SEEN_TO, by, now)
    return concern


def end_by_contact(session: Session, member_id: str, outcome: str, *, by: str, now: datetime) -> int:
    """Somebody spoke with the member: that was what every concern asked for. Returns how many."""
    standing = open_concerns(session, member_id)
    for one in standing:
        _end(session, one, outcome, by, now)
    return len(standing)


def reopen_concerns(session: Session, member_id: str, *, ended_at: datetime, by: str) -> None:
    """The contact that ended them is taken back."""
    these = Concern.member_id == member_id, Concern.ended_at == ended_at, Concern.ended_by == by
    standing = {one.rule for one in open_concerns(session, member_id)}
    for one in session.scalars(select(Concern).where(*these)):
        if one.rule not in standing and one.ended != SEEN_TO:
            one.ended_at, one.ended_by, one.ended = None, None, None
    session.flush()


def checked_reason(reason: str) -> str:
    """Raises ReasonNeeded."""
    kept = reason.strip()[:_LONGEST_REASON]
    if not kept:
        raise ReasonNeeded
    return kept


def _settle(standing: Concern, held: Finding | None, rules: CareRules, now: datetime) -> bool:
    """Whether anything about it changed. What `stays` keeps the figures of its last day."""
    if standing.rule == ASKED:
        return False
    if held is None:
        rule = rules.rule(standing.rule)
        if rule is not None and rule.stays:
            return False
        standing.ended_at, standing.ended = now, BY_ITSELF
        return True
    if (standing.grounds, standing.weight) == (held.words, held.rule.concern):
        return False
    standing.grounds, standing.weight = held.words, held.rule.concern
    return True


def _raise(session: Session, member_id: str, finding: Finding, now: datetime) -> None:
    concern = Concern(
        id=new_id(), member_id=member_id, rule=finding.rule.name, grounds=finding.words,
        weight=finding.rule.concern, raised_at=now,
    )  # fmt: skip
    session.add(concern)
    record(session, actor=None, action="concern.raised", kind="concern", object_id=concern.id, now=now,
           detail={"member": member_id})  # fmt: skip


def _end(session: Session, concern: Concern, how: str, by: str, now: datetime) -> None:
    concern.ended_at, concern.ended_by, concern.ended = now, by, how
    session.flush()
    record(session, actor=by, action="concern.ended", kind="concern", object_id=concern.id, now=now,
           detail={"how": how})  # fmt: skip
