"""Signing in with an account elsewhere, and linking one to one's own (R11 to R13)."""

import logging
from datetime import timedelta
from typing import cast

from flask import Blueprint, current_app, flash, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from auth.ceremonies import Ceremony, begin_ceremony, finish_ceremony
from auth.factors import note_change
from auth.keyed import keyed_digest
from auth.links import Entry
from auth.oidc import ENTER, LINK, Elsewhere, Returned
from auth.oidc_refusal import OidcRefused
from auth.outside_identities import link_identity, unlink_identity, whoever_is
from auth.people import find_person
from auth.permissions import NotYours
from auth.sessions import ELSEWHERE
from auth.throttle import Limit, insist, refuse_if_spent
from foundation.oidc_providers import OidcProvider
from web import browser
from web.chosen_time import keep_chosen
from web.client import network
from web.context import actor, actor_or_none, db, now, settings
from web.guards import fresh, public, requires

blueprint = Blueprint("signin_elsewhere", __name__)
blueprint.after_request(browser.keep_no_copy)
LEAVING = Limit("elsewhere.network", 60, timedelta(minutes=15))
"""Each begun sign-in is a row, and a question to the provider."""
_WAYS_IN = "/account/ways-in"
_LONGEST = 4000
log = logging.getLogger("evenside.auth")


@blueprint.app_template_global()
def providers() -> tuple[OidcProvider, ...]:
    return settings().oidc


@blueprint.post("/sign-in/with/<name>")
@public
def leave(name: str) -> str:
    """A page that leads on, since a form may only be answered by ourselves (R27: form-action)."""
    browser.remember_next(request.form.get("next"))
    return _lead_to(elsewhere().find(name), ENTER, None)


@blueprint.post("/account/ways-in/elsewhere/<name>")
@requires("member")
@fresh(_WAYS_IN)
def leave_to_link(name: str) -> str:
    return _lead_to(elsewhere().find(name), LINK, actor().person_id)


@blueprint.get("/sign-in/with/<name>/back")
@public
def come_back(name: str) -> AnyResponse | str | tuple[str, int]:
    """Whatever is wrong, one answer (R12); a `state` is good once and in the browser that left (R13)."""
    try:
        provider = elsewhere().find(name)
        begun = _take(request.args.get("state", ""))
        subject = _ask_who(provider, begun)
    except OidcRefused as error:
        log.warning("sign-in elsewhere refused", extra={"provider": name[:30], "why": error.why})
        raise
    return _link(provider, subject, begun) if begun.purpose == LINK else _enter(provider, subject)


@blueprint.post("/account/ways-in/elsewhere/<identity_id>/remove")
@requires("member")
@fresh(_WAYS_IN)
def unlink(identity_id: str) -> AnyResponse:
    with db().write() as session:
        if not unlink_identity(session, identity_id, actor().person_id):
            raise NotYours
        _tell(session, "identity.unlinked")
    flash("That account opens nothing here any more.")
    return redirect(_WAYS_IN, 303)


def elsewhere() -> Elsewhere:
    """One for the process: it remembers what the providers say about themselves."""
    made = current_app.extensions.get("evenside.elsewhere")
    if made is None:
        made = Elsewhere(settings().oidc, settings().origin)
        current_app.extensions["evenside.elsewhere"] = made
    return cast(Elsewhere, made)


def _lead_to(provider: OidcProvider, purpose: str, person_id: str | None) -> str:
    """Raises TooMany, OidcRefused."""
    _count_leaving()
    leaving = elsewhere().leave_for(provider, now=now())
    with db().write() as session:
        begin_ceremony(
            session,
            purpose,
            leaving.state,
            binding=browser.bind(),
            now=now(),
            person_id=person_id,
            detail=leaving.detail,
        )
    return render_template("signin/going.html", provider=provider, address=leaving.address)


def _count_leaving() -> None:
    where = keyed_digest(settings().secret_key, LEAVING.scope, network())
    with db().read() as session:
        refuse_if_spent(session, LEAVING, where, now=now())
    with db().write() as session:
        insist(session, LEAVING, where, now=now())


def _take(state: str) -> Ceremony:
    """What was begun with this state in this browser, used up by this look. Raises OidcRefused."""
    with db().write() as session:
        for purpose in (ENTER, LINK):
            found = finish_ceremony(session, purpose, state, binding=browser.binding(), now=now())
            if found is not None:
                return found
    raise OidcRefused("a state that was not given to this browser, is over or was used")


def _ask_who(provider: OidcProvider, begun: Ceremony) -> str:
    """Over the network, so outside of any transaction. Raises OidcRefused."""
    told = request.args
    if len(request.query_string) > _LONGEST or "error" in told:
        raise OidcRefused("they say no")
    back = Returned(told.get("code", ""), told.get("iss"))
    return elsewhere().come_back(provider, begun.detail or "", back, now=now())


def _enter(provider: OidcProvider, subject: str) -> AnyResponse | tuple[str, int]:
    """Somebody unknown is told how to link it, and nobody is found by an address (R11)."""
    with db().write() as session:
        person = whoever_is(session, issuer=provider.issuer, subject=subject, now=now())
        wanted = browser.let_in(session, Entry(person, False), how=ELSEWHERE) if person else None
    if person is None or wanted is None:
        return render_template("signin/not_linked.html", provider=provider), 403
    keep_chosen(wanted, person.id)
    return redirect(wanted, 303)


def _link(provider: OidcProvider, subject: str, begun: Ceremony) -> AnyResponse:
    """Only to whoever began it, and is still signed in. Raises OidcRefused, LinkedElsewhere."""
    who = actor_or_none()
    if who is None or who.person_id != begun.person_id:
        raise OidcRefused("begun by somebody else")
    with db().write() as session:
        link_identity(
            session, who.person_id, provider=provider.name, issuer=provider.issuer, subject=subject, now=now()
        )
        _tell(session, "identity.linked")
    flash(f"You can sign in with {provider.label} from now on.")
    return redirect(_WAYS_IN, 303)


def _tell(session: Session, what: str) -> None:
    mine = actor().person_id
    note_change(session, mine, what, to=find_person(session, mine).email, now=now())
