"""What is said on a private line: kept, screened, and told to the person's own stream and to the desk."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from auth.actor import Actor
from realtime.alerts import hold_place
from realtime.eventlog import MOD, append, member_stream
from realtime.models import Room
from realtime.room import find_participant
from realtime.telling import raise_alert, tell_flag
from safety import private_line
from safety.flags import Flag, UnknownFlag, find_flag, raise_flag
from safety.handing_on import call_about_words
from safety.private_line import LineOver, line_of, say_on_line
from safety.reveals import answer_reveal, ask_reveal
from safety.screening import Tier, screen
from safety.silence import SILENT, unanswered_since

_LONGEST_KEPT = 4000


def speak_to_person(
    session: Session, actor: Actor, flag_id: str, text: str, *, now: datetime
) -> dict[str, Any]:
    """The helper's words. Raises NotClaimedByYou, LineOver, NothingSaid, SaidTooMuch."""
    room = hold_place(session, flag_id)
    said = say_on_line(session, flag_id, actor, text, from_team=True, now=now)
    _tell_line(session, room, find_flag(session, flag_id), now)
    return {"flag": flag_id, "message": said.id}


def speak_to_team(
    session: Session, actor: Actor, flag_id: str, text: str, *, now: datetime
) -> dict[str, Any]:
    """The person's words: never limited, and heard as everything else is.

    Words of danger sound at the desk again; after the ending they begin a new alert. Other words are called
    out too, when whoever has the alert answers none of them for five minutes. Raises UnknownFlag,
    NothingSaid, and LineOver for other words once it has ended.
    """
    room = hold_place(session, flag_id)
    in_danger = screen(text).tier is Tier.CRISIS
    flag = _own(session, actor, flag_id)
    if flag.state == "disposed" and in_danger:
        return need_again(session, actor, flag_id, text, now=now)
    is_first = unanswered_since(session, flag_id) is None
    said = say_on_line(session, flag_id, actor, text, from_team=False, now=now)
    if in_danger:
        _alarm_again(session, room, flag, now)
    elif is_first and flag.state == "claimed":
        call_about_words(session, flag, after=SILENT, now=now)
    _tell_line(session, room, flag, now)
    return {"flag": flag_id, "message": said.id}


def need_again(session: Session, actor: Actor, flag_id: str, text: str, *, now: datetime) -> dict[str, Any]:
    """After the ending: a new alert about the same place, with what they say now as its first words."""
    room = hold_place(session, flag_id)
    before = _own(session, actor, flag_id)
    if before.state != "disposed":
        raise LineOver("This conversation is still open. Write on it.")
    words = text.strip()[:_LONGEST_KEPT] or "They need somebody again."
    rule = screen(text).rule or "asked again"  # of the whole, as it was listened to before this transaction
    flag = _raised_anew(session, room, before, words, rule, now)
    return {"flag": flag.id, "message": None}


def ask_contact(
    session: Session, actor: Actor, flag_id: str, reason: str, *, now: datetime
) -> dict[str, Any]:
    """Ask another one of the team to open the contact. Raises NoContactLeft, AskedAlready, WhyMissing."""
    room = hold_place(session, flag_id)
    ask_reveal(session, flag_id, by=actor.person_id, reason=reason, now=now)
    flag = find_flag(session, flag_id)
    if room is not None:
        tell_flag(session, room, flag, "flag", now=now)
    return {"flag": flag.id, "state": flag.state}


def open_contact(
    session: Session, actor: Actor, flag_id: str, *, agreed: bool, now: datetime
) -> dict[str, Any]:
    """The second one's yes or no; a yes is told on the line. Raises NothingAsked, NeedsAnother."""
    room = hold_place(session, flag_id)
    answer_reveal(session, flag_id, by=actor.person_id, agreed=agreed, now=now)
    flag = find_flag(session, flag_id)
    _tell_line(session, room, flag, now)
    return {"flag": flag.id, "state": flag.state}


def _own(session: Session, actor: Actor, flag_id: str) -> Flag:
    flag = find_flag(session, flag_id)
    if flag.person_id != actor.person_id or not private_line.is_shown_to_person(session, flag):
        raise UnknownFlag()
    return flag


def _alarm_again(session: Session, room: Room | None, flag: Flag, now: datetime) -> None:
    """Whoever has it may be away: everybody hears it, and it is called out if nobody answers."""
    if flag.state == "claimed":
        call_about_words(session, flag, now=now)
    if room is not None:
        tell_flag(session, room, flag, "alert", now=now)


def _raised_anew(
    session: Session, room: Room | None, before: Flag, text: str, rule: str, now: datetime
) -> Flag:
    place = find_participant(session, room.id, before.person_id or "") if room is not None else None
    if room is not None and place is not None:
        return raise_alert(session, room, place, source="line", source_id=None, text=text, rule=rule, now=now)
    return raise_flag(
        session, place=before.place, source="line", source_id=None, person_id=before.person_id,
        known_as=before.known_as, text=text, rule=rule, now=now,
    )  # fmt: skip


def _tell_line(session: Session, room: Room | None, flag: Flag, now: datetime) -> None:
    """Only that something was said: its words are read from the line itself, by those who may."""
    if room is None:
        return
    count = len(line_of(session, flag.id))
    told = {"line": {"flag": flag.id, "state": flag.state, "messages": count}}
    append(session, room, MOD, "line", told, now=now)
    place = find_participant(session, room.id, flag.person_id) if flag.person_id else None
    if place is not None and private_line.is_shown_to_person(session, flag):
        append(session, room, member_stream(place.id), "line", told, now=now)
