"""What somebody coming in needs: the room as it is at a number, or the events since the number they have."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from realtime.eventlog import MOD, PUB, events_after, heads, member_stream, payload
from realtime.hosting import hosting_view, leader_name
from realtime.line_views import team_line_view
from realtime.models import Participant, Question, Room, RoomEvent, Vote
from realtime.questions import PUBLIC, State
from realtime.room import first_name, first_names
from realtime.telling import PLACE, flag_as_it_is, hands_up, hands_view, target_of
from realtime.views import (
    View,
    author_view,
    desk_room_view,
    desk_view,
    iso,
    public_view,
    room_view,
)
from safety.flags import open_flags
from scheduling.meetings import hosts

FAR_BEHIND = 300
_CHAT_KEPT = 50


@dataclass(frozen=True)
class Seat:
    """Who asks: a participant, and whether they lead the room."""

    participant: Participant
    leads: bool

    @property
    def streams(self) -> list[str]:
        mine = [PUB, member_stream(self.participant.id)]
        return [*mine, MOD] if self.leads else mine


def whole(session: Session, room: Room, seat: Seat, _seq: int = 0) -> object:
    """Everything this person may see of the room now."""
    public = public_part(session, room)
    return {**public, "desk": desk_of(session, room)} if seat.leads else public


def catch_up(
    session: Session,
    room: Room,
    seat: Seat,
    after: Mapping[str, int] | None,
    epoch: str | None = None,
) -> View:
    """`events` since the numbers the client has, or a `snapshot` when it has none, is far behind, or is of
    another epoch. `seq` holds each stream's number that the answer brings the client to."""
    return caught_up(session, room, seat, heads(session, room.id, seat.streams), after, epoch)


def caught_up(
    session: Session,
    room: Room,
    seat: Seat,
    now_at: Mapping[str, int],
    after: Mapping[str, int] | None,
    epoch: str | None,
    tell_whole: Callable[[Session, Room, Seat, int], object] = whole,
) -> View:
    """The same for whoever knows the numbers of the streams in this moment, of this seat or of more."""
    now_at = {one: now_at[one] for one in seat.streams}
    answer = {"epoch": room.epoch, "seq": {_short(one): now_at[one] for one in seat.streams}}
    behind = _behind(now_at, after) if after is not None and epoch in {None, room.epoch} else None
    if behind is None:
        return {**answer, "snapshot": tell_whole(session, room, seat, now_at[PUB])}
    missed = [
        event for one in seat.streams for event in _missed(session, room.id, one, now_at[one], behind[one])
    ]
    return {**answer, "events": missed, "votes": votes_of(session, room.id)}


def public_part(session: Session, room: Room) -> View:
    """What everybody in the room may see of it."""
    return {
        "room": room_view(room),
        "questions": public_questions(session, room.id),
        "chat": chat_of(session, room.id),
        "host": leader_name(session, room),
    }


def about_me(session: Session, room: Room, seat: Seat, name: str) -> View:
    """The client's own side: name for the evening, own questions and votes, hand, silence."""
    return about_each(session, room, [(seat, name)])[0]


def about_each(session: Session, room: Room, seats: Sequence[tuple[Seat, str]]) -> list[View]:
    """The same for many, each with their own name outside, in few statements."""
    ids = {seat.participant.id for seat, _ in seats}
    asked = _asked_by(session, ids)
    voted = _voted_by(session, room, ids)
    return [_about(session, seat, name, asked, voted) for seat, name in seats]


def _about(
    session: Session,
    seat: Seat,
    name: str,
    asked: Mapping[str, list[Question]],
    voted: Mapping[str, list[str]],
) -> View:
    me = seat.participant
    return {
        "name": me.pseudonym,
        "moderator": seat.leads,
        "first_name": first_name(name) if seat.leads else None,
        "questions": [author_view(one, target_of(session, one)) for one in asked.get(me.id, [])],
        "voted": sorted(voted.get(me.id, [])),
        "hand": me.hand_at is not None,
        "muted_until": iso(me.muted_until),
    }


def _asked_by(session: Session, ids: Iterable[str]) -> dict[str, list[Question]]:
    found: dict[str, list[Question]] = {}
    mine = select(Question).where(Question.participant_id.in_(ids)).order_by(Question.number)
    for one in session.scalars(mine):
        found.setdefault(one.participant_id, []).append(one)
    return found


def _voted_by(session: Session, room: Room, ids: Iterable[str]) -> dict[str, list[str]]:
    """For questions that are public."""
    found: dict[str, list[str]] = {}
    cast = select(Vote.participant_id, Vote.question_id).join(Question, Question.id == Vote.question_id)
    shown = Question.room_id == room.id, Question.state.in_(list(PUBLIC))
    for by, question in session.execute(cast.where(Vote.participant_id.in_(ids), *shown)):
        found.setdefault(by, []).append(question)
    return found


