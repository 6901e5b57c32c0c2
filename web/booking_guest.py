"""A stranger books what is public: a name and an address first, proven by the mail, then the time is kept."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response
from wtforms import BooleanField

from auth.asking import Newcomer, Request, ask_for_link
from auth.people import LONGEST_NAME, find_person
from scheduling.service_invitations import find_public
from scheduling.services import find_service, offers
from web import browser
from web.chosen_time import path_with
from web.client import network
from web.context import actor_or_none, db, now, settings, viewer_zone
from web.forms import AddressField, Form, LineField
from web.guards import public, to_sign_in
from web.slot_days import read_choice

blueprint = Blueprint("booking_guest", __name__)
blueprint.after_request(browser.keep_no_copy)
_REFUSED = 422


class GuestForm(Form):
    """Who books. The name stands with the appointment; the address gets the mails."""

    name = LineField("Your name", most=LONGEST_NAME, missing="Write the name that we call you by.")
    email = AddressField("E-mail address")
    shared = BooleanField("Others use this device.")


@blueprint.get("/book/<slug>/you")
@public
def ask(slug: str) -> str | Response:
    return _next_step(slug) or _page(slug, GuestForm())


@blueprint.post("/book/<slug>/you")
@public
def send(slug: str) -> str | Response | tuple[str, int]:
    """One answer for every well-formed address, known here or not."""
    if (elsewhere := _next_step(slug)) is not None:
        return elsewhere
    form = GuestForm.sent()
    if not form.validate():
        return _page(slug, form), _REFUSED
    newcomer = Newcomer(str(form.name.data), viewer_zone().key)
    asked = Request(str(form.email.data), network(), browser.bind(), bool(form.shared.data), newcomer)
    with db().write() as session:
        ask_for_link(session, asked, key=settings().secret_key, now=now())
    browser.remember_next(_wanted(slug))
    return redirect("/sign-in/code", 303)


def _next_step(slug: str) -> Response | None:
    """Where to go instead: signed in already, nothing public here, or nothing chosen."""
    if actor_or_none() is not None:
        return redirect(_wanted(slug), 303)
    with db().read() as session:
        service = find_public(session, slug)
    if service is None:
        return to_sign_in(f"/book/{slug}")
    return None if read_choice(request.values.get("slot", "")) else redirect(f"/book/{slug}", 303)


def _wanted(slug: str) -> str:
    chosen = {name: request.values.get(name, "")[:60] for name in ("slot", "with", "from")}
    return path_with(slug, {name: value for name, value in chosen.items() if value})


def _page(slug: str, form: GuestForm) -> str:
    choice = read_choice(request.values.get("slot", ""))
    with db().read() as session:
        service = find_service(session, slug)
        who = (
            find_person(session, choice[0]).name if choice and offers(session, service.id, choice[0]) else ""
        )
    return render_template(
        "booking/you.html",
        form=form,
        service=service,
        who=who.split(" ")[0],
        starts_at=choice[1] if choice else None,
        carry={name: request.values.get(name, "")[:60] for name in ("slot", "with", "from")},
        back=_wanted(slug),
    )
