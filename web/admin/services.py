"""What is offered: a list, adding a service, and every setting of one."""

from flask import Blueprint, flash, make_response, redirect, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth.people import Role, people_with
from foundation.errors import DomainError
from scheduling.questionnaires import newest_forms
from scheduling.service_settings import (
    BadService,
    ServiceSettings,
    StaleService,
    all_services,
    save_service,
    settings_of,
)
from scheduling.services import Service, practitioners_of, service_of
from web.admin.service_form import ServiceForm, form_of
from web.context import actor, db, now
from web.errors import status_of
from web.guards import requires
from web.number_fields import spoken_span
from web.revisions import sent_revision

blueprint = Blueprint("admin_services", __name__, url_prefix="/admin")
blueprint.add_app_template_filter(spoken_span, "spoken_span")
_NEW = ServiceSettings(slug="", name="")


@blueprint.get("/")
@requires("coordinator")
def index() -> Response:
    return redirect("/admin/services", 303)


@blueprint.get("/services")
@requires("coordinator")
def list_all() -> str:
    with db().read() as session:
        lines = [(one, practitioners_of(session, one)) for one in all_services(session)]
    return render_template("admin/services.html", lines=lines)


@blueprint.get("/services/new")
@requires("coordinator")
def ask() -> Response:
    return _page(form_of(_NEW, 0))


@blueprint.post("/services/new")
@requires("coordinator")
def add() -> Response:
    return _save(None)


@blueprint.get("/services/<service_id>")
@requires("coordinator")
def show(service_id: str) -> Response:
    with db().read() as session:
        service = service_of(session, service_id)
        form = form_of(settings_of(session, service), service.revision)
    return _page(form, service)


@blueprint.post("/services/<service_id>")
@requires("coordinator")
def change(service_id: str) -> Response:
    return _save(service_id)


def _save(service_id: str | None) -> Response:
    form = ServiceForm.sent()
    if not form.validate():
        return _page(form, _looked_at(service_id), status=422)
    try:
        name = db().change(lambda session: _command(session, service_id, form)).name
    except BadService as error:
        form.refuse_all(error.problems)
        return _page(form, _looked_at(service_id), status=422)
    except StaleService as error:
        service = _looked_at(service_id)
        form.revision.data = str(service.revision if service else 0)
        return _page(form, service, error, 409)
    flash(f"“{name}” is kept. What is booked already stays as it is.")
    return redirect("/admin/services", 303)


def _command(session: Session, service_id: str | None, form: ServiceForm) -> Service:
    return save_service(
        session,
        form.settings,
        service_id=service_id,
        revision=sent_revision(),
        by=actor().person_id,
        now=now(),
    )


def _looked_at(service_id: str | None) -> Service | None:
    if service_id is None:
        return None
    with db().read() as session:
        return service_of(session, service_id)


def _page(
    form: ServiceForm, service: Service | None = None, error: DomainError | None = None, status: int = 200
) -> Response:
    with db().read() as session:
        form.offer_choices(people_with(session, Role.PRACTITIONER), newest_forms(session))
    body = render_template("admin/service.html", form=form, service=service, error=error)
    return make_response(body, status_of(error)[0] if error else status)
