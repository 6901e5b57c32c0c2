"""The crisis lane: one of the team claims an alert, may hand it on, and says how it ended.

The same commands serve the desk of a room and the alert's own page, where the one on call answers who is not
in the room, or where no room is about it. Whoever comes in here holds the room first, then the alert.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from auth.actor import Actor
from auth.people import STAFF, Person, people_with
from realtime.models import Room
from realtime.room import enter, leads, require_moderator
from realtime.telling import PLACE, tell_flag
from safety import handing_on
from safety.checklist import note_answers
from safety.flags import Flag, NotClaimedByYou, UnknownFlag, claim_flag, dispose_flag, find_flag, open_flags
from safety.oncall import on_call_order
from scheduling.meetings import moderators


def claim_alert(
    session: Session, room_id: str, actor: Actor, flag_id: str, *, now: datetime
) -> dict[str, Any]:
    """Be with this person. Raises FlagTaken when somebody else was first."""
    require_desk(session, room_id, actor, flag_id)
    return take_alert(session, actor, flag_id, now=now)


def dispose_alert(
    session: Session, room_id: str, actor: Actor, flag_id: str, *, outcome: str, reason: str, now: datetime
) -> dict[str, Any]:
    """Say how it ended. Raises NotClaimedByYou, ReasonMissing."""
    require_desk(session, room_id, actor, flag_id)
    return end_alert(session, actor, flag_id, outcome=outcome, reason=reason, now=now)


def claim_alert_of(session: Session, room: Room, actor: Actor, question_id: str, *, now: datetime) -> None:
    """Claim the open alert about a question; the caller holds the room. Raises UnknownFlag, FlagTaken."""
    for flag in open_flags(session, f"{PLACE}{room.id}"):
        if flag.source_id == question_id and flag.source == "question":
            take_alert(session, actor, flag.id, now=now)
            return
    raise UnknownFlag()


def take_alert(session: Session, actor: Actor, flag_id: str, *, now: datetime) -> dict[str, Any]:
    """Claim it; the caller has looked whether the actor may answer it. Raises FlagTaken, AboutYourself."""
    room = hold_place(session, flag_id)
    flag = claim_flag(session, flag_id, by=actor.person_id, now=now)
    return _changed(session, room, flag, now)


def end_alert(
    session: Session, actor: Actor, flag_id: str, *, outcome: str, reason: str, now: datetime
) -> dict[str, Any]:
    """Say how it ended. Raises NotClaimedByYou, ReasonMissing."""
    room = hold_place(session, flag_id)
    flag = dispose_flag(session, flag_id, by=actor.person_id, outcome=outcome, reason=reason, now=now)
    return _changed(session, room, flag, now)


def release_alert(session: Session, actor: Actor, flag_id: str, *, now: datetime) -> dict[str, Any]:
    """Give it back: it sounds anew for everybody. Raises NotClaimedByYou."""
    room = hold_place(session, flag_id)
    flag = handing_on.release_flag(session, flag_id, by=actor.person_id, now=now)
    return _changed(session, room, flag, now, kind="alert")


def hand_over_alert(
    session: Session, actor: Actor, flag_id: str, to: str, *, now: datetime
) -> dict[str, Any]:
    """Ask another one of the team to take it; it waits openly until one does. Raises NobodyToHandTo."""
    room = hold_place(session, flag_id)
    if to not in {one.id for one in may_take(session, room, now)}:
        raise handing_on.NobodyToHandTo()
    flag = handing_on.hand_over_flag(session, flag_id, by=actor.person_id, to=to, now=now)
    return _changed(session, room, flag, now, kind="alert")


def keep_answers(
    session: Session, actor: Actor, flag_id: str, answers: dict[str, str], *, now: datetime
) -> dict[str, Any]:
    """What the helper has heard about plan, time and place. Raises NotClaimedByYou, AnswerTooLong."""
    room = hold_place(session, flag_id)
    flag = find_flag(session, flag_id)
    if flag.state != "claimed" or flag.claimed_by != actor.person_id:
        raise NotClaimedByYou()
    note_answers(flag, answers)
    return _changed(session, room, flag, now)


def ring_again(session: Session, flag_id: str, number: int, since: datetime | None, *, now: datetime) -> bool:
    """The next round of calls, and the desk rings again. False when somebody has it."""
    room = hold_place(session, flag_id)
    flag = handing_on.call_again(session, flag_id, number, since, now=now)
    if flag is None:
        return False
    _changed(session, room, flag, now, kind="alert")
    return True


def note_call(session: Session, flag_id: str, *, is_new_round: bool, now: datetime) -> None:
    """A call has gone out, or could not be sent: kept on the alert, and told to the desk."""
    room = hold_place(session, flag_id)
    flag = find_flag(session, flag_id)
    if is_new_round:
        flag.calls, flag.called_at = flag.calls + 1, now
    _changed(session, room, flag, now)


def may_take(session: Session, room: Room | None, now: datetime) -> list[Person]:
    """Whom an alert can be handed to: those on call, then the room's moderators, by name."""
    order = on_call_order(session, now)
    named = moderators(session, room.meeting_id) if room is not None else frozenset[str]()
    staff = {one.id: one for role in STAFF for one in people_with(session, role) if one.departed_at is None}
    others = [staff[one] for one in named if one in staff and staff[one] not in order]
    return [*order, *sorted(others, key=lambda one: one.name)]


def may_answer(session: Session, flag: Flag, actor: Actor, now: datetime) -> bool:
    """Those who were called or are on call, whoever has it, and the room's moderators; never the person."""
    if not actor.is_staff or flag.person_id == actor.person_id:
        return False
    room = room_about(session, flag)
    on_call = {one.id for one in on_call_order(session, now, about=flag.person_id)}
    known = actor.person_id in {flag.called_id, flag.claimed_by} | on_call
    return known or (room is not None and leads(session, room, actor))


def room_about(session: Session, flag: Flag) -> Room | None:
    return session.get(Room, flag.place.removeprefix(PLACE)) if flag.place.startswith(PLACE) else None


def hold_place(session: Session, flag_id: str) -> Room | None:
    """Hold the room that the alert is about, if it is about one. Raises UnknownFlag."""
    flag = session.get(Flag, flag_id)
    if flag is None:
        raise UnknownFlag()
    return enter(session, flag.place.removeprefix(PLACE)) if flag.place.startswith(PLACE) else None


def _changed(
    session: Session, room: Room | None, flag: Flag, now: datetime, *, kind: str = "flag"
) -> dict[str, Any]:
    session.flush()
    if room is not None:
        tell_flag(session, room, flag, kind, now=now)
    return {"flag": flag.id, "state": flag.state}


def require_desk(session: Session, room_id: str, actor: Actor, flag_id: str) -> None:
    """Hold the room, for those who lead it. Raises NotAllowed, UnknownFlag for an alert of elsewhere."""
    room = enter(session, room_id)
    require_moderator(session, room, actor)
    if find_flag(session, flag_id).place != f"{PLACE}{room.id}":
        raise UnknownFlag()
