"""Another time from a mail, without signing in: the link shows the next times, and books exactly one."""

from flask import Blueprint, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from foundation.errors import DomainError
from foundation.zones import find_zone
from scheduling.again import book_again, booked_again, next_times, read_again
from scheduling.appointments import Appointment
from web import browser
from web.context import db, now, settings, show_times_for
from web.errors import status_of
from web.guards import public
from web.slot_days import read_choice, write_choice
from web.slot_loss import REFUSALS

blueprint = Blueprint("again", __name__, url_prefix="/again")
blueprint.after_request(browser.keep_no_copy)
_REFUSED = 422


@blueprint.get("/<token>")
@public
def show(token: str) -> Response:
    """Nothing happens by looking: mail programs open links by themselves."""
    return _page(token)


@blueprint.post("/<token>")
@public
def choose(token: str) -> Response:
    """Sent twice, or with another time once one is booked, it shows what is booked."""
    choice = read_choice(request.form.get("slot", ""))
    if choice is None:
        return _page(token, status=_REFUSED)
    with db().read() as session:
        _about(session, token)  # made-up passes never get as far as the one writer
    try:
        db().change(lambda session: book_again(session, _about(session, token), choice[1], now=now()))
    except REFUSALS as error:
        return _page(token, error, status_of(error)[0])
    return redirect(f"/again/{token}", 303)


def _about(session: Session, token: str) -> Appointment:
    return read_again(session, settings().secret_key, token, now=now())


def _page(token: str, error: DomainError | None = None, status: int = 200) -> Response:
    with db().read() as session:
        about = _about(session, token)
        made = booked_again(session, about)
        times = [] if made else next_times(session, about, now=now())
    show_times_for(find_zone(about.member.timezone))
    body = render_template(
        "booking/again.html",
        about=about,
        made=made,
        times=[(write_choice(one.practitioner_id, one.starts_at), one.starts_at) for one in times],
        first_name=about.practitioner.name.split()[0],
        error=error,
    )
    return make_response(body, status)
