"""Weekly groups at the desk: the list, and adding one."""

from datetime import timedelta

from flask import Blueprint, flash, make_response, redirect, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth.people import Role, find_person, people_with
from auth.permissions import allow, may
from foundation.errors import DomainError
from scheduling.groups import add_group, groups_of
from scheduling.hours import Schedule
from scheduling.services import list_services
from web.context import actor, db, now
from web.errors import status_of
from web.guards import requires
from web.staff.group_form import GroupForm, prefilled
from web.staff.group_words import group_view

blueprint = Blueprint("staff_groups", __name__, url_prefix="/staff/groups")
_SEVEN_PM, _HOUR = 19 * 60, 60
_TOMORROW = timedelta(days=1)


@blueprint.get("")
@requires("schedules")
def index() -> str:
    """One's own; a coordinator's list has everybody's. Numbers only: names are a page further."""
    mine = None if may(actor(), "coordinator") else actor().person_id
    with db().read() as session:
        views = [group_view(session, one, now=now()) for one in groups_of(session, mine, today=now().date())]
    return render_template("staff/groups.html", views=views)


@blueprint.get("/new")
@requires("schedules")
def ask() -> Response:
    with db().read() as session:
        zone = find_person(session, actor().person_id).timezone
        services = _services(session)
        first = next((one for one in list_services(session) if one.is_group), None)
        people = _people(session)
    day = (now() + _TOMORROW).astimezone(actor().zone).date()
    seats, minutes = (first.seats, first.minutes) if first else (8, _HOUR)
    start = prefilled(day, _SEVEN_PM, seats, minutes, zone, actor().person_id)
    start["service_id"] = first.id if first else None
    return _page(GroupForm(data=start).offer(services, people))


@blueprint.post("/new")
@requires("schedules")
def add() -> Response:
    with db().read() as session:
        form = GroupForm.sent().offer(_services(session), _people(session))
    if not form.validate():
        return _page(form, status=422)
    try:
        series_id = db().change(lambda session: _add(session, form))
    except DomainError as error:
        return _page(form, error, status_of(error)[0])
    flash("The group is there, with its dates of the coming twelve weeks.")
    return redirect(f"/staff/groups/{series_id}", 303)


def _add(session: Session, form: GroupForm) -> str:
    allow(actor(), "schedule.edit", Schedule(practitioner_id=form.practitioner_id.data))
    return add_group(session, **form.terms, by=actor().person_id, now=now()).id


def _services(session: Session) -> dict[str, str]:
    return {one.id: one.name for one in list_services(session) if one.is_group}


def _people(session: Session) -> dict[str, str]:
    """Oneself; a coordinator chooses among all practitioners."""
    found = people_with(session, Role.PRACTITIONER)
    keeps_all = may(actor(), "coordinator")
    return {one.id: one.name for one in found if keeps_all or one.id == actor().person_id}


def _page(form: GroupForm, error: DomainError | None = None, status: int = 200) -> Response:
    body = render_template("staff/group_add.html", form=form, error=error)
    return make_response(body, status)
