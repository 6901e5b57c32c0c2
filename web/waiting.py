"""A member's waiting list: what they wait for, and the offers to answer with one tap."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth.permissions import allow
from foundation.errors import DomainError
from scheduling.appointments import Appointment
from scheduling.group_dates import find_group
from scheduling.group_records import GroupOccurrence
from scheduling.service_invitations import require_may_book
from scheduling.services import Service, find_service, offers, service_of
from scheduling.waitlist import (
    NotForWaiting,
    OfferOver,
    accept_offer,
    decline_offer,
    find_wait,
    join_waitlist,
    leave_waitlist,
    pass_on,
    waits_of,
)
from web.context import actor, actor_or_none, db, now
from web.errors import status_of
from web.guards import requires
from web.waiting_words import WaitWords, wait_words

blueprint = Blueprint("waiting", __name__, url_prefix="/waitlist")


@blueprint.app_context_processor
def offered() -> dict[str, Callable[[], list[WaitWords]]]:
    """`my_offers()` for the pages that show offers on top."""
    return {"my_offers": my_offers}


def my_offers() -> list[WaitWords]:
    """What is kept for whoever asks, soonest over first."""
    if actor_or_none() is None:
        return []
    found = [one for one in _waits() if one.offer]
    return sorted(found, key=lambda one: one.offer.expires_at if one.offer else now())


@blueprint.get("")
@requires("member")
def index() -> Response:
    return _page()


@blueprint.post("")
@requires("member")
def join() -> Response:
    """Wait for a service, one session or a weekly group; once more changes only until when."""
    try:
        db().change(_join)
    except DomainError as error:
        return _page(error)
    flash("You are on the list. We write to you when a time comes free.")
    return redirect("/waitlist", 303)


@blueprint.post("/<entry_id>/accept")
@requires("member")
def accept(entry_id: str) -> Response:
    def command(session: Session) -> Appointment:
        _own(session, entry_id)
        return accept_offer(session, entry_id, by=actor().person_id, now=now())

    try:
        booked = db().change(command)
    except OfferOver as error:
        db().change(lambda session: pass_on(session, now=now()))
        return _page(error)
    except DomainError as error:
        return _page(error)
    return redirect(f"/appointments/{booked.id}/booked", 303)


@blueprint.post("/<entry_id>/decline")
@requires("member")
def decline(entry_id: str) -> Response:
    return _answer(entry_id, decline_offer, "Thank you. Somebody else has it now, and you stay on the list.")


@blueprint.post("/<entry_id>/leave")
@requires("member")
def leave(entry_id: str) -> Response:
    return _answer(entry_id, leave_waitlist, "You are off the list. You can come back at any time.")


def _answer(entry_id: str, command: Callable[..., Any], words: str) -> Response:
    def answer(session: Session) -> None:
        _own(session, entry_id)
        command(session, entry_id, by=actor().person_id, now=now())

    try:
        db().change(answer)
    except DomainError as error:
        return _page(error)
    flash(words)
    return redirect("/waitlist", 303)


def _own(session: Session, entry_id: str) -> None:
    allow(actor(), "wait.answer", find_wait(session, entry_id))


def _join(session: Session) -> None:
    sent, who = request.form, actor().person_id
    occurrence_id, series_id = sent.get("occurrence") or None, sent.get("group") or None
    service = _service(session, sent.get("service", ""), occurrence_id, series_id)
    require_may_book(session, service, who)
    whom = sent.get("with", "")
    join_waitlist(
        session,
        member_id=who,
        service_id=service.id,
        practitioner_id=whom if whom and not series_id and offers(session, service.id, whom) else None,
        occurrence_id=occurrence_id,
        series_id=series_id,
        until_date=_until(sent.get("until", "")),
        by=who,
        now=now(),
    )


def _service(session: Session, slug: str, occurrence_id: str | None, series_id: str | None) -> Service:
    if series_id:
        return service_of(session, find_group(session, series_id).service_id)
    if occurrence_id and (there := session.get(GroupOccurrence, occurrence_id)):
        return there.service
    return find_service(session, slug)


def _until(typed: str) -> date | None:
    """The last day that suits. Raises NotForWaiting for what is none, or is over."""
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError as error:
        raise NotForWaiting("That is not a day. Write it like 2026-12-24, or leave it empty.") from error
    if day < now().astimezone(actor().zone).date():
        raise NotForWaiting("That day is over. Choose a later one, or leave it empty.")
    return day


def _waits() -> list[WaitWords]:
    with db().read() as session:
        own = waits_of(session, actor().person_id, now=now())
        return [wait_words(session, one, now=now()) for one in own]


def _page(error: DomainError | None = None) -> Response:
    waits = _waits()
    body = render_template(
        "booking/waitlist.html",
        offered=[one for one in waits if one.offer],
        waits=[one for one in waits if not one.offer],
        error=error,
    )
    return make_response(body, status_of(error)[0] if error else 200)
