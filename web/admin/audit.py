"""The trail of who did what, for coordinators: to read, to narrow down, to take along. Looking is noted."""

import json
import re
from collections.abc import Collection
from datetime import datetime, time, timedelta
from io import StringIO
from typing import Any

from defusedcsv import csv
from flask import Blueprint, make_response, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.validators import Optional

from auth.people import STAFF, Person, people_with
from foundation.audit import AuditEntry
from foundation.audit_reading import MOST_AT_ONCE, Wanted, all_acts, find_acts
from foundation.takeout import NOTICE
from web.context import actor, db, now
from web.forms import DayField, Form, LineField
from web.guards import requires
from web.reading_trail import note_reading

blueprint = Blueprint("admin_audit", __name__, url_prefix="/admin/audit")
_IS_ID = re.compile(r"[a-z0-9]{1,40}")
_COLUMNS = ("at", "who", "who_id", "what", "kind", "about", "about_id", "request", "detail")


class TrailForm(Form):
    """Taken from the address: it holds ids and days, never a name."""

    by = SelectField("Who", validate_choice=False)
    what = LineField("What, beginning with", most=60, missing=None)
    first = DayField("From", validators=[Optional()])
    last = DayField("Until", validators=[Optional()])

    def wanted(self) -> Wanted:
        """Whole days of whoever looks."""
        since = _start(self.first.data) if self.first.data else None
        until = _start(self.last.data + timedelta(days=1)) if self.last.data else None
        about = request.args.get("about", "")
        about = about if _IS_ID.fullmatch(about) else ""  # it is noted in the trail: never a typed name
        return Wanted(self.by.data or "", about, self.what.data or "", since, until)


@blueprint.get("")
@requires("coordinator")
def show() -> str:
    with db().read() as session:
        form = _form(session)
        found = find_acts(session, form.wanted(), after=request.args.get("after", ""), limit=MOST_AT_ONCE + 1)
        names = _names(session, found)
    note_reading("audit.read", "audit", "trail", about=form.wanted().about)
    shown = found[:MOST_AT_ONCE]
    more = shown[-1].id if len(found) > MOST_AT_ONCE else ""
    asked = {name: value for name, value in request.args.items() if value and name != "after"}
    return render_template("admin/audit.html", form=form, acts=shown, names=names, more=more, asked=asked)


@blueprint.post("/trail.csv")
@requires("coordinator")
def fetch() -> Response:
    """Everything that the page's choice finds, with the notice of 42 CFR 2.32 as its first line."""
    told = StringIO()
    out = csv.writer(told)
    out.writerow([NOTICE])
    out.writerow(_COLUMNS)
    with db().moment() as session:
        wanted = _form(session).wanted()
        everybody = {row[0]: row[1] for row in session.execute(select(Person.id, Person.name))}
        out.writerows(_line(one, everybody) for one in all_acts(session, wanted))
    note_reading("audit.exported", "audit", "trail", about=wanted.about)
    answer = make_response(told.getvalue())
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="trail-{now().date().isoformat()}.csv"'
    return answer


def _form(session: Session) -> TrailForm:
    """What cannot be read is not asked for: a filter is no place for an error page."""
    form = TrailForm(request.args)
    staff = {one.id: one.name for role in STAFF for one in people_with(session, role)}
    choices: Any = [("", "Anybody"), *sorted(staff.items(), key=lambda one: one[1])]
    form.by.choices = choices
    form.validate()
    return form


def _names(session: Session, acts: Collection[AuditEntry]) -> dict[str, str]:
    ids = {one.actor_id for one in acts} | {one.object_id for one in acts if one.object_kind == "person"}
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids - {None})))
    return {row[0]: row[1] for row in rows}


def _line(one: AuditEntry, names: dict[str, str]) -> list[str]:
    """Instants in UTC."""
    who, about = names.get(one.actor_id or "", ""), names.get(one.object_id, "")
    ids = one.actor_id or "", one.object_id
    return [
        *(one.at.isoformat(), who, ids[0], one.action, one.object_kind, about, ids[1]),
        *(one.request_id or "", json.dumps(one.detail) if one.detail else ""),
    ]


def _start(day: Any) -> datetime:
    return datetime.combine(day, time(), actor().zone)