def public_questions(session: Session, room_id: str) -> list[View]:
    asked = (
        select(Question, Participant)
        .join(Participant, Participant.id == Question.participant_id)
        .where(Question.room_id == room_id, Question.state.in_(list(PUBLIC)))
        .order_by(Question.number)
    )
    return [public_view(question, author) for question, author in session.execute(asked)]


def votes_of(session: Session, room_id: str) -> dict[str, int]:
    """The number of votes of every question that is in the room now."""
    votable = Question.room_id == room_id, Question.state.in_([State.LIVE, State.ANSWERING])
    return dict(session.execute(select(Question.id, Question.votes).where(*votable)).all())


def chat_of(session: Session, room_id: str) -> list[View]:
    return _latest(session, room_id, PUB, "chat")


def desk_of(session: Session, room: Room) -> View:
    """What only moderators see."""
    rows = _all_questions(session, room.id)
    names = first_names(session, {question.claimed_by for question, _ in rows})
    return {
        "room": desk_room_view(room),
        "questions": [desk_view(question, author, names) for question, author in rows],
        "flags": flags_of(session, room),
        "hands": hands_of(session, room.id),
        "backstage": backstage_of(session, room.id),
        "hosts": [first_name(one.name) for one in hosts(session, room.meeting_id)],
        "hosting": hosting_view(session, room),
    }


def flags_of(session: Session, room: Room) -> list[View]:
    """The open alerts of this room, the oldest first."""
    flags = open_flags(session, f"{PLACE}{room.id}")
    return [{**flag_as_it_is(session, flag), **team_line_view(session, flag)} for flag in flags]


def hands_of(session: Session, room_id: str) -> list[View]:
    return hands_view(hands_up(session, room_id))


def backstage_of(session: Session, room_id: str) -> list[View]:
    """The last lines that moderators and hosts said to one another."""
    return _latest(session, room_id, MOD, "backstage")


def place_view(one: Participant, now: datetime) -> View:
    """Somebody who came in, for the desk: what they did, without who they are outside."""
    return {
        "who": one.pseudonym,
        "joined_at": iso(one.joined_at),
        "muted": one.muted_until is not None and one.muted_until > now,
        "away": one.away_until is not None and one.away_until > now,
        "removed": one.removed_at is not None,
        "spoken": one.spoken,
    }


def _all_questions(session: Session, room_id: str) -> Sequence[tuple[Question, Participant]]:
    joined = select(Question, Participant).join(Participant, Participant.id == Question.participant_id)
    return list(session.execute(joined.where(Question.room_id == room_id).order_by(Question.number)))


def _latest(session: Session, room_id: str, stream: str, kind: str) -> list[View]:
    these = RoomEvent.room_id == room_id, RoomEvent.stream == stream, RoomEvent.kind == kind
    last = session.scalars(select(RoomEvent).where(*these).order_by(RoomEvent.seq.desc()).limit(_CHAT_KEPT))
    return [_said(event) for event in reversed(list(last))]


def _said(event: RoomEvent) -> View:
    told = payload(event)
    return {key: told[key] for key in ("id", "who", "text", "at")}


def _behind(now_at: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int] | None:
    """How many events each stream is ahead of the client; None when only a snapshot can help."""
    behind = {stream: number - after.get(_short(stream), 0) for stream, number in now_at.items()}
    return behind if all(0 <= count < FAR_BEHIND for count in behind.values()) else None


def _missed(session: Session, room_id: str, stream: str, head: int, behind: int) -> list[dict[str, Any]]:
    found = events_after(session, room_id, stream, head - behind, limit=behind) if behind else []
    told = [payload(event) for event in found]
    shown = as_it_is_now(session, room_id, told) if stream == PUB else told
    return [{"stream": _short(stream), **event} for event in shown]


def as_it_is_now(session: Session, room_id: str, told: list[View]) -> list[View]:
    """The past with questions in their present words: what was edited or taken out is not told again."""
    if all(event["kind"] != "question" for event in told):
        return told
    public = {one["id"]: one for one in public_questions(session, room_id)}
    return [_retold(event, public) if event["kind"] == "question" else event for event in told]


def _retold(event: View, public: Mapping[str, View]) -> View:
    question = event["question"]
    if question["id"] in public:
        return {**event, "question": public[question["id"]]}
    gone = {"kind": "question_gone", "question": question["id"], "number": question["number"], "into": None}
    return {"seq": event["seq"], "at": event["at"], **gone}


def _short(stream: str) -> str:
    """Clients know their own stream as `member`."""
    return "member" if stream.startswith("member:") else stream
