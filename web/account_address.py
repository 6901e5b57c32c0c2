"""Changing one's mail address, which is also the way in (R10)."""

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response

from auth.address_changes import ask_for_address, pending_address, try_address_code
from auth.codes import NothingAsked, WrongCode
from auth.people import AddressTaken, find_person
from auth.throttle import TooMany
from web import browser
from web.context import actor, db, now, settings
from web.forms import AddressField, Form, refuse
from web.guards import fresh, requires
from web.signin_forms import CodeForm

blueprint = Blueprint("account_address", __name__, url_prefix="/account/address")
blueprint.after_request(browser.keep_no_copy)
_PAGE = "/account/address"
_REFUSED = 422


class AddressForm(Form):
    email = AddressField("New e-mail address")


@blueprint.get("")
@requires("member")
@fresh(_PAGE)
def show() -> str:
    return _page(AddressForm())


@blueprint.post("")
@requires("member")
@fresh(_PAGE)
def ask() -> Response | tuple[str, int]:
    """The answer is the same whether or not somebody has that address (R7)."""
    form = AddressForm.sent()
    if not form.validate():
        return _page(form), _REFUSED
    try:
        with db().write() as session:
            email, key = str(form.email.data), settings().secret_key
            ask_for_address(session, actor().person_id, email, key=key, now=now())
    except TooMany as error:
        refuse(form.email, error.message)
        return _page(form), _REFUSED
    return redirect(f"{_PAGE}/code", 303)


@blueprint.get("/code")
@requires("member")
@fresh(_PAGE)
def code() -> str | Response:
    return _code_page(CodeForm()) if _waiting() else redirect(_PAGE, 303)


@blueprint.post("/code")
@requires("member")
@fresh(_PAGE)
def change() -> str | Response | tuple[str, int]:
    form = CodeForm.sent()
    if form.validate() and _is_changed(form):
        flash("Your address is changed. We have told both addresses.")
        return redirect("/account/ways-in", 303)
    return _code_page(form), _REFUSED


def _is_changed(form: CodeForm) -> bool:
    """Else the reason stands at the field. A wrong try is committed."""
    try:
        with db().write() as session:
            result = try_address_code(
                session, actor().person_id, str(form.code.data), key=settings().secret_key, now=now()
            )
    except (NothingAsked, AddressTaken) as error:
        refuse(form.code, error.message)
        return False
    if isinstance(result, WrongCode):
        refuse(form.code, "That is not the code. Look in the newest mail to the new address.")
    return not isinstance(result, WrongCode)


def _page(form: Form) -> str:
    with db().read() as session:
        person = find_person(session, actor().person_id)
    return render_template("account/address.html", form=form, person=person)


def _code_page(form: Form) -> str:
    return render_template("account/address_code.html", form=form, waiting=_waiting())


def _waiting() -> str | None:
    with db().read() as session:
        return pending_address(session, actor().person_id, now=now())
