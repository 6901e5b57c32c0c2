"""A practitioner's calendars kept elsewhere: when they are busy, and nothing else of them."""

from contextlib import closing
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response
from wtforms import FileField, RadioField

from scheduling.calendars.importing.addresses import BadAddress
from scheduling.calendars.importing.parsing import UPLOAD, parse_calendar
from scheduling.calendars.importing.reading import Reading
from scheduling.calendars.importing.records import WholeDays
from scheduling.calendars.importing.refusals import CalendarRefused
from scheduling.calendars.importing.sources import (
    LONGEST_TITLE,
    BadSource,
    add_address,
    add_upload,
    count_whole_days,
    find_source,
    look_again,
    remove_source,
    sources_of,
)
from scheduling.hours import load_hours
from web.context import actor, db, now, viewer_zone
from web.forms import Form, LineField, refuse
from web.guards import requires
from web.staff.elsewhere_words import shown

blueprint = Blueprint("staff_elsewhere", __name__, url_prefix="/staff/availability/elsewhere")
HOME = "/staff/availability/elsewhere"
_REFUSED = 422
_DAYS: Any = {
    WholeDays.BUSY.value: "They keep the whole day busy",
    WholeDays.FREE.value: "They keep nothing busy",
}


class AddressForm(Form):
    title = LineField("Name it", most=LONGEST_TITLE)
    address = LineField("Its address", most=2000)
    whole_days = RadioField("Events without a time", choices=_DAYS, default=WholeDays.BUSY.value)


class UploadForm(Form):
    title = LineField("Name it", most=LONGEST_TITLE)
    file = FileField("The file")
    whole_days = RadioField("Events without a time", choices=_DAYS, default=WholeDays.BUSY.value)


@blueprint.get("")
@requires("practitioner")
def show() -> Response:
    return _page()


@blueprint.post("")
@requires("practitioner")
def add() -> Response:
    form = AddressForm.sent(prefix="link-")
    if not form.validate():
        return _page(_REFUSED, link=form)
    try:
        with db().write() as session:
            add_address(session, actor().person_id, **_said(form), address=form.address.data or "", now=now())
    except BadAddress as error:
        refuse(form.address, error.message)
        return _page(_REFUSED, link=form)
    except BadSource as error:
        refuse(form.title, error.message)
        return _page(_REFUSED, link=form)
    flash("Added. It is read within a minute.")
    return redirect(HOME, 303)


@blueprint.post("/file")
@requires("practitioner")
def upload() -> Response:
    form = UploadForm.sent(prefix="file-")
    if not form.validate():
        return _page(_REFUSED, upload=form)
    try:
        reading = _read_upload()
        with db().write() as session:
            add_upload(session, actor().person_id, **_said(form), reading=reading, now=now())
    except CalendarRefused as error:
        refuse(form.file, f"Nothing was taken over: {error.words}.")
        return _page(_REFUSED, upload=form)
    except BadSource as error:
        refuse(form.title, error.message)
        return _page(_REFUSED, upload=form)
    flash("Added. What is busy there is busy here now.")
    return redirect(HOME, 303)


@blueprint.post("/<source_id>/again")
@requires("practitioner")
def again(source_id: str) -> Response:
    with db().write() as session:
        looks = look_again(session, source_id, actor().person_id, now=now())
    flash(
        "It is looked at now. Load this page again in a moment."
        if looks
        else "It was looked at a moment ago."
    )
    return redirect(HOME, 303)


@blueprint.post("/<source_id>/days")
@requires("practitioner")
def days(source_id: str) -> Response:
    wanted = request.form.get("whole_days", "")
    choice = WholeDays.FREE if wanted == WholeDays.FREE.value else WholeDays.BUSY
    with db().write() as session:
        count_whole_days(session, source_id, actor().person_id, choice, now=now())
    busy = choice == WholeDays.BUSY
    flash("Events without a time keep the day busy." if busy else "Events without a time keep nothing busy.")
    return redirect(HOME, 303)


@blueprint.get("/<source_id>/remove")
@requires("practitioner")
def ask_to_remove(source_id: str) -> str:
    with db().read() as session:
        source = find_source(session, source_id, actor().person_id)
    return render_template("staff/elsewhere_remove.html", source=source)


@blueprint.post("/<source_id>/remove")
@requires("practitioner")
def remove(source_id: str) -> Response:
    with db().write() as session:
        remove_source(session, source_id, actor().person_id, now=now())
    flash("Removed. What it kept busy can be booked again.")
    return redirect(HOME, 303)


def _said(form: AddressForm | UploadForm) -> dict[str, Any]:
    return {"title": form.title.data or "", "whole_days": WholeDays(form.whole_days.data)}


def _read_upload() -> Reading:
    """Raises CalendarRefused. The file is read in another process, and its name is not kept."""
    file = request.files.get("file-file")
    data = b""
    if file:
        with closing(file):
            data = file.stream.read(UPLOAD.bytes + 1)
    if not data:
        raise CalendarRefused("empty", "no file was chosen, or it is empty")
    with db().read() as session:
        zone = load_hours(session, actor().person_id).timezone
    return parse_calendar(data, zone=zone, now=now(), limits=UPLOAD)


def _page(status: int = 200, link: AddressForm | None = None, upload: UploadForm | None = None) -> Response:
    with db().read() as session:
        sources = sources_of(session, actor().person_id)
    body = render_template(
        "staff/elsewhere.html",
        calendars=[shown(one, viewer_zone(), now=now()) for one in sources],
        link=link or AddressForm(prefix="link-"),
        upload=upload or UploadForm(prefix="file-"),
    )
    return make_response(body, status)
