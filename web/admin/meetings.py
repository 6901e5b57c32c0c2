"""The weekly meetings: a list, adding one, every setting of one, and one date of it."""

from collections.abc import Mapping
from datetime import date, timedelta

from flask import Blueprint, flash, make_response, redirect, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from foundation.errors import DomainError
from foundation.timewords import clock, zone_city
from foundation.zones import find_zone
from realtime.rescheduling import EveningUnderWay, set_date, set_meeting
from scheduling.meeting_dates import BadNote, DateOver, TooFarMoved
from scheduling.meeting_settings import (
    BadMeeting,
    MeetingSettings,
    StaleMeeting,
    may_lead,
    save_meeting,
    settings_of,
)
from scheduling.meetings import Meeting, NoSuchDate, Occurrence, UnknownMeeting, list_meetings, occurrences_of
from scheduling.recurrence import NonExistentTime, is_occurrence, lenient_local
from web.admin.meeting_form import (
    AS_PLANNED,
    CANCELLED,
    MOVED,
    WEEKDAYS,
    DateForm,
    MeetingForm,
    form_of,
)
from web.context import actor, db, now, settings
from web.errors import status_of
from web.guards import requires
from web.revisions import sent_revision

blueprint = Blueprint("admin_meetings", __name__, url_prefix="/admin/meetings")
_AHEAD = timedelta(weeks=10)
_SHOWN = 5
_REFUSED_DATES = (BadNote, DateOver, TooFarMoved, EveningUnderWay, NonExistentTime)


@blueprint.get("")
@requires("coordinator")
def list_all() -> str:
    with db().read() as session:
        names = {one.id: one.name for one in may_lead(session)}
        lines = [(one, _leading(session, one, names), _next(one)) for one in list_meetings(session)]
    return render_template("admin/meetings.html", lines=lines, usual=usual_time, city=_city)


@blueprint.get("/new")
@requires("coordinator")
def ask() -> Response:
    home = settings().timezone
    today = now().astimezone(find_zone(home)).date()
    return _page(form_of(MeetingSettings("", "", home, today), 0))


@blueprint.post("/new")
@requires("coordinator")
def add() -> Response:
    return _save(None)


@blueprint.get("/<meeting_id>")
@requires("coordinator")
def show(meeting_id: str) -> Response:
    with db().read() as session:
        meeting = _found(session, meeting_id)
        form = form_of(settings_of(session, meeting), meeting.revision)
    return _page(form, meeting)


@blueprint.post("/<meeting_id>")
@requires("coordinator")
def change(meeting_id: str) -> Response:
    return _save(meeting_id)


@blueprint.get("/<meeting_id>/dates/<on>")
@requires("coordinator")
def show_date(meeting_id: str, on: str) -> Response:
    meeting, day = _dated(meeting_id, on)
    known = next((one for one in meeting.changes if one.date == day), None)
    moved = known is not None and (known.new_date or known.new_minute is not None)
    state = CANCELLED if known and known.cancelled else MOVED if moved else AS_PLANNED
    minute = known.new_minute if known else None
    form = DateForm(
        data={
            "revision": str(meeting.revision),
            "state": state,
            "day": (known.new_date if known else None) or day,
            "time": meeting.minute_of_day if minute is None else minute,
            "note": known.note if known else "",
        }
    )
    return _date_page(meeting, day, form)


@blueprint.post("/<meeting_id>/dates/<on>")
@requires("coordinator")
def change_date(meeting_id: str, on: str) -> Response:
    meeting, day = _dated(meeting_id, on)
    form = DateForm.sent()
    if not form.validate():
        return _date_page(meeting, day, form, status=422)
    wanted = form.change(day, meeting.minute_of_day)
    revision, by = sent_revision(), actor().person_id
    try:
        db().change(
            lambda session: set_date(session, meeting_id, wanted, revision=revision, by=by, now=now())
        )
    except StaleMeeting as error:
        meeting, day = _dated(meeting_id, on)
        form.revision.data = str(meeting.revision)
        return _date_page(meeting, day, form, error)
    except _REFUSED_DATES as error:
        return _date_page(meeting, day, form, error)
    flash("That date is kept. The meetings' page and the calendars show it.")
    return redirect(f"/admin/meetings/{meeting_id}", 303)


