"""Signing in with a passkey alone: no address typed, and for staff the second factor in the same moment."""

from datetime import timedelta

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from auth.links import Entry
from auth.passkeys import ENTER, PasskeyRefused, challenge_to_enter, use_passkey
from auth.sessions import PASSKEY
from auth.throttle import Limit
from web import browser
from web.chosen_time import keep_chosen
from web.client import network
from web.context import db, now
from web.guards import public
from web.passkey_forms import EntryForm, as_json, count_challenge, party, tried
from web.signin import ask_page

blueprint = Blueprint("signin_passkey", __name__, url_prefix="/sign-in/passkey")
blueprint.after_request(browser.keep_no_copy)
CHALLENGES = Limit("passkey.network", 120, timedelta(minutes=15))
"""A challenge is a row, so one network gets so many; whoever signs in by mail is not counted here."""
_REFUSED = 422


@blueprint.post("/challenge")
@public
def challenge() -> Response:
    """Raises TooMany. It says nothing about anybody: whoever has a passkey of ours is known by it alone."""
    count_challenge(CHALLENGES, network())
    with db().write() as session:
        asked = challenge_to_enter(session, party(), binding=browser.bind(), now=now())
    return as_json(asked)


@blueprint.post("")
@public
def enter() -> AnyResponse | tuple[str, int]:
    form = EntryForm.sent()
    browser.remember_next(form.next.data)
    try:
        answer = str(form.answer.data)
        with tried(ENTER, answer), db().write() as session:
            person = use_passkey(session, ENTER, answer, party(), binding=browser.binding(), now=now())
            entry = Entry(person, bool(form.shared.data))
            wanted = browser.let_in(session, entry, how=PASSKEY, stepped_up=True)
    except PasskeyRefused as error:
        return ask_page(wanted=form.next.data or "", trouble=error.message), _REFUSED
    keep_chosen(wanted, person.id)
    return redirect(wanted, 303)
