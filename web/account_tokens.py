"""Tokens for programs that speak for somebody: made here, shown once, ended here."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response
from wtforms import RadioField

from auth.people import find_person
from auth.permissions import NotYours
from auth.tokens import LONGEST_LABEL, Scope, TooManyTokens, issue_token, revoke_token, tokens_of
from foundation.audit import record
from web.context import actor, db, now
from web.forms import Form, LineField, refuse
from web.guards import fresh, requires

blueprint = Blueprint("account_tokens", __name__, url_prefix="/account/tokens")
_PAGE = "/account/tokens"
_REFUSED = 422
_SCOPES: Any = {Scope.READ.value: "Read", Scope.WRITE.value: "Read and change"}


class TokenForm(Form):
    label = LineField("Which program", most=LONGEST_LABEL, missing="Give it a name, such as My calendar.")
    scope: Any = RadioField("What it may do", choices=_SCOPES, default=Scope.READ.value)


@blueprint.get("")
@requires("member")
def show() -> str:
    return _page(TokenForm())


@blueprint.post("")
@requires("member")
@fresh(_PAGE)
def make() -> str | tuple[str, int]:
    """The one answer that holds the secret; it is in no redirect and no cookie."""
    form = TokenForm.sent()
    if not form.validate():
        return _page(form), _REFUSED
    try:
        secret = _made(form)
    except TooManyTokens as error:
        refuse(form.label, error.message)
        return _page(form), _REFUSED
    return _page(TokenForm(), secret)


@blueprint.post("/<token_id>/end")
@requires("member")
def end(token_id: str) -> Response:
    with db().write() as session:
        if not revoke_token(session, token_id, actor().person_id, now=now()):
            raise NotYours
        _note(session, "token.revoked")
    flash("Ended. The program gets nothing from now on.")
    return redirect(_PAGE, 303)


def _made(form: TokenForm) -> str:
    scope = Scope(form.scope.data)
    with db().write() as session:
        person = find_person(session, actor().person_id)
        secret = issue_token(session, person, label=form.label.data or "", scope=scope, now=now())
        _note(session, "token.issued", scope=scope.value)
    return secret


def _note(session: Any, action: str, **facts: str) -> None:
    mine = actor().person_id
    record(session, actor=mine, action=action, kind="person", object_id=mine, now=now(), detail=facts)


def _page(form: TokenForm, secret: str = "") -> str:
    with db().read() as session:
        tokens = tokens_of(session, actor().person_id)
    return render_template("account/tokens.html", form=form, tokens=tokens, scopes=_SCOPES, secret=secret)
