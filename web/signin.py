"""Signing in: an address, then the code or the link from the mail. A GET uses nothing up (R4)."""

from email.utils import parseaddr

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from auth.asking import Request, ask_for_link, refuse_flood
from auth.codes import CodesClosed, NothingAsked, WrongCode, try_code
from auth.links import LinkSpent, WrongBrowser, look_at_link, redeem_link
from foundation.errors import DomainError
from web import browser
from web.chosen_time import keep_chosen
from web.client import network
from web.context import actor_or_none, db, halfway_or_none, now, settings
from web.forms import refuse
from web.guards import public
from web.known_browser import mark_of
from web.local_path import local_path
from web.passkey_forms import party
from web.signin_forms import AskForm, CodeForm

blueprint = Blueprint("signin", __name__)
blueprint.after_request(browser.keep_no_copy)
_REFUSED = 422


@blueprint.app_template_global()
def mail_sender() -> str:
    """The name that our mails come from, so that people know them in their list."""
    return parseaddr(settings().mail_from)[0] or settings().org_name


@blueprint.get("/sign-in")
@public
def ask() -> str | AnyResponse:
    wanted = local_path(request.args.get("next"), default="")
    if actor_or_none() is not None:
        return redirect(wanted or "/", 303)
    if halfway_or_none() is not None:
        return redirect(browser.SECOND_STEP, 303)
    return ask_page(wanted=wanted)


def ask_page(form: AskForm | None = None, *, wanted: str = "", trouble: str = "") -> str:
    """Every way in. `trouble` is what went wrong with one that has no field of its own."""
    return render_template(
        "signin/ask.html",
        form=form or AskForm(data={"next": wanted}),
        code_form=CodeForm(),
        can_ask=party().can_ask,
        trouble=trouble,
    )


@blueprint.post("/sign-in")
@public
def send() -> AnyResponse | tuple[str, int]:
    """The answer is one and the same for every well-formed address (R7)."""
    form = AskForm.sent()
    if not form.validate():
        return ask_page(form), _REFUSED
    email = str(form.email.data)
    asked = Request(email, network(), browser.bind(), bool(form.shared.data), known=mark_of(email))
    with db().read() as session:
        refuse_flood(session, asked, key=settings().secret_key, now=now())
    with db().write() as session:
        ask_for_link(session, asked, key=settings().secret_key, now=now())
    browser.remember_next(form.next.data)
    return redirect("/sign-in/code", 303)


@blueprint.get("/sign-in/code")
@public
def code() -> str | AnyResponse:
    if browser.binding() is None:
        return redirect("/sign-in", 303)
    return render_template("signin/code.html", form=CodeForm())


@blueprint.post("/sign-in/code")
@public
def enter_code() -> AnyResponse | tuple[str, int]:
    form = CodeForm.sent()
    wanted = _try(form) if form.validate() else None
    if wanted is None:
        return render_template("signin/code.html", form=form), _REFUSED
    return redirect(wanted, 303)


@blueprint.get("/sign-in/<token>")
@public
def link(token: str) -> str | tuple[str, int]:
    """One button. Mail scanners open links, and nothing happens until a person presses it."""
    try:
        with db().read() as session:
            look_at_link(session, token, binding=browser.binding(), now=now())
    except (LinkSpent, WrongBrowser) as error:
        return _no_entry(error)
    return render_template("signin/link.html")


@blueprint.post("/sign-in/<token>")
@public
def enter_by_link(token: str) -> AnyResponse | tuple[str, int]:
    try:
        with db().write() as session:
            entry = redeem_link(session, token, binding=browser.binding(), now=now())
            wanted = browser.let_in(session, entry)
    except (LinkSpent, WrongBrowser) as error:
        return _no_entry(error)
    keep_chosen(wanted, entry.person.id)
    return redirect(wanted, 303)


def _try(form: CodeForm) -> str | None:
    """The page to go to, or None with the reason at the field. A wrong try is committed."""
    try:
        with db().write() as session:
            result = try_code(
                session,
                str(form.code.data),
                binding=browser.binding() or "",
                network=network(),
                key=settings().secret_key,
                now=now(),
            )
            wanted = "" if isinstance(result, WrongCode) else browser.let_in(session, result)
    except (NothingAsked, CodesClosed) as error:
        refuse(form.code, error.message)
        return None
    if isinstance(result, WrongCode):
        refuse(form.code, say_tries(result.tries_left))
        return None
    keep_chosen(wanted, result.person.id)
    return wanted


def say_tries(tries_left: int) -> str:
    """Why a code did not open, for its field."""
    if tries_left == 0:
        return "That was the last try for this code. Ask for a new one."
    more = "One try is left." if tries_left == 1 else f"{tries_left} tries are left."
    return f"That is not the code in the newest mail. {more}"


def _no_entry(error: DomainError) -> tuple[str, int]:
    status = 403 if isinstance(error, WrongBrowser) else 410
    return render_template(f"signin/{error.code}.html"), status
