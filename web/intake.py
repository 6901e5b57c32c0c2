"""The form before a first session: filled in by the member, read by whoever holds the session."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth.permissions import allow
from scheduling.appointments import Appointment, find_appointment
from scheduling.intake import (
    YES_NO,
    BadAnswers,
    FormSent,
    NoForm,
    answers_in,
    form_for,
    is_waiting,
    keep_draft,
    response_of,
    send_answers,
)
from scheduling.listening import FORM, hear_about
from scheduling.questionnaire_records import Questionnaire, QuestionnaireResponse
from scheduling.questionnaires import MOST_QUESTIONS, Item, items_of
from web.around import around
from web.context import actor, db, now
from web.guards import requires
from web.reading_trail import note_reading

blueprint = Blueprint("intake", __name__)
_LONGEST_SENT = 20_000
_REFUSED = 422


@dataclass(frozen=True)
class Sheet:
    """A form with what was answered so far."""

    form: Questionnaire
    items: list[Item]
    response: QuestionnaireResponse | None

    @property
    def answers(self) -> dict[str, str]:
        return answers_in(self.response)

    @property
    def is_sent(self) -> bool:
        return self.response is not None and self.response.completed_at is not None


@blueprint.get("/appointments/<appointment_id>/form")
@requires("book.public")
def show(appointment_id: str) -> Response:
    return _page(appointment_id)


@blueprint.post("/appointments/<appointment_id>/form")
@requires("book.public")
def keep(appointment_id: str) -> Response:
    """Sent, or kept for later. What was typed is kept in either case, and heard."""
    sending = request.form.get("act") != "later"
    try:
        with db().write() as session:
            one = _own(session, appointment_id)
            typed = _typed(one, session)
            heard = keep_draft(session, one, typed, now=now())
        if sending:
            with db().write() as session:
                send_answers(session, _own(session, appointment_id), typed, now=now())
    except BadAnswers as error:
        return _page(appointment_id, error.problems, _REFUSED)
    except (NoForm, FormSent):
        _hear(appointment_id)
        raise
    flash("Sent." if sending else "Kept. Go on whenever you like.")
    where = "" if sending and not heard else "/form"
    return redirect(f"/appointments/{appointment_id}{where}", 303)


@blueprint.get("/staff/appointments/<appointment_id>/form")
@requires("staff")
def read(appointment_id: str) -> str:
    """Answers are read by whoever holds the session, and each reading is noted."""
    with db().read() as session:
        one = find_appointment(session, appointment_id)
        allow(actor(), "form.read", one)
        sheet = _sheet(session, one)
    if sheet.is_sent:
        note_reading("form.read", "appointment", one.id)
    return render_template("staff/form.html", one=one, sheet=sheet)


def _own(session: Session, appointment_id: str) -> Appointment:
    """The member's own: a form is nobody else's to fill in."""
    one = find_appointment(session, appointment_id)
    allow(actor(), "form.fill_in", one)
    return one


def _hear(appointment_id: str) -> None:
    """What can no longer be kept is heard: nobody in danger is lost because a form was closed."""
    sent = [text for name, text in request.form.items() if name.startswith("q-")][:MOST_QUESTIONS]
    with db().write() as session:
        one = _own(session, appointment_id)
        for text in sent:
            hear_about(session, one.id, one.member_id, text[:_LONGEST_SENT], FORM, now=now())


def _sheet(session: Session, one: Appointment) -> Sheet:
    form = form_for(session, one)
    if form is None:
        raise NoForm
    return Sheet(form, items_of(form), response_of(session, one))


def _typed(one: Appointment, session: Session) -> dict[str, str]:
    links = [item.link_id for item in _sheet(session, one).items]
    sent = {link: request.form.get(f"q-{link}", "")[:_LONGEST_SENT] for link in links}
    return {link: text.replace("\r\n", "\n").strip() for link, text in sent.items()}


def _page(appointment_id: str, problems: Mapping[str, str] | None = None, status: int = 200) -> Response:
    with db().read() as session:
        one = _own(session, appointment_id)
        sheet = _sheet(session, one)
        body = render_template(
            "booking/form.html",
            one=one,
            sheet=sheet,
            problems=problems or {},
            may_write=is_waiting(session, one, now=now()),
            around=around(session, one),
            yes_no=YES_NO,
        )
    return make_response(body, status)
