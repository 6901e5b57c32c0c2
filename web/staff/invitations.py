"""Asking a member to choose a time themselves, and taking that back."""

from flask import Blueprint, flash, redirect
from werkzeug.wrappers import Response

from scheduling.service_invitations import Invited, invitations_of, invite, take_back
from scheduling.services import find_service
from web.context import actor, db, now
from web.guards import requires

blueprint = Blueprint("staff_invitations", __name__, url_prefix="/staff/invitations")


@blueprint.app_template_global()
def asked_to_choose(member_id: str) -> list[Invited]:
    """What this member was asked to choose a time of."""
    with db().read() as session:
        return invitations_of(session, member_id)


@blueprint.post("/<member_id>/<slug>")
@requires("book.for_member")
def ask(member_id: str, slug: str) -> Response:
    with db().write() as session:
        service = find_service(session, slug)
        new = invite(session, service_id=service.id, member_id=member_id, by=actor().person_id, now=now())
    flash("They get a mail that says they can choose a time." if new else "They were asked already.")
    return _back(member_id, slug)


@blueprint.post("/<member_id>/<slug>/take-back")
@requires("book.for_member")
def withdraw(member_id: str, slug: str) -> Response:
    with db().write() as session:
        service = find_service(session, slug)
        take_back(session, service_id=service.id, member_id=member_id, by=actor().person_id, now=now())
    flash("Taken back. What they booked stays booked.")
    return _back(member_id, slug)


def _back(member_id: str, slug: str) -> Response:
    return redirect(f"/staff/book/{member_id}/{slug}", 303)
