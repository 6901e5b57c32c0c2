"""A member's own journal of meetings: those they were at here, and those elsewhere that they noted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from flask import Blueprint, flash, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from foundation.timewords import local_date
from scheduling.kept_weeks import KeptWeeks, kept_weeks
from scheduling.listening import hear_from, is_waiting
from scheduling.own_journal import (
    FURTHEST_BACK,
    LONGEST,
    BadDay,
    BadEntry,
    DayFull,
    Visit,
    add_entry,
    take_out,
    visits_of,
)
from web.around import urgent_lines
from web.context import actor, db, now, viewer_zone
from web.forms import DayField, Form, TextField_, refuse
from web.guards import requires

blueprint = Blueprint("care_journal", __name__, url_prefix="/care/meetings")
_SHORT = timedelta(days=92)
_REFUSED = 422


class EntryForm(Form):
    day = DayField("Day")
    text = TextField_("Where, and what you took from it", most=LONGEST)


@dataclass(frozen=True)
class Journal:
    """`months` by their first day, the latest first; `is_whole`: nothing earlier is left out."""

    kept: KeptWeeks
    months: Sequence[tuple[date, list[Visit]]]
    is_whole: bool


@blueprint.get("")
@requires("book")
def show() -> Response:
    return _page(EntryForm(data={"day": _today()}))


@blueprint.post("")
@requires("book")
def note() -> Response:
    """The words are heard first, whatever becomes of the note."""
    form = EntryForm.sent()
    if _hear(form.text.data or ""):
        flash("We read what you wrote, and a person is on the way to you.")
    if not form.validate() or not _keep(form):
        return _page(form, _REFUSED)
    flash("Noted. Only you see it.")
    return redirect("/care/meetings", 303)


@blueprint.post("/<entry_id>/remove")
@requires("book")
def remove(entry_id: str) -> Response:
    with db().write() as session:
        take_out(session, actor().person_id, entry_id)
    flash("Taken out.")
    return redirect("/care/meetings", 303)


def _hear(text: str) -> bool:
    if not text.strip():
        return False
    with db().write() as session:
        return hear_from(session, actor().person_id, text, now=now())


def _keep(form: EntryForm) -> bool:
    try:
        with db().write() as session:
            day, text = form.day.data or _today(), form.text.data or ""
            add_entry(session, actor().person_id, day, text, today=_today(), now=now())
    except BadEntry as error:
        refuse(form.text, error.message)
    except (BadDay, DayFull) as error:
        refuse(form.day, error.message)
    return not form.errors


def _page(form: EntryForm, status: int = 200) -> Response:
    with db().read() as session:
        journal = _journal(session)
        care = urgent_lines() if is_waiting(session, actor().person_id) else []
    body = render_template("care/meetings.html", form=form, journal=journal, care=care, **_days())
    return make_response(body, status)


def _journal(session: Session) -> Journal:
    visits = visits_of(session, actor().person_id, viewer_zone(), since=now() - FURTHEST_BACK)
    everything = "all" in request.args
    shown = [one for one in visits if everything or one.day > _today() - _SHORT]
    months = [(month, list(found)) for month, found in groupby(shown, lambda one: one.day.replace(day=1))]
    return Journal(kept_weeks((one.day for one in visits), _today()), months, len(shown) == len(visits))


def _today() -> date:
    return local_date(now(), viewer_zone())


def _days() -> Mapping[str, str]:
    return {"first_day": (_today() - FURTHEST_BACK).isoformat(), "last_day": _today().isoformat()}
