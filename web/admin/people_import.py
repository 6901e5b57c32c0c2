"""Many people at once from a table: looked at line by line; nothing is written until it is confirmed."""

from zoneinfo import ZoneInfo

from flask import Blueprint, flash, make_response, redirect, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth.people import Person
from auth.people_sheet import MOST_BYTES, BadSheet, Line, Sheet, read_sheet
from auth.roster import invite
from foundation.audit import record
from foundation.timewords import zone_city
from web.admin.people import KINDS
from web.context import actor, db, now, settings
from web.guards import requires

blueprint = Blueprint("admin_people_import", __name__, url_prefix="/admin/people/import")
_PAGE = "admin/people_import.html"
_REFUSED = 422
_TAKEN = "Somebody has that address already, here or among those who have left."


@blueprint.get("")
@requires("coordinator")
def ask() -> str:
    return render_template(_PAGE)


@blueprint.post("")
@requires("coordinator")
def look() -> Response:
    """The preview. The table travels in the page itself and is judged again when it is confirmed."""
    sent = request.files.get("table")
    return _answer(sent.stream.read(MOST_BYTES + 1) if sent else b"")


@blueprint.post("/confirm")
@requires("coordinator")
def confirm() -> Response:
    """Adds the lines that are ticked. If one of them cannot be added any more, none is."""
    data = request.form.get("table", "").encode()
    chosen = set(request.form.getlist("line"))
    tell = "tell" in request.form
    try:
        added = db().change(lambda session: _add(session, data, chosen, tell))
    except BadSheet as error:
        return _answer(data, error.message)
    people = "1 person" if added == 1 else f"{added} people"
    flash(f"{people} added.{' A mail is on its way to each.' if tell else ''}")
    return redirect("/admin/people", 303)


def _add(session: Session, data: bytes, chosen: set[str], tell: bool) -> int:
    wanted = [one for one in _judged(session, data).lines if str(one.number) in chosen]
    if not wanted:
        raise BadSheet("No line is ticked. Nothing was added.")
    if any(one.error for one in wanted):
        raise BadSheet("One of the ticked lines cannot be added any more. Nothing was added; look again.")
    for one in wanted:
        _invite(session, one, tell)
    facts = {"people": len(wanted)}
    by = actor().person_id
    record(
        session, actor=by, action="people.imported", kind="people", object_id="table", now=now(), detail=facts
    )
    return len(wanted)


def _invite(session: Session, one: Line, tell: bool) -> None:
    facts = {"email": one.email, "name": one.name, "timezone": one.timezone}
    invite(session, **facts, roles=[one.role], tell=tell, by=actor().person_id, now=now())


def _answer(data: bytes, message: str = "") -> Response:
    try:
        with db().read() as session:
            sheet = _judged(session, data)
    except BadSheet as error:
        body = render_template(_PAGE, problem=message or error.message)
        return make_response(body, _REFUSED)
    body = render_template(_PAGE, sheet=sheet, problem=message, kinds=KINDS, place=_place)
    return make_response(body, _REFUSED if message else 200)


def _judged(session: Session, data: bytes) -> Sheet:
    """The table with those named whose address is taken. Raises BadSheet."""
    sheet = read_sheet(data, timezone=settings().timezone)
    addresses = [one.email for one in sheet.lines if not one.error]
    taken = set(session.scalars(select(Person.email).where(Person.email.in_(addresses))))
    lines = [_refused(one) if not one.error and one.email in taken else one for one in sheet.lines]
    return Sheet(sheet.text, sheet.encoding, tuple(lines))


def _refused(one: Line) -> Line:
    return Line(one.number, one.email, one.name, one.role, one.timezone, _TAKEN)


def _place(timezone: str) -> str:
    """The city of a zone, as everywhere else on screen."""
    return zone_city(ZoneInfo(timezone))
