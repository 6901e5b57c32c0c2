"""A member asks to be rung: it stands first on their therapist's list until somebody has spoken with them."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy.orm import Session

from foundation.audit import record
from foundation.columns import new_id
from foundation.errors import DomainError
from foundation.timewords import clock, short_day, zone_label
from foundation.zones import find_zone
from scheduling.aftercare.concern_records import Concern
from scheduling.aftercare.concerns import ASKED, hold_care, open_concerns
from scheduling.aftercare.plans import active_plan

_FIRST = 1
_TAKEN_BACK = "taken_back"


class NobodyToAsk(DomainError):
    code: ClassVar[str] = "nobody_to_ask"
    default: ClassVar[str] = (
        "There is no plan with us right now, so nobody would see this. Help has every number."
    )


def ask_for_call(session: Session, member_id: str, *, now: datetime) -> datetime:
    """Since when they are asking; asked again it is still the first time. Raises NobodyToAsk."""
    hold_care(session, member_id)
    plan = active_plan(session, member_id)
    if plan is None:
        raise NobodyToAsk
    asked = asked_since(session, member_id)
    if asked is not None:
        return asked
    zone = find_zone(plan.timezone)
    words = f"Asked to be rung: {short_day(now, zone)}, {clock(now, zone)}, {zone_label(zone, now)}"
    concern = Concern(
        id=new_id(), member_id=member_id, rule=ASKED, grounds=words, weight=_FIRST, raised_at=now
    )  # fmt: skip
    session.add(concern)
    session.flush()
    _note(session, "concern.raised", concern, now)
    return now


def asked_since(session: Session, member_id: str) -> datetime | None:
    """None when nobody waits for a call, or it has come."""
    asked = _standing(session, member_id)
    return asked.raised_at if asked else None


def take_back_call(session: Session, member_id: str, *, now: datetime) -> None:
    """Not needed any more; nothing happens when nothing was asked."""
    hold_care(session, member_id)
    asked = _standing(session, member_id)
    if asked is not None:
        asked.ended_at, asked.ended_by, asked.ended = now, member_id, _TAKEN_BACK
        session.flush()
        _note(session, "concern.ended", asked, now)


def _standing(session: Session, member_id: str) -> Concern | None:
    return next((one for one in open_concerns(session, member_id) if one.rule == ASKED), None)


def _note(session: Session, action: str, concern: Concern, now: datetime) -> None:
    record(
        session, actor=concern.member_id, action=action, kind="concern", object_id=concern.id, now=now,
        detail={"member": concern.member_id},
    )  # fmt: skip
