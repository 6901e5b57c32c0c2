"""What a reminder's link opens, without signing in: one page, whose button says yes, moves or cancels.

Looking changes nothing, since mail programs open links by themselves. The link is about one appointment of
one member, and opens nothing else of theirs.
"""

from collections.abc import Callable

from flask import Blueprint, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from foundation.errors import DomainError
from foundation.zones import find_zone
from scheduling.appointments import AlreadyCancelled, AlreadyOver, Appointment, Stale, cancel, move
from scheduling.approval import NotPending
from scheduling.missed_cost import cost_of_missing
from scheduling.reminder_confirmations import confirm, confirmed_at
from scheduling.reminder_links import read_link
from scheduling.reminder_moves import times_to_move_to
from web import browser
from web.appointment_words import words_about
from web.around import again_path
from web.context import db, now, show_times_for, viewer_zone
from web.errors import status_of
from web.guards import public
from web.revisions import sent_revision
from web.slot_days import read_choice, write_choice
from web.slot_loss import REFUSALS

blueprint = Blueprint("reminder_link", __name__, url_prefix="/r")
blueprint.after_request(browser.keep_no_copy)
_REFUSED = 422
_SAID = (*REFUSALS, Stale, AlreadyCancelled, AlreadyOver, NotPending)


@blueprint.get("/<token>")
@public
def show(token: str) -> Response:
    return _page(token, "reminders/answer.html")


@blueprint.post("/<token>")
@public
def say_yes(token: str) -> Response:
    def command(session: Session, one: Appointment) -> None:
        confirm(session, one.id, revision=sent_revision(), by=one.member_id, now=now())

    return _changed(token, "reminders/answer.html", command)


@blueprint.get("/<token>/move")
@public
def choose_time(token: str) -> Response:
    return _page(token, "reminders/move.html")


@blueprint.post("/<token>/move")
@public
def move_it(token: str) -> Response:
    choice = read_choice(request.form.get("slot", ""))
    if choice is None:
        return _page(token, "reminders/move.html", status=_REFUSED)

    def command(session: Session, one: Appointment) -> None:
        move(session, one.id, choice[1], revision=sent_revision(), by=one.member_id, now=now())

    return _changed(token, "reminders/move.html", command)


@blueprint.get("/<token>/cancel")
@public
def ask_to_cancel(token: str) -> Response:
    return _page(token, "reminders/cancel.html")


@blueprint.post("/<token>/cancel")
@public
def cancel_it(token: str) -> Response:
    """What is cancelled is what was looked at; sent twice, it shows that it is cancelled."""

    def command(session: Session, one: Appointment) -> None:
        if one.revision != sent_revision() and not one.is_cancelled:
            raise Stale
        cancel(session, one.id, by=one.member_id, now=now())

    return _changed(token, "reminders/cancel.html", command)


def _changed(token: str, template: str, command: Callable[[Session, Appointment], None]) -> Response:
    with db().read() as session:
        read_link(session, token, now=now())  # made-up links never get as far as the one writer
    try:
        db().change(lambda session: command(session, read_link(session, token, now=now())))
    except _SAID as error:
        return _page(token, template, error, status_of(error)[0])
    return redirect(f"/r/{token}", 303)


def _page(token: str, template: str, error: DomainError | None = None, status: int = 200) -> Response:
    """What is no longer booked has one page, whatever was asked for."""
    with db().read() as session:
        one = read_link(session, token, now=now())
        said = {"confirmed": confirmed_at(session, one), "cost": cost_of_missing(session)}
        is_moving = template == "reminders/move.html"
        times = times_to_move_to(session, one, now=now()) if is_moving and not one.is_cancelled else []
    show_times_for(find_zone(one.member.timezone))
    view = words_about(one, one.member_id, viewer_zone(), now=now(), again=again_path(one))
    body = render_template(
        "reminders/settled.html" if one.is_cancelled or view.is_pending else template,
        one=one,
        view=view,
        path=f"/r/{token}",
        times=[(write_choice(slot.practitioner_id, slot.starts_at), slot.starts_at) for slot in times],
        error=error,
        **said,
    )
    return make_response(body, status)
