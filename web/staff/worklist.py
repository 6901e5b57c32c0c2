"""Today: who needs a contact and why, in order, with what to do at one touch; who is quiet; the caseload."""

from collections.abc import Collection
from datetime import datetime, timedelta

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from foundation.timewords import local_date
from scheduling.aftercare.caseload import caseload
from scheduling.aftercare.checkup_records import Checkup
from scheduling.aftercare.contacts import SLIP
from scheduling.aftercare.facts import FIGURES, OF_A_MEASURE
from scheduling.aftercare.measures.catalogue import measures
from scheduling.aftercare.measures.measure import CHECK_IN
from scheduling.aftercare.quiet import gone_quiet
from scheduling.aftercare.rules_file import care_rules
from scheduling.aftercare.worklist import cared_by, worklist
from scheduling.aftercare.worklist_reach import reach_of
from scheduling.appointments import Appointment, Status, of_practitioner
from scheduling.recurrence import lenient_local
from web.context import actor, db, now, viewer_zone
from web.guards import requires
from web.reading_trail import note_reading
from web.staff.whose import asked_whose, colleagues
from web.staff.worklist_words import LEVELS, OUTCOMES, SIGNS, STEPS, said

blueprint = Blueprint("staff_worklist", __name__, url_prefix="/staff/worklist")
_SHOWN = 30
_ON_PAGE = 50
_PLACE = "worklist"
_COLUMNS = ("phq-9", "gad-7", CHECK_IN)
_A_DAY = timedelta(days=1)


@blueprint.get("")
@requires("schedules")
def index() -> str:
    everybody = "all" in request.args
    with db().read() as session:
        whose = asked_whose(session)
        found = worklist(session, whose.id, since=_midnight(), now=now())
        waiting = found.waiting if everybody else found.waiting[:_SHOWN]
        shown = [one.member.member_id for one in (*waiting, *found.tried)]
        reach = reach_of(session, shown, now=now())
        sessions = _sessions_today(session, whose.id)
        noted = _noted(session)
        others = colleagues(session)
    _note_whom({*shown, *(one.member_id for one in sessions)})
    reasons = {one.member.member_id: one.reasons for one in (*found.waiting, *found.tried)}
    return render_template(
        "staff/worklist.html", found=found, waiting=waiting, reach=reach, sessions=sessions, noted=noted,
        whose=whose, others=others, reasons=reasons, said=said, outcomes=OUTCOMES,
    )  # fmt: skip


@blueprint.get("/quiet")
@requires("schedules")
def quiet() -> str:
    with db().read() as session:
        whose = asked_whose(session)
        lines = gone_quiet(session, cared_by(session, whose.id, now=now()), now=now())
        reach = reach_of(session, [one.member.member_id for one in lines], now=now())
        others = colleagues(session)
    _note_whom([one.member.member_id for one in lines])
    return render_template(
        "staff/worklist_quiet.html", lines=lines, reach=reach, whose=whose, others=others, signs=SIGNS
    )


@blueprint.get("/caseload")
@requires("schedules")
def glance() -> str:
    number = _asked_page()
    names = {code: _named(code) for code in _COLUMNS if code in measures()}
    with db().read() as session:
        whose = asked_whose(session)
        found = caseload(
            session, whose.id, list(names), now=now(), limit=_ON_PAGE, offset=(number - 1) * _ON_PAGE
        )
        others = colleagues(session)
    _note_whom([one.member.member_id for one in found.lines])
    pages = max(1, -(-found.total // _ON_PAGE))
    return render_template(
        "staff/worklist_caseload.html", found=found, names=names, whose=whose, others=others, number=number,
        pages=pages, levels=LEVELS, signs=SIGNS,
    )  # fmt: skip


@blueprint.get("/rules")
@requires("schedules")
def rules() -> str:
    """Why somebody comes onto the list at all; nobody is named here."""
    return render_template(
        "staff/worklist_rules.html",
        rules=care_rules(),
        figures={**FIGURES},
        parts=OF_A_MEASURE,
        directions=STEPS,
    )


def _midnight() -> datetime:
    """When the day of whoever looks began."""
    return lenient_local(local_date(now(), viewer_zone()), 0, viewer_zone())


def _sessions_today(session: Session, practitioner_id: str) -> list[Appointment]:
    """With one member each; a group is led as one, and stands in the week."""
    found = of_practitioner(session, practitioner_id, _midnight(), _midnight() + _A_DAY)
    return [one for one in found if one.occurrence_id is None and one.status != Status.CANCELLED]


def _noted(session: Session) -> Checkup | None:
    """What this person noted a moment ago, so that a slip can be taken back."""
    noted = request.args.get("noted", "")[:20]
    asked = session.get(Checkup, noted) if noted else None
    mine = asked is not None and asked.by_id == actor().person_id and asked.taken_back_at is None
    return asked if mine and asked is not None and now() <= asked.at + SLIP else None


def _named(code: str) -> str:
    """A check-in is told by its pull; the others by what clinicians call them."""
    return "Pull" if code == CHECK_IN else measures()[code].name


def _note_whom(member_ids: Collection[str]) -> None:
    note_reading("worklist.read", "people", _PLACE, people=sorted(member_ids))


def _asked_page() -> int:
    asked = request.args.get("page", "1")
    return max(1, int(asked)) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1  # noqa: PLR2004