def usual_time(meeting: Meeting) -> str:
    """`Fridays at 7:00 pm`, by the meeting's own clock."""
    zone = find_zone(meeting.timezone)
    at = lenient_local(now().date(), meeting.minute_of_day, zone)
    return f"{WEEKDAYS[meeting.weekday]} at {clock(at, zone)}"


def _save(meeting_id: str | None) -> Response:
    form = MeetingForm.sent()
    if not form.validate():
        return _page(form, _looked_at(meeting_id), status=422)
    try:
        title = db().change(lambda session: _command(session, meeting_id, form)).title
    except BadMeeting as error:
        form.refuse_all(error.problems)
        return _page(form, _looked_at(meeting_id), status=422)
    except (StaleMeeting, EveningUnderWay) as error:
        meeting = _looked_at(meeting_id)
        if isinstance(error, StaleMeeting):
            form.revision.data = str(meeting.revision if meeting else 0)
        return _page(form, meeting, error)
    flash(f"“{title}” is kept.")
    return redirect("/admin/meetings", 303)


def _command(session: Session, meeting_id: str | None, form: MeetingForm) -> Meeting:
    by = actor().person_id
    if meeting_id is None:
        return save_meeting(session, form.settings, by=by, now=now())
    revision = sent_revision()
    return set_meeting(session, form.settings, meeting_id, revision=revision, by=by, now=now())


def _page(
    form: MeetingForm, meeting: Meeting | None = None, error: DomainError | None = None, status: int = 200
) -> Response:
    with db().read() as session:
        form.offer(may_lead(session))
    body = render_template(
        "admin/meeting.html",
        form=form,
        meeting=meeting,
        dates=_coming(meeting)[:_SHOWN] if meeting else [],
        usual=usual_time(meeting) if meeting else "",
        city=_city(meeting) if meeting else "",
        has_server=settings().jitsi is not None,
        error=error,
    )
    return make_response(body, status_of(error)[0] if error else status)


def _date_page(
    meeting: Meeting, day: date, form: DateForm, error: DomainError | None = None, status: int = 200
) -> Response:
    body = render_template(
        "admin/meeting_date.html", meeting=meeting, day=day, form=form, error=error, city=_city(meeting),
        usual=usual_time(meeting),
    )  # fmt: skip
    return make_response(body, status_of(error)[0] if error else status)


def _found(session: Session, meeting_id: str) -> Meeting:
    meeting = session.get(Meeting, meeting_id)
    if meeting is None:
        raise UnknownMeeting
    return meeting


def _looked_at(meeting_id: str | None) -> Meeting | None:
    if meeting_id is None:
        return None
    with db().read() as session:
        return _found(session, meeting_id)


def _dated(meeting_id: str, on: str) -> tuple[Meeting, date]:
    """The meeting and one of its own dates. Raises UnknownMeeting, NoSuchDate."""
    try:
        day = date.fromisoformat(on)
    except ValueError as error:
        raise NoSuchDate from error
    with db().read() as session:
        meeting = _found(session, meeting_id)
    if not is_occurrence(meeting.rule, day):
        raise NoSuchDate
    return meeting, day


def _coming(meeting: Meeting) -> list[Occurrence]:
    return [one for one in occurrences_of(meeting, now(), now() + _AHEAD) if one.ends_at > now()]


def _next(meeting: Meeting) -> Occurrence | None:
    return next((one for one in _coming(meeting) if not one.cancelled), None)


def _leading(session: Session, meeting: Meeting, names: Mapping[str, str]) -> list[str]:
    """First the hosts, then the moderators; `names` are by id."""
    chosen = settings_of(session, meeting)
    ordered = [*sorted(chosen.host_ids), *sorted(chosen.moderator_ids - chosen.host_ids)]
    return [names[one] for one in ordered if one in names]


def _city(meeting: Meeting) -> str:
    return zone_city(find_zone(meeting.timezone))
