"""What was answered, held against the rows that are there: whatever is missing, in words."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation.database import Database
from foundation.outbox import Delivery
from realtime.models import Participant, Question, Vote
from scheduling.aftercare.measures.records import MeasureResponse
from scheduling.appointments import Appointment
from scheduling.occupancy import Occupancy
from tests.faults.kills.clients import Booker, Client, Diarist
from tests.faults.kills.room import Sitting

TELLS_OF_A_BOOKING = 2
"""Deliveries that belong to each: to the member and to the practitioner."""


def missing(database: Database, clients: Sequence[Client], sitting: Sitting) -> list[str]:
    """Also what is there only in part: an appointment without its taken time, or without its mails."""
    bookers = [one for one in clients if isinstance(one, Booker)]
    diarists = [one for one in clients if isinstance(one, Diarist)]
    with database.read() as session:
        return [
            *_appointments(session, bookers),
            *(what for one in diarists for what in _check_ins(session, one)),
            *_questions(session, sitting),
            *_votes(session, sitting),
            *_lines(replace(sitting.evening, database=database).told(), sitting),
        ]


def _appointments(session: Session, bookers: Sequence[Booker]) -> Iterator[str]:
    kept = set(session.scalars(select(Appointment.id)))
    yield from _lost("appointment", [one for booker in bookers for one in booker.booked], kept)
    taken = select(func.count()).select_from(Occupancy).where(Occupancy.kind == "appointment")
    owed = select(func.count()).select_from(Delivery).where(Delivery.kind == "appointment.booked")
    if session.scalar(taken) != len(kept):
        yield f"{len(kept)} appointments take {session.scalar(taken)} times"
    if session.scalar(owed) != TELLS_OF_A_BOOKING * len(kept):
        yield f"{len(kept)} appointments are told by {session.scalar(owed)} mails"


def _check_ins(session: Session, diarist: Diarist) -> Iterator[str]:
    theirs = MeasureResponse.member_id == diarist.person.id, MeasureResponse.completed_at.is_not(None)
    kept = {
        json.loads(one).get("line") for one in session.scalars(select(MeasureResponse.answers).where(*theirs))
    }
    yield from _lost("check-in", diarist.told, kept)


def _questions(session: Session, sitting: Sitting) -> Iterator[str]:
    yield from _lost("question", sitting.asked, set(session.scalars(select(Question.id))))


def _votes(session: Session, sitting: Sitting) -> Iterator[str]:
    pairs = select(Vote.question_id, Participant.person_id).join(
        Participant, Participant.id == Vote.participant_id
    )
    yield from _lost("vote", sitting.voted, {tuple(row) for row in session.execute(pairs)})
    counted = dict(session.execute(select(Vote.question_id, func.count()).group_by(Vote.question_id)).all())
    said = dict(session.execute(select(Question.id, Question.votes).where(Question.votes > 0)).all())
    if counted != said:
        yield f"questions say {said} votes, and have {counted}"


def _lines(told: Sequence[dict[str, object]], sitting: Sitting) -> Iterator[str]:
    text = {one["seq"]: str(one.get("text", "")) for one in told if one["kind"] == "chat"}
    yield from _lost(
        "line", [line for line in sitting.said if not text.get(line[0], "").endswith(line[1])], ()
    )
    twice = [line for line, times in Counter(text.values()).items() if times > 1]
    yield from (f"said twice: {line}" for line in twice)


def _lost(what: str, acknowledged: Collection[object], kept: Collection[object]) -> Iterator[str]:
    yield from (f"{what} {one} was answered and is not there" for one in acknowledged if one not in kept)
