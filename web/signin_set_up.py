"""The first factor of somebody on the staff, between the mail and the desk; or another one, later (R8, R9).

Whom it is for is whoever is here: nothing in a form says so.
"""

from flask import Blueprint, Response, flash, redirect, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from auth.authenticator_apps import address_for_app, begin_app, confirm_app, pending_secret
from auth.factors import NOT_FIRST, factors_of, hold_factors, note_change
from auth.passkeys import PasskeyRefused, add_passkey, challenge_to_add
from auth.people import find_person
from auth.permissions import NeedsSecondFactor, NotAllowed
from auth.recovery_codes import new_recovery_codes
from auth.sessions import is_fresh
from web import browser
from web.client import device_words
from web.context import actor_or_none, db, now, settings
from web.forms import Form, refuse
from web.guards import after_first_step, somebody_or_none
from web.passkey_forms import FOR_ONE_SIGN_IN, NewPasskeyForm, as_json, count_challenge, party
from web.qr import drawn
from web.signin_factors import somebody
from web.signin_forms import AppForm

SET_UP = "/sign-in/set-up"
WAYS_IN = "/account/ways-in"
blueprint = Blueprint("signin_set_up", __name__, url_prefix=SET_UP)
blueprint.after_request(browser.keep_no_copy)
_APP = f"{SET_UP}/app"
_REFUSED = 422
_WRONG = "That is not what the app shows for this picture. Wait for its next code and type that."


@blueprint.before_request
def only_when_ready() -> AnyResponse | None:
    """Whoever is in has to show once more who they are; whoever is halfway in, to have nothing to show yet.

    Else a stolen mailbox would be enough to add a factor of one's own.
    """
    who = somebody_or_none()
    if who is None:
        return None  # the guard of the view says what then
    if actor_or_none() is not None:
        return None if is_fresh(who, now=now()) else redirect(f"/account/again?next={WAYS_IN}", 303)
    with db().read() as session:
        has_any = factors_of(session, who.person_id).any
    return redirect(browser.SECOND_STEP, 303) if has_any else None


@blueprint.get("")
@after_first_step
def choose() -> str:
    return _choices(NewPasskeyForm(data={"label": device_words()}))


@blueprint.post("/passkey/challenge")
@after_first_step
def challenge() -> Response:
    count_challenge(FOR_ONE_SIGN_IN, str(somebody().session_id))
    with db().write() as session:
        asked = challenge_to_add(session, somebody().person_id, party(), binding=browser.bind(), now=now())
    return as_json(asked)


@blueprint.post("/passkey")
@after_first_step
def keep_passkey() -> str | AnyResponse | tuple[str, int]:
    form = NewPasskeyForm.sent()
    if not form.validate():
        return _choices(form), _REFUSED
    mine, answer, label = somebody().person_id, str(form.answer.data), str(form.label.data)
    try:
        with db().write() as session:
            _require_ready(session)
            add_passkey(session, mine, answer, party(), label=label, binding=browser.binding(), now=now())
            codes = _after_adding(session, "passkey.added")
    except PasskeyRefused as error:
        refuse(form.label, error.message)
        return _choices(form), _REFUSED
    return _done("The passkey is kept.", codes)


@blueprint.post("/app")
@after_first_step
def begin() -> AnyResponse:
    _require_staff()
    with db().write() as session:
        begin_app(session, somebody().person_id, now=now())
    return redirect(_APP, 303)


@blueprint.get("/app")
@after_first_step
def show_app() -> str:
    _require_staff()
    return _app_page(AppForm())


@blueprint.post("/app/code")
@after_first_step
def keep_app() -> str | AnyResponse | tuple[str, int]:
    _require_staff()
    form = AppForm.sent()
    if not form.validate():
        return _app_page(form), _REFUSED
    with db().write() as session:
        _require_ready(session)
        is_right = confirm_app(session, somebody().person_id, str(form.code.data), now=now())
        codes = _after_adding(session, "app.added") if is_right else []
    if not is_right:
        refuse(form.code, _WRONG)
        return _app_page(form), _REFUSED
    return _done("The app is set up.", codes)


def _require_staff() -> None:
    """Members come in by mail or passkey and are asked for no more. Raises NotAllowed."""
    if not somebody().is_staff:
        raise NotAllowed


def _require_ready(session: Session) -> None:
    """Of two who set up a first factor at once with one mailbox, one does. Raises NeedsSecondFactor."""
    hold_factors(session, somebody().person_id)
    if actor_or_none() is None and factors_of(session, somebody().person_id).any:
        raise NeedsSecondFactor(NOT_FIRST)


def _after_adding(session: Session, what: str) -> list[str]:
    """Tell them, let them in if that was what was missing; the spare codes, if they have none yet."""
    who = somebody()
    note_change(session, who.person_id, what, to=find_person(session, who.person_id).email, now=now())
    needs_codes = who.is_staff and factors_of(session, who.person_id).codes == 0
    codes = (
        new_recovery_codes(session, who.person_id, key=settings().secret_key, now=now())
        if needs_codes
        else []
    )
    if actor_or_none() is None:
        browser.note_proof(session, who, what.partition(".")[0], second=True)
    return codes


def _done(words: str, codes: list[str]) -> str | AnyResponse:
    """Codes are shown this once; without any, on to where they were going."""
    if codes:
        return render_template("signin/codes.html", codes=codes, words=words)
    flash(words)
    return redirect(browser.take_next(WAYS_IN), 303)


def _choices(form: Form) -> str:
    who = somebody()
    with db().read() as session:
        has = factors_of(session, who.person_id)
    return render_template(
        "signin/set_up.html", form=form, has=has, is_in=actor_or_none() is not None,
        is_staff=who.is_staff, can_ask=party().can_ask,
    )  # fmt: skip


def _app_page(form: Form) -> str:
    with db().read() as session:
        secret = pending_secret(session, somebody().person_id, now=now())
        address = address_for_app(session, somebody().person_id, secret)
    return render_template(
        "signin/app.html", form=form, picture=drawn(address), secret=secret, is_in=actor_or_none() is not None
    )
