"""Showing who one is by a code in a mail, for members, who come in that way too (R10)."""

from flask import Blueprint
from werkzeug.wrappers import Response

from auth.actor import Actor
from auth.asking import Request, ask_for_link
from auth.codes import CodesClosed, NothingAsked, WrongCode, try_code
from auth.factors import factors_of
from auth.keyed import keyed_digest
from auth.people import find_person
from auth.permissions import NotAllowed
from web import browser
from web.client import network
from web.context import actor, db, now, settings
from web.forms import refuse
from web.guards import requires
from web.signin import say_tries
from web.signin_factors import go_on, may_prove_by_mail, proof_page
from web.signin_forms import CodeForm

blueprint = Blueprint("signin_again_by_mail", __name__)
blueprint.after_request(browser.keep_no_copy)
_REFUSED = 422


@blueprint.post("/sign-in/proof/mail")
@requires("member")
def send() -> str:
    """To the address that we have, whatever the form says."""
    _require_mail_counts()
    with db().write() as session:
        address = find_person(session, actor().person_id).email
        asked = Request(address, network(), browser.bind(), known=_share())
        ask_for_link(session, asked, key=settings().secret_key, now=now())
    return proof_page(mailed=CodeForm())


@blueprint.post("/sign-in/proof/code")
@requires("member")
def prove() -> Response | tuple[str, int]:
    _require_mail_counts()
    form = CodeForm.sent()
    if form.validate() and _is_right(form, actor()):
        return go_on()
    return proof_page(mailed=form), _REFUSED


def _share() -> str:
    """Whoever is signed in already has a share of their own: no flood from their network takes from it."""
    return keyed_digest(settings().secret_key, "proof.mail", str(actor().session_id))


def _is_right(form: CodeForm, who: Actor) -> bool:
    """Whether the code is their own; else the reason stands at the field. A wrong try is committed."""
    binding, key = browser.binding() or "", settings().secret_key
    try:
        with db().write() as session:
            code = str(form.code.data)
            result = try_code(session, code, binding=binding, network=network(), key=key, now=now())
            is_own = not isinstance(result, WrongCode) and result.person.id == who.person_id
            if is_own:
                browser.note_proof(session, who, "mail", second=False)
    except (NothingAsked, CodesClosed) as error:
        refuse(form.code, error.message)
        return False
    if not is_own:
        refuse(form.code, say_tries(result.tries_left if isinstance(result, WrongCode) else 0))
    return is_own


def _require_mail_counts() -> None:
    """Raises NotAllowed: staff who have a factor show that."""
    with db().read() as session:
        has = factors_of(session, actor().person_id)
    if not may_prove_by_mail(actor(), has_any=has.any):
        raise NotAllowed
