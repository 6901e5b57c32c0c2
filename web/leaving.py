"""Signing out, and Exit, which has to work however old the page is."""

import logging

from flask import Blueprint, redirect, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from web import browser
from web.context import db
from web.csrf import protect
from web.guards import public

log = logging.getLogger("evenside.web")
blueprint = Blueprint("leaving", __name__)
blueprint.after_request(browser.keep_no_copy)


@blueprint.post("/sign-out")
@public
def sign_out() -> Response:
    """What this browser kept for the person goes with the session."""
    with db().write() as session:
        browser.let_out(session)
    response = redirect("/", 303)
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


@blueprint.post("/exit")
@public
def leave() -> Response:
    """End the session, clear what the browser kept, and land on a page that says nothing.

    A page whose form token is too old must still let its reader out, so this one asks the browser instead
    where the request comes from; and SameSite cookies do not travel with another site's request anyway.
    """
    response = redirect("/left", 303)
    if request.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}:
        _end_session()
        response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


protect.exempt(leave)


def _end_session() -> None:
    """A database that is away must not hold anybody on the page; the session then ends by its age."""
    try:
        with db().write() as session:
            browser.let_out(session)
    except SQLAlchemyError:
        log.exception("exit without the database")
        browser.forget()
