"""What moderators do about a person: ask to listen, send out for a while, end an evening, invite to speak."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.actor import Actor, actor_for
from auth.people import Person
from foundation.audit import record
from realtime import bars, desk_words, notes
from realtime.errors import BadPayload, LeadsHere, StillBarred, UnknownPseudonym, WhyMissing
from realtime.eventlog import MOD, append, member_stream
from realtime.models import Bar, Participant, Room
from realtime.name_keys import key
from realtime.presence import leave
from realtime.retries import first_result, remember
from realtime.room import enter, leads, require_moderator
from realtime.telling import tell_hands
from realtime.views import iso

MUTE_LASTS = timedelta(minutes=10)
TIME_OUT_LASTS = timedelta(minutes=10)
THE_EVENING = timedelta(hours=24)
MOST_MINUTES = 180


@dataclass
class _Act:
    """One act. `minutes` is for mute (0: until unmuted) and time_out; `text` for note, and why for bar."""

    session: Session
    room: Room
    actor: Actor
    person: Participant
    minutes: int | None
    text: str
    now: datetime


def act_on_person(
    session: Session,
    room_id: str,
    actor: Actor,
    pseudonym: str,
    action: str,
    *,
    minutes: int | None = None,
    text: str | None = None,
    client_id: str | None = None,
    now: datetime,
) -> dict[str, Any]:
    """mute, unmute, time_out, remove, bar, readmit, note, invite, lower_hand.

    Raises UnknownPseudonym, LeadsHere, WhyMissing, BadPayload.
    """
    room = enter(session, room_id)
    require_moderator(session, room, actor)
    before = first_result(session, room, actor.person_id, client_id) if client_id else None
    if before is not None:
        return before
    act = _Act(session, room, actor, _named(session, room, pseudonym), minutes, text or "", now)
    _carry_out(act, action)
    return remember(session, room, actor.person_id, client_id, {}) if client_id else {}


def _carry_out(act: _Act, action: str) -> None:
    do = _ACTS.get(action)
    if do is None:
        raise BadPayload("A person can be muted, sent out for a while, removed, barred, noted or invited.")
    if action in _NOT_TO_STAFF and _leads_here(act):
        raise LeadsHere()
    do(act)
    act.session.flush()
    _tell(act)
    record(
        act.session, actor=act.actor.person_id, action=f"person.{action}", kind="participant",
        object_id=act.person.id, now=act.now,
    )  # fmt: skip


def _named(session: Session, room: Room, pseudonym: str) -> Participant:
    known_as = Participant.room_id == room.id, Participant.key == key(room.id, pseudonym)
    found = session.scalar(select(Participant).where(*known_as))
    if found is None:
        raise UnknownPseudonym()
    return found


def _leads_here(act: _Act) -> bool:
    them = actor_for(act.session.get_one(Person, act.person.person_id))
    return leads(act.session, act.room, them)


def _minutes(act: _Act, otherwise: timedelta) -> timedelta:
    if act.minutes is None:
        return otherwise
    if not 1 <= act.minutes <= MOST_MINUTES:
        raise BadPayload(f"Choose between one and {MOST_MINUTES} minutes.")
    return timedelta(minutes=act.minutes)


def _mute(act: _Act) -> None:
    act.person.muted_until = act.now + (THE_EVENING if act.minutes == 0 else _minutes(act, MUTE_LASTS))


def _unmute(act: _Act) -> None:
    act.person.muted_until = None


def _time_out(act: _Act) -> None:
    act.person.away_until = act.now + _minutes(act, TIME_OUT_LASTS)
    _send_out(act, {"reason": "time_out", "until": iso(act.person.away_until)})


def _remove(act: _Act) -> None:
    act.person.removed_at = act.now
    _send_out(act, {"reason": "removed"})


def _bar(act: _Act) -> None:
    if not act.text.strip():
        raise WhyMissing()
    bars.put_up(act.session, act.room, act.person, act.text, act.actor, act.now)
    act.person.removed_at = act.now
    _send_out(act, {"reason": "barred"})


def _readmit(act: _Act) -> None:
    """Undo a removal or a time-out of this evening; a bar is lifted on its own page."""
    if act.session.get(Bar, (act.room.meeting_id, act.person.person_id)) is not None:
        raise StillBarred()
    act.person.removed_at = act.person.away_until = None


def _send_out(act: _Act, gone: dict[str, Any]) -> None:
    act.person.hand_at = None
    leave(act.session, act.room.id, act.person.person_id)
    append(act.session, act.room, member_stream(act.person.id), "gone", gone, now=act.now)
    tell_hands(act.session, act.room, now=act.now)


def _note(act: _Act) -> None:
    notes.write_note(act.session, act.room, act.person, act.actor, act.text, act.now)
    desk_words.heed(act.session, act.room, act.actor, act.person, act.text, now=act.now)


def _invite(act: _Act) -> None:
    act.person.hand_at = None
    act.person.spoken += 1
    append(act.session, act.room, member_stream(act.person.id), "invited", {}, now=act.now)
    tell_hands(act.session, act.room, now=act.now)


def _lower_hand(act: _Act) -> None:
    act.person.hand_at = None
    append(act.session, act.room, member_stream(act.person.id), "hand_down", {}, now=act.now)
    tell_hands(act.session, act.room, now=act.now)


_NOT_TO_STAFF = frozenset({"mute", "time_out", "remove", "bar"})
_ACTS: dict[str, Callable[[_Act], None]] = {
    "mute": _mute,
    "unmute": _unmute,
    "time_out": _time_out,
    "remove": _remove,
    "bar": _bar,
    "readmit": _readmit,
    "note": _note,
    "invite": _invite,
    "lower_hand": _lower_hand,
}


def _tell(act: _Act) -> None:
    """The person hears what concerns them; the desk also that somebody is out, or spoken of in a note."""
    one = act.person
    muted = {"muted_until": iso(one.muted_until)}
    append(act.session, act.room, member_stream(one.id), "person", muted, now=act.now)
    told = {"who": one.pseudonym, "removed": one.removed_at is not None, "away_until": iso(one.away_until)}
    append(act.session, act.room, MOD, "person", {**told, **muted}, now=act.now)
