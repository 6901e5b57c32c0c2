"""Answering a measure: kept as one goes, sent when it is done, heard in either case."""

import json
import operator
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.people import find_person
from foundation import audit
from foundation.columns import new_id
from foundation.database import lock
from foundation.errors import DomainError
from foundation.zones import find_zone
from scheduling.aftercare.judging import judge_again
from scheduling.aftercare.measures.alarms import hear_answers, hear_words
from scheduling.aftercare.measures.catalogue import find_measure
from scheduling.aftercare.measures.measure import Kind, Measure
from scheduling.aftercare.measures.records import MeasureResponse
from scheduling.aftercare.measures.responses import ANSWERED, unsent_response
from scheduling.aftercare.measures.scoring import LONGEST_LINE, Answers, problems_in, readable, score
from scheduling.aftercare.plan_contacts import due_contacts, finish_contact
from scheduling.aftercare.plan_records import ContactState, PlannedContact
from scheduling.aftercare.plans import active_plan

SENT_TWICE = timedelta(hours=1)
"""The same answers again within this time are one sitting: a second touch, or the button for back."""


class BadMeasureAnswers(DomainError):
    """`problems` says at which question what is missing. What was answered is kept all the same."""

    code: ClassVar[str] = "bad_answers"
    default: ClassVar[str] = "Some answers are missing or too long. Each says what to do."

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(problems=dict(problems))
        self.problems = dict(problems)


@dataclass(frozen=True)
class Kept:
    """`needs_somebody`: an answer called a person, and the member is shown who answers at once."""

    response_id: str
    needs_somebody: bool


def keep_answers(session: Session, member_id: str, code: str, typed: Answers, *, now: datetime) -> Kept:
    """Keep what is answered so far, to go on with later. Raises UnknownMeasure."""
    measure = _locked(session, member_id, code)
    answers = readable(measure, typed)
    again = _just_sent(session, member_id, code, answers, now, is_part=_is_part(measure))
    if again is not None:
        return Kept(again.id, _hear_too_long(session, again, measure, typed, now))
    response = _write(session, member_id, measure, answers, now)
    heard = hear_answers(session, response, measure, answers, now=now)
    return Kept(response.id, _hear_too_long(session, response, measure, typed, now) or heard)


def send_answers(session: Session, member_id: str, code: str, typed: Answers, *, now: datetime) -> Kept:
    """Send it: it is scored, cannot be changed after, and what the plan asked for is done.

    Raises BadMeasureAnswers, with nothing written: the caller keeps them first. Raises UnknownMeasure.
    """
    measure = _locked(session, member_id, code)
    if problems := problems_in(measure, typed):
        raise BadMeasureAnswers(problems)
    answers = readable(measure, typed)
    again = _just_sent(session, member_id, code, answers, now, is_part=operator.eq)
    if again is not None:
        return Kept(again.id, False)
    response = _write(session, member_id, measure, answers, now)
    response.score, response.completed_at = json.dumps(asdict(score(measure, answers))), now
    response.planned_contact_id = _finish_due(session, member_id, code, now)
    session.flush()
    audit.record(
        session,
        actor=member_id,
        action="measure.sent",
        kind="measure",
        object_id=response.id,
        now=now,
        detail={"code": code},
    )
    heard = hear_answers(session, response, measure, answers, now=now)
    judge_again(session, member_id, now=now)
    return Kept(response.id, heard)


def _locked(session: Session, member_id: str, code: str) -> Measure:
    measure = find_measure(code)
    lock(session, f"measure:{member_id}:{code}")
    return measure


def _write(
    session: Session, member_id: str, measure: Measure, answers: Answers, now: datetime
) -> MeasureResponse:
    response = unsent_response(session, member_id, measure.code)
    if response is None:
        response = MeasureResponse(id=new_id(), member_id=member_id, code=measure.code, started_at=now)
        session.add(response)
    response.version, response.answers, response.changed_at = measure.version, json.dumps(answers), now
    session.flush()
    return response


def _just_sent(
    session: Session,
    member_id: str,
    code: str,
    answers: Answers,
    now: datetime,
    *,
    is_part: Callable[[Answers, Answers], bool],
) -> MeasureResponse | None:
    """The sitting of the last hour that these answers are of, if there is one."""
    theirs = MeasureResponse.member_id == member_id, MeasureResponse.code == code
    lately = MeasureResponse.completed_at > now - SENT_TWICE
    sent = session.scalars(select(MeasureResponse).where(*theirs, lately))
    return next((one for one in sent if is_part(answers, json.loads(one.answers))), None)


def _is_part(measure: Measure) -> Callable[[Answers, Answers], bool]:
    """Whether the page kept this on the way to what was sent: it may come in last, over a slow line."""
    texts = {item.id for item in measure.items if item.kind is Kind.TEXT}

    def is_part(answers: Answers, whole: Answers) -> bool:
        return all(
            whole.get(item, "").startswith(told) if item in texts else whole.get(item) == told
            for item, told in answers.items()
        )

    return is_part


def _hear_too_long(
    session: Session, response: MeasureResponse, measure: Measure, typed: Answers, now: datetime
) -> bool:
    texts = [typed.get(item.id, "") for item in measure.items if item.kind is Kind.TEXT]
    heard = [hear_words(session, response, text, now=now) for text in texts if len(text) > LONGEST_LINE]
    return any(heard)


def _finish_due(session: Session, member_id: str, code: str, now: datetime) -> str | None:
    """The newest that was asked for is done; older ones that nobody answered are let go."""
    waiting = [one for one in _due(session, member_id, now) if one.code == code]
    for one in waiting:
        state = ContactState.DONE if one is waiting[-1] else ContactState.MISSED
        finish_contact(session, one.id, state=state, by=member_id, now=now)
    return waiting[-1].id if waiting else None


def _due(session: Session, member_id: str, now: datetime) -> list[PlannedContact]:
    plan = active_plan(session, member_id)
    zone = find_zone(plan.timezone if plan else find_person(session, member_id).timezone)
    due = due_contacts(session, member_ids=[member_id], today=now.astimezone(zone).date())
    return [one for one in due if one.kind in ANSWERED]
