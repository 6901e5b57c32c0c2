"""The form before a first session: who is asked, their draft and their answers, and who may read them."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation import audit
from foundation.database import lock
from foundation.errors import DomainError
from foundation.plaintext import hides_something
from scheduling.appointment_records import Appointment, Status
from scheduling.listening import FORM, hear_about
from scheduling.questionnaire_records import Questionnaire, QuestionnaireResponse
from scheduling.questionnaires import Item, Kind, find_form, items_of

LONGEST_ANSWER = 4000
YES_NO = ("yes", "no")
Answers = Mapping[str, str]


class NoForm(DomainError):
    """No form is asked for before this appointment, or none any more."""

    code: ClassVar[str] = "no_form"
    default: ClassVar[str] = "There is no form to fill in for this appointment."


class FormSent(DomainError):
    code: ClassVar[str] = "form_sent"
    default: ClassVar[str] = "This form was sent already, and it stays as you sent it."


class BadAnswers(DomainError):
    """`problems` says at which question what is missing or wrong. The draft is the caller's to keep."""

    code: ClassVar[str] = "bad_answers"
    default: ClassVar[str] = "Some answers are missing or too long. Each says what to do."

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(problems=dict(problems))
        self.problems = dict(problems)


def form_for(session: Session, appointment: Appointment) -> Questionnaire | None:
    """The form that is asked for: the one they began, else the service's before a first session."""
    response = response_of(session, appointment)
    if response is not None:
        return find_form(session, response.questionnaire_id)
    if appointment.is_cancelled or appointment.service.intake_id is None:
        return None
    return find_form(session, appointment.service.intake_id) if _is_first(session, appointment) else None


def is_waiting(session: Session, appointment: Appointment, *, now: datetime) -> bool:
    """Whether the member can still fill a form in for it."""
    if appointment.is_cancelled or appointment.starts_at <= now or form_for(session, appointment) is None:
        return False
    response = response_of(session, appointment)
    return response is None or response.completed_at is None


def response_of(session: Session, appointment: Appointment) -> QuestionnaireResponse | None:
    """What was written for this appointment, sent or not."""
    theirs = (
        QuestionnaireResponse.appointment_id == appointment.id,
        QuestionnaireResponse.member_id == appointment.member_id,
    )
    newest = select(QuestionnaireResponse).where(*theirs).order_by(QuestionnaireResponse.changed_at.desc())
    return session.scalars(newest.limit(1)).first()


def answers_in(response: QuestionnaireResponse | None) -> dict[str, str]:
    answers: dict[str, str] = json.loads(response.answers) if response is not None else {}
    return answers


def keep_draft(session: Session, appointment: Appointment, answers: Answers, *, now: datetime) -> bool:
    """Keep what is written so far. Says whether somebody needs a person now. Raises NoForm, FormSent."""
    response, form = _open_response(session, appointment, now)
    _write(session, response, form, answers, now)
    return _hear(session, appointment, form, answers, now)


def send_answers(session: Session, appointment: Appointment, answers: Answers, *, now: datetime) -> bool:
    """Send the form to whoever holds the session; it cannot be changed after. Says as `keep_draft` does.

    Raises BadAnswers, NoForm, FormSent.
    """
    response, form = _open_response(session, appointment, now)
    if problems := _problems(items_of(form), answers):
        raise BadAnswers(problems)
    _write(session, response, form, answers, now)
    response.completed_at = now
    session.flush()
    audit.record(
        session,
        actor=appointment.member_id,
        action="form.sent",
        kind="appointment",
        object_id=appointment.id,
        now=now,
    )
    return _hear(session, appointment, form, answers, now)


def _open_response(
    session: Session, appointment: Appointment, now: datetime
) -> tuple[QuestionnaireResponse, Questionnaire]:
    lock(session, f"form:{appointment.id}")
    form = form_for(session, appointment)
    if form is None or appointment.is_cancelled or appointment.starts_at <= now:
        raise NoForm
    response = response_of(session, appointment)
    if response is None:
        response = QuestionnaireResponse(
            questionnaire_id=form.id,
            member_id=appointment.member_id,
            appointment_id=appointment.id,
            changed_at=now,
        )
        session.add(response)
    if response.completed_at is not None:
        raise FormSent
    return response, form


def _write(
    session: Session, response: QuestionnaireResponse, form: Questionnaire, answers: Answers, now: datetime
) -> None:
    """Only answers to the form's own questions, and none longer than one may be."""
    known = {item.link_id for item in items_of(form)}
    kept = {one: text[:LONGEST_ANSWER] for one, text in answers.items() if one in known and text}
    response.answers, response.changed_at = json.dumps(kept), now
    session.flush()


def _hear(
    session: Session, appointment: Appointment, form: Questionnaire, answers: Answers, now: datetime
) -> bool:
    """Each text by itself, so that the alert quotes what was said and not the whole form."""
    texts = [answers.get(item.link_id, "") for item in items_of(form) if item.type == Kind.TEXT]
    heard = [
        hear_about(session, appointment.id, appointment.member_id, text, FORM, now=now)
        for text in texts
        if text.strip()
    ]
    return any(heard)


def _problems(items: list[Item], answers: Answers) -> dict[str, str]:
    found = {item.link_id: _wrong(item, answers.get(item.link_id, "").strip()) for item in items}
    return {one: words for one, words in found.items() if words}


def _wrong(item: Item, answer: str) -> str:
    if not answer:
        return "This one needs an answer." if item.required else ""
    if item.type == Kind.TEXT:
        if len(answer) > LONGEST_ANSWER:
            return f"That is too long: there is room for {LONGEST_ANSWER} letters."
        return "That holds letters nobody can see. Type it by hand." if hides_something(answer) else ""
    options = YES_NO if item.type == Kind.YES_NO else item.options
    return "" if answer in options else "Choose one of the answers."


def _is_first(session: Session, appointment: Appointment) -> bool:
    """Nobody is asked twice: not after an earlier session of this service, nor one that has its form."""
    earlier = (
        Appointment.member_id == appointment.member_id,
        Appointment.service_id == appointment.service_id,
        Appointment.id != appointment.id,
        Appointment.starts_at < appointment.starts_at,
        Appointment.status != Status.CANCELLED,
    )
    return session.scalar(select(Appointment.id).where(*earlier).limit(1)) is None
