"""The crisis lane: one moderator claims an alert, and says how it ended."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from auth.actor import Actor
from realtime.models import Room
from realtime.room import enter, require_moderator
from realtime.telling import PLACE, tell_flag
from safety.flags import UnknownFlag, claim_flag, dispose_flag, find_flag, open_flags


def claim_alert(
    session: Session, room_id: str, actor: Actor, flag_id: str, *, now: datetime
) -> dict[str, Any]:
    """Be with this person. Raises FlagTaken when somebody else was first."""
    room = _enter_with(session, room_id, actor, flag_id)
    flag = claim_flag(session, flag_id, by=actor.person_id, now=now)
    session.flush()
    tell_flag(session, room, flag, "flag", now=now)
    return {"flag": flag.id, "state": flag.state}


def dispose_alert(
    session: Session, room_id: str, actor: Actor, flag_id: str, *, outcome: str, reason: str, now: datetime
) -> dict[str, Any]:
    """Say how it ended. Raises NotClaimedByYou, ReasonMissing."""
    room = _enter_with(session, room_id, actor, flag_id)
    flag = dispose_flag(session, flag_id, by=actor.person_id, outcome=outcome, reason=reason, now=now)
    session.flush()
    tell_flag(session, room, flag, "flag", now=now)
    return {"flag": flag.id, "state": flag.state}


def claim_alert_of(session: Session, room: Room, actor: Actor, question_id: str, *, now: datetime) -> None:
    """Claim the open alert about a question; the caller holds the room. Raises UnknownFlag, FlagTaken."""
    for flag in open_flags(session, f"{PLACE}{room.id}"):
        if flag.source_id == question_id and flag.source == "question":
            claim_flag(session, flag.id, by=actor.person_id, now=now)
            session.flush()
            tell_flag(session, room, flag, "flag", now=now)
            return
    raise UnknownFlag()


def _enter_with(session: Session, room_id: str, actor: Actor, flag_id: str) -> Room:
    room = enter(session, room_id)
    require_moderator(session, room, actor)
    if find_flag(session, flag_id).place != f"{PLACE}{room.id}":
        raise UnknownFlag()
    return room
