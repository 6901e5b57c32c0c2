"""How somebody comes in: passkeys, an app, spare codes. Changes need a proof that is a moment old (R10)."""

from flask import Blueprint, flash, redirect, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth.authenticator_apps import remove_app
from auth.factors import factors_of, forget_codes_without_factor, hold_factors, note_change, require_one_left
from auth.outside_identities import identities_of
from auth.passkey_records import passkeys_of, remove_passkey
from auth.people import find_person
from auth.permissions import NotAllowed, NotYours
from auth.recovery_codes import new_recovery_codes
from auth.sessions import close_all, is_fresh
from web import browser
from web.context import actor, db, now, settings
from web.guards import fresh, requires
from web.passkey_forms import party

blueprint = Blueprint("account_ways_in", __name__, url_prefix="/account/ways-in")
blueprint.after_request(browser.keep_no_copy)
_PAGE = "/account/ways-in"


@blueprint.get("")
@requires("member")
def show() -> str:
    mine = actor().person_id
    with db().read() as session:
        return render_template(
            "account/ways_in.html",
            person=find_person(session, mine),
            has=factors_of(session, mine),
            passkeys=passkeys_of(session, mine),
            identities=identities_of(session, mine),
            labels={one.name: one.label for one in settings().oidc},
            can_ask=party().can_ask,
            is_fresh=is_fresh(actor(), now=now()),
        )


@blueprint.post("/passkeys/<passkey_id>/remove")
@requires("member")
@fresh(_PAGE)
def end_passkey(passkey_id: str) -> Response:
    """Somebody else's looks like none."""
    with db().write() as session:
        hold_factors(session, actor().person_id)
        if not remove_passkey(session, passkey_id, actor().person_id):
            raise NotYours
        _after_removing(session, "passkey.removed")
    return _back("That passkey opens nothing here any more.")


@blueprint.post("/app/remove")
@requires("staff")
@fresh(_PAGE)
def end_app() -> Response:
    with db().write() as session:
        hold_factors(session, actor().person_id)
        if not remove_app(session, actor().person_id):
            raise NotYours
        _after_removing(session, "app.removed")
    return _back("The app opens nothing here any more.")


@blueprint.post("/codes")
@requires("staff")
@fresh(_PAGE)
def renew_codes() -> str:
    """Ten new spare codes, shown this once."""
    mine = actor().person_id
    with db().write() as session:
        if not factors_of(session, mine).any:
            raise NotAllowed("Set up a passkey or an app first. Spare codes stand in for one.")
        codes = new_recovery_codes(session, mine, key=settings().secret_key, now=now())
        note_change(session, mine, "codes.renewed", to=find_person(session, mine).email, now=now())
    return render_template(
        "signin/codes.html", codes=codes, words="These are new. The earlier ones are void."
    )


@blueprint.post("/others/end")
@requires("member")
@fresh(_PAGE)
def end_others() -> Response:
    """After a change somebody may want no other device signed in."""
    with db().write() as session:
        close_all(session, actor().person_id, now=now(), but=actor().session_id)
        browser.note(session, actor().person_id, "session.others_closed", "page")
    return _back("Every other device is signed out.")


def _after_removing(session: Session, what: str) -> None:
    """Staff keep one way to the second step, or a mailbox would be all of it. Raises LastFactor."""
    mine = actor().person_id
    if actor().is_staff:
        require_one_left(session, mine)
    forget_codes_without_factor(session, mine)
    note_change(session, mine, what, to=find_person(session, mine).email, now=now())


def _back(words: str) -> Response:
    flash(words)
    return redirect(_PAGE, 303)
