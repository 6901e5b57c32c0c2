"""Who hears of a change. The one place where a question reaches a stream, so the one place that keeps
whatever was never public out of `pub`."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from realtime.eventlog import MOD, PUB, append, member_stream
from realtime.models import Participant, Question, Room
from realtime.questions import State, is_public
from realtime.room import first_names
from realtime.views import View, author_view, desk_room_view, desk_view, flag_view, public_view, room_view
from safety.calls import calls_made
from safety.flags import Flag, raise_flag

PLACE = "room:"


def tell_question(
    session: Session, room: Room, question: Question, *, was: str | None, now: datetime
) -> None:
    """Its author and the desk hear everything; the room hears what is public, or that it no longer is."""
    author = session.get_one(Participant, question.participant_id)
    tell_desk(session, room, question, now=now)
    for one in (question, *joined_with(session, question)):
        shown = {"question": author_view(one, target_of(session, one))}
        append(session, room, member_stream(one.participant_id), "question", shown, now=now)
    if is_public(question.state):
        append(session, room, PUB, "question", {"question": public_view(question, author)}, now=now)
    elif was is not None and is_public(was):
        gone = {"question": question.id, "number": question.public_number}
        told = {**gone, "into": _public_target(session, question)}
        append(session, room, PUB, "question_gone", told, now=now)


def tell_desk(session: Session, room: Room, question: Question, *, now: datetime) -> None:
    author = session.get_one(Participant, question.participant_id)
    names = first_names(session, {question.claimed_by})
    append(session, room, MOD, "question", {"question": desk_view(question, author, names)}, now=now)


def joined_with(session: Session, question: Question) -> list[Question]:
    """Those merged into it, also by way of others: their authors follow what becomes of it."""
    these = Question.room_id == question.room_id, Question.state == State.MERGED
    merged = list(session.scalars(select(Question).where(*these).order_by(Question.number)))
    found, ends = [], {question.id}
    while more := [one for one in merged if one.merged_into in ends and one not in found]:
        found += more
        ends |= {one.id for one in more}
    return found


def target_of(session: Session, question: Question) -> Question | None:
    """The question that stands for it now, at the end of however many merges."""
    target = question
    while target.merged_into is not None:
        target = session.get_one(Question, target.merged_into)
    return target if target is not question else None


def _public_target(session: Session, question: Question) -> str | None:
    """What it was merged into, unless that still waits: the room must not learn that it exists."""
    target = session.get(Question, question.merged_into) if question.merged_into else None
    return target.id if target is not None and is_public(target.state) else None


def tell_room(session: Session, room: Room, *, now: datetime) -> None:
    append(session, room, PUB, "room", {"room": room_view(room)}, now=now)
    append(session, room, MOD, "room", {"room": desk_room_view(room)}, now=now)


def tell_flag(session: Session, room: Room, flag: Flag, kind: str, *, now: datetime) -> None:
    append(session, room, MOD, kind, {"flag": flag_as_it_is(session, flag)}, now=now)


def flag_as_it_is(session: Session, flag: Flag) -> View:
    """The alert with the calls made about it, for the desk."""
    made = calls_made(session, flag.id)
    names = first_names(session, {flag.claimed_by, flag.called_id, *(one.to for one in made)})
    return flag_view(flag, names, made)


def raise_alert(
    session: Session,
    room: Room,
    about: Participant,
    *,
    source: str,
    source_id: str | None,
    text: str,
    rule: str,
    now: datetime,
) -> Flag:
    """Somebody in this room needs a person: all moderators hear it at once, and the author sees help."""
    flag = raise_flag(
        session, place=f"{PLACE}{room.id}", source=source, source_id=source_id, person_id=about.person_id,
        known_as=about.pseudonym, text=text, rule=rule, now=now,
    )  # fmt: skip
    tell_flag(session, room, flag, "alert", now=now)
    if source != "concern":
        append(session, room, member_stream(about.id), "care", {}, now=now)
    return flag


def hands_up(session: Session, room_id: str) -> list[Participant]:
    """Those who have spoken least first, then whoever has waited longest."""
    raised = (
        Participant.room_id == room_id,
        Participant.hand_at.is_not(None),
        Participant.removed_at.is_(None),
    )
    return list(
        session.scalars(select(Participant).where(*raised).order_by(Participant.spoken, Participant.hand_at))
    )


def hands_view(hands: list[Participant]) -> list[View]:
    return [{"who": one.pseudonym, "spoken": one.spoken} for one in hands]


def tell_hands(session: Session, room: Room, *, now: datetime) -> list[Participant]:
    session.flush()
    hands = hands_up(session, room.id)
    append(session, room, MOD, "hands", {"hands": hands_view(hands)}, now=now)
    return hands
