"""Showing who one is: the second step of staff, and again before what only oneself may change (R8, R10)."""

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from auth.actor import Actor
from auth.authenticator_apps import try_app_code
from auth.factors import factors_of, note_change
from auth.passkeys import PROVE, PasskeyRefused, challenge_to_prove, use_passkey
from auth.people import find_person
from auth.recovery_codes import try_recovery_code
from web import browser
from web.context import actor_or_none, db, now, settings
from web.forms import Form, refuse
from web.guards import after_first_step, requires, somebody_or_none
from web.passkey_forms import FOR_ONE_SIGN_IN, AnswerForm, as_json, count_challenge, party, tried
from web.signin_forms import AppForm, CodeForm, SpareForm

blueprint = Blueprint("signin_factors", __name__)
blueprint.after_request(browser.keep_no_copy)
AGAIN = "/account/again"
_REFUSED = 422
_WRONG_APP = "That code is not right, or was used already. The app shows a new one every half minute."
_WRONG_SPARE = "That is none of your spare codes, or it was used already."


@blueprint.get(browser.SECOND_STEP)
@after_first_step
def second() -> str | AnyResponse:
    """Staff without any factor are led to set one up."""
    _remember_next()
    if actor_or_none() is not None:
        return redirect(browser.take_next("/staff/"), 303)
    with db().read() as session:
        has_any = factors_of(session, somebody().person_id).any
    return proof_page() if has_any else redirect("/sign-in/set-up", 303)


@blueprint.get(AGAIN)
@requires("member")
def again() -> str:
    """Once more, for somebody who is signed in."""
    _remember_next()
    return proof_page()


@blueprint.post("/sign-in/proof/passkey/challenge")
@after_first_step
def challenge() -> Response:
    count_challenge(FOR_ONE_SIGN_IN, str(somebody().session_id))
    with db().write() as session:
        asked = challenge_to_prove(session, somebody().person_id, party(), binding=browser.bind(), now=now())
    return as_json(asked)


@blueprint.post("/sign-in/proof/passkey")
@after_first_step
def prove_by_passkey() -> AnyResponse | tuple[str, int]:
    form, who = AnswerForm.sent(), somebody()
    try:
        answer, binding = str(form.answer.data), browser.binding()
        with tried(PROVE, answer), db().write() as session:
            person = use_passkey(session, PROVE, answer, party(), binding=binding, now=now())
            if person.id != who.person_id:
                raise PasskeyRefused
            browser.note_proof(session, who, "passkey", second=True)
    except PasskeyRefused as error:
        return proof_page(trouble=error.message), _REFUSED
    return go_on()


@blueprint.post("/sign-in/proof/app")
@after_first_step
def prove_by_app() -> AnyResponse | tuple[str, int]:
    form, who = AppForm.sent(), somebody()
    if form.validate():
        if _opens_by_app(who, str(form.code.data)):
            return go_on()
        refuse(form.code, _WRONG_APP)
    return proof_page(app=form), _REFUSED


@blueprint.post("/sign-in/proof/spare")
@after_first_step
def prove_by_spare_code() -> AnyResponse | tuple[str, int]:
    form, who = SpareForm.sent(), somebody()
    if form.validate():
        if _opens_by_spare_code(who, str(form.spare.data)):
            return go_on()
        refuse(form.spare, _WRONG_SPARE)
    return proof_page(spare=form), _REFUSED


def _remember_next() -> None:
    if "next" in request.args:
        browser.remember_next(request.args["next"])


def _opens_by_app(who: Actor, code: str) -> bool:
    """A wrong try is committed, so that it counts."""
    with db().write() as session:
        is_right = try_app_code(session, who.person_id, code, now=now())
        if is_right:
            browser.note_proof(session, who, "app", second=True)
    return is_right


def _opens_by_spare_code(who: Actor, code: str) -> bool:
    """Its owner is told by mail: a spare code is also what a thief of papers would use."""
    with db().write() as session:
        key = settings().secret_key
        is_right = try_recovery_code(session, who.person_id, code, key=key, now=now())
        if is_right:
            email = find_person(session, who.person_id).email
            note_change(session, who.person_id, "code.used", to=email, now=now())
            browser.note_proof(session, who, "spare", second=True)
    return is_right


def somebody() -> Actor:
    """Behind `after_first_step` there is one, who is in or halfway in."""
    found = somebody_or_none()
    if found is None:
        raise LookupError("this view needs a guard: nobody is here")
    return found


def proof_page(
    *, app: Form | None = None, spare: Form | None = None, mailed: Form | None = None, trouble: str = ""
) -> str:
    """One page for both: what this person can show, the strongest first."""
    who = somebody()
    with db().read() as session:
        has = factors_of(session, who.person_id)
        email = find_person(session, who.person_id).email
    return render_template(
        "signin/proof.html",
        has=has,
        is_in=actor_or_none() is not None,
        by_mail=may_prove_by_mail(who, has_any=has.any),
        email=email,
        can_ask=party().can_ask,
        app=app or AppForm(),
        spare=spare or SpareForm(),
        mailed=mailed or CodeForm(),
        was_mailed=mailed is not None,
        trouble=trouble,
    )


def may_prove_by_mail(who: Actor, *, has_any: bool) -> bool:
    """A code by mail is what members come in with. For staff it is the first step only (but in the demo)."""
    return actor_or_none() is not None and not (who.is_staff and has_any)


def go_on() -> AnyResponse:
    """To where they wanted to go."""
    return redirect(browser.take_next("/staff/" if somebody().is_staff else "/account"), 303)
