"""How a member answers over time, for those who look after them. Each reading is noted."""

from flask import Blueprint, render_template

from safety.flags import open_flags
from scheduling.aftercare.measures.catalogue import measures
from scheduling.aftercare.measures.history import answers_in, find_sent, weeks_checked_in
from scheduling.aftercare.measures.records import MeasureResponse
from scheduling.aftercare.measures.responses import due_measures, score_from
from scheduling.aftercare.measures.scoring import said
from scheduling.listening import MEMBER
from web.context import db, now, viewer_zone
from web.guards import requires
from web.measure_trends import trends_of
from web.reading_trail import note_reading
from web.staff.person import cared_for

blueprint = Blueprint("staff_measures", __name__, url_prefix="/staff/people/<member_id>/measures")


@blueprint.get("")
@requires("book.for_member")
def show(member_id: str) -> str:
    """Every measure as a plot and a table; answers are one step away."""
    with db().read() as session:
        member = cared_for(session, member_id)
        trends = trends_of(session, member.id, viewer_zone())
        due = due_measures(session, member.id, today=now().astimezone(viewer_zone()).date())
        flags = open_flags(session, f"{MEMBER}{member.id}")
        weeks = weeks_checked_in(session, member.id, now=now(), zone=viewer_zone())
    note_reading("measures.read", "person", member.id)
    return render_template(
        "staff/person_measures.html", member=member, trends=trends, due=due, flags=flags, weeks=weeks
    )


@blueprint.get("/<response_id>")
@requires("book.for_member")
def read(member_id: str, response_id: str) -> str:
    """Each answer of one sitting, as the member saw it."""
    with db().read() as session:
        member = cared_for(session, member_id)
        response = find_sent(session, member.id, response_id)
    note_reading("measure.read", "measure", response.id)
    return render_template("staff/person_answers.html", member=member, **_told(response))


def _told(response: MeasureResponse) -> dict[str, object]:
    """Questions that have gone since have no words any more; their answers are shown by their names."""
    measure, answers = measures().get(response.code), answers_in(response)
    if response.completed_at is None or response.score is None:
        raise LookupError("this one was not sent")
    items = measure.items if measure else ()
    lines = [(item.text, said(item, answers[item.id])) for item in items if item.id in answers]
    gone = [(name, answer) for name, answer in answers.items() if name not in {item.id for item in items}]
    return {
        "measure": measure,
        "code": response.code,
        "score": score_from(response.completed_at, response.score),
        "lines": [*lines, *gone],
        "is_older": measure is not None and measure.version != response.version,
    }
