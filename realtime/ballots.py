"""Votes of one moment in one transaction, by the same rules as for one (realtime/taking_part.py)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, tuple_, update
from sqlalchemy.orm import Session, load_only

from auth.actor import Actor
from auth.permissions import NotSignedIn, allow
from foundation.errors import DomainError
from realtime.actors import actors_of
from realtime.door import require_inside
from realtime.errors import NotJoined, UnknownQuestion, WrongState
from realtime.models import Participant, Question, Room, Vote
from realtime.questions import VOTABLE, State, is_public
from realtime.room import enter, require_running
from realtime.visitors import Credential

Pair = tuple[str, str]
"""A question and a participant."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """Somebody wants a question answered, or no longer."""

    credential: Credential
    room_id: str
    question_id: str
    on: bool


Outcome = dict[str, Any] | DomainError


def cast_votes(session: Session, room_id: str, ballots: Sequence[Ballot], *, now: datetime) -> list[Outcome]:
    """An answer for each, in their order: the question's votes once all count, or why it was refused."""
    room = enter(session, room_id)
    actors = actors_of(session, {one.credential for one in ballots}, now=now)
    places = _places(session, room, actors.values())
    states = _states(session, room, {one.question_id for one in ballots})
    judged = [_judged(room, one, actors, places, states, now) for one in ballots]
    wanted = {pair: one.on for one, pair in zip(ballots, judged, strict=True) if isinstance(pair, tuple)}
    votes = _set_votes(session, wanted)
    return [pair if isinstance(pair, DomainError) else {"votes": votes[pair[0]]} for pair in judged]


def _judged(
    room: Room,
    ballot: Ballot,
    actors: Mapping[Credential, Actor],
    places: Mapping[str, Participant],
    states: Mapping[str, str],
    now: datetime,
) -> Pair | DomainError:
    try:
        place = _require_present(room, actors.get(ballot.credential), places, now)
        _require_votable(states.get(ballot.question_id))
    except DomainError as refusal:
        return refusal
    return ballot.question_id, place.id


def _require_present(
    room: Room, actor: Actor | None, places: Mapping[str, Participant], now: datetime
) -> Participant:
    if actor is None:
        raise NotSignedIn
    allow(actor, "room.join")
    place = places.get(actor.person_id)
    if place is None:
        raise NotJoined
    require_inside(place, now)
    require_running(room)
    return place


def _require_votable(state: str | None) -> None:
    if state is None or not is_public(state):
        raise UnknownQuestion
    if State(state) not in VOTABLE:
        raise WrongState


def _places(session: Session, room: Room, actors: Iterable[Actor]) -> dict[str, Participant]:
    """By person, without the names, which are sealed."""
    doors = load_only(Participant.person_id, Participant.removed_at, Participant.away_until)
    these = Participant.room_id == room.id, Participant.person_id.in_({one.person_id for one in actors})
    return {one.person_id: one for one in session.scalars(select(Participant).where(*these).options(doors))}


def _states(session: Session, room: Room, ids: Iterable[str]) -> dict[str, str]:
    asked = select(Question.id, Question.state).where(Question.room_id == room.id, Question.id.in_(ids))
    return dict(session.execute(asked).all())


def _set_votes(session: Session, wanted: Mapping[Pair, bool]) -> dict[str, int]:
    """The number of votes of each question then."""
    if not wanted:
        return {}
    pair = tuple_(Vote.question_id, Vote.participant_id)
    rows = select(Vote.question_id, Vote.participant_id).where(pair.in_(wanted))
    there = {(question, place) for question, place in session.execute(rows)}
    more = [one for one, on in wanted.items() if on and one not in there]
    fewer = [one for one, on in wanted.items() if not on and one in there]
    if more:
        session.execute(insert(Vote), [{"question_id": one, "participant_id": place} for one, place in more])
    if fewer:
        session.execute(delete(Vote).where(pair.in_(fewer)))
    return _count(session, {one for one, _ in wanted})


def _count(session: Session, questions: set[str]) -> dict[str, int]:
    rows = (
        select(Vote.question_id, func.count())
        .where(Vote.question_id.in_(questions))
        .group_by(Vote.question_id)
    )
    counted = dict.fromkeys(questions, 0) | dict(session.execute(rows).all())
    session.execute(update(Question), [{"id": one, "votes": votes} for one, votes in sorted(counted.items())])
    return counted
