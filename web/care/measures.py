"""Check-ins and measures: answered on a phone in two minutes, kept as one goes, and heard.

Whatever is answered is kept first, and heard, before anything is refused: nobody in danger is lost because a
form was not complete.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, jsonify, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth.people import find_person
from safety.helplines import Helpline
from scheduling.aftercare.measures.answering import BadMeasureAnswers, keep_answers, send_answers
from scheduling.aftercare.measures.catalogue import find_measure, measures
from scheduling.aftercare.measures.history import answers_in, weeks_checked_in
from scheduling.aftercare.measures.measure import CHECK_IN, Measure
from scheduling.aftercare.measures.responses import due_measures, last_check_ins, unsent_response
from scheduling.aftercare.measures.scoring import first_open
from scheduling.aftercare.plans import active_plan
from scheduling.listening import is_waiting
from web.around import urgent_lines
from web.context import actor, db, now, viewer_zone
from web.guards import requires
from web.measure_trends import EVERYTHING, trend_of, trends_of

blueprint = Blueprint("care_measures", __name__, url_prefix="/care")
_LONGEST_SENT = 20_000
_REFUSED = 422


@dataclass(frozen=True)
class Sheet:
    """A measure with what was answered so far. `reader` is the first name of whoever reads it."""

    measure: Measure
    answers: Mapping[str, str]
    kept_at: datetime | None
    reader: str
    lines: list[Helpline]
    needs_somebody: bool
    last_sent: datetime | None

    @property
    def goes_on_at(self) -> str:
        return first_open(self.measure, self.answers) if self.kept_at else ""


@blueprint.get("/check-in", defaults={"code": CHECK_IN})
@blueprint.get("/measures/<code>")
@requires("care")
def show(code: str) -> Response:
    return _page(find_measure(code))


@blueprint.post("/check-in", defaults={"code": CHECK_IN})
@blueprint.post("/measures/<code>")
@requires("care")
def answer(code: str) -> Response:
    """Sent, or kept for later; the page's script keeps it too, a few seconds after each answer."""
    measure, act = find_measure(code), request.form.get("act")
    typed = _typed(measure)
    mine = actor().person_id
    kept = db().change(lambda session: keep_answers(session, mine, code, typed, now=now()))
    if act == "by itself":
        return jsonify({"needs_somebody": kept.needs_somebody})
    if act == "later":
        flash("Kept. Go on whenever you like.")
        return redirect(request.path, 303)
    try:
        db().change(lambda session: send_answers(session, mine, code, typed, now=now()))
    except BadMeasureAnswers as error:
        return _page(measure, typed, error.problems, _REFUSED)
    flash("Sent. Thank you for keeping in touch.")
    return redirect(f"/care/measures/{code}/so-far", 303)


@blueprint.get("/measures")
@requires("care")
def overview() -> str:
    """What is due, how often one kept in touch, and how it went."""
    mine, today = actor().person_id, now().astimezone(viewer_zone()).date()
    with db().read() as session:
        due = due_measures(session, mine, today=today)
        weeks = weeks_checked_in(session, mine, now=now(), zone=viewer_zone())
        trends = trends_of(session, mine, viewer_zone())
        care = urgent_lines() if is_waiting(session, mine) else []
    others = [one for one in measures().values() if one.is_asked and one.code not in {d.code for d in due}]
    return render_template(
        "care/measures.html", due=due, weeks=weeks, trends=trends, others=others, care=care
    )


@blueprint.get("/measures/<code>/so-far")
@requires("care")
def so_far(code: str) -> str:
    mine, most = actor().person_id, EVERYTHING if "all" in request.args else None
    with db().read() as session:
        sheet = _sheet(session, find_measure(code))
        shown = {"most": most} if most else {}
        trend = trend_of(session, mine, code, viewer_zone(), **shown)
        weeks = weeks_checked_in(session, mine, now=now(), zone=viewer_zone())
    return render_template("care/so_far.html", sheet=sheet, trend=trend, weeks=weeks)


def _typed(measure: Measure) -> dict[str, str]:
    sent = {item.id: request.form.get(f"q-{item.id}", "")[:_LONGEST_SENT] for item in measure.items}
    return {item_id: text.replace("\r\n", "\n").strip() for item_id, text in sent.items()}


def _page(
    measure: Measure,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    with db().read() as session:
        sheet = _sheet(session, measure)
    body = render_template(
        "care/measure.html", sheet=sheet, answers=typed or sheet.answers, problems=problems or {}
    )
    return make_response(body, status)


def _sheet(session: Session, measure: Measure) -> Sheet:
    mine = actor().person_id
    begun = unsent_response(session, mine, measure.code)
    return Sheet(
        measure=measure,
        answers=answers_in(begun),
        kept_at=begun.changed_at if begun else None,
        reader=_reader(session, mine),
        lines=urgent_lines(),
        needs_somebody=is_waiting(session, mine),
        last_sent=last_check_ins(session, [mine]).get(mine) if measure.code == CHECK_IN else None,
    )


def _reader(session: Session, member_id: str) -> str:
    """Whoever holds the member's plan; without one, whoever looks after them."""
    plan = active_plan(session, member_id)
    if plan is None:
        return ""
    return find_person(session, plan.practitioner_id).name.split()[0]
