"""Booking a time: choose what, with whom and when; it is kept for ten minutes; then it is booked."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from flask import Blueprint, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth.people import find_person
from auth.permissions import allow, may
from auth.preferences import keep_phone
from foundation.errors import DomainError
from scheduling.acquaintance import acquaintances
from scheduling.appointments import Book, NotASlot, SlotTaken, book, hold, release
from scheduling.kept import KeptTime, keep_typed, kept_time
from scheduling.listening import hear_from, is_waiting
from scheduling.service_invitations import bookable_by, find_public, public_services, require_may_book
from scheduling.services import Service, find_service
from web.around import urgent_lines
from web.booking_form import BookForm
from web.context import actor, actor_or_none, db, now, viewer_zone
from web.errors import status_of
from web.guards import public, requires, to_sign_in
from web.kept_words import give_back_until, words_for
from web.slot_days import Marked, SlotChoice, read_choice
from web.slot_loss import REFUSALS, Loss, loss_of
from web.slot_picker import Ask, Picker, build_picker

blueprint = Blueprint("booking", __name__)


@dataclass(frozen=True)
class Shown:
    """What the page says besides the times: a refusal with the time it is about; what was typed stays."""

    form: BookForm | None = None
    error: DomainError | None = None
    lost: tuple[str, datetime] | None = None
    status: int = 200


@blueprint.get("/book")
@public
def choose_service() -> str | Response:
    """What this person may book; strangers see what is public, and the way to sign in."""
    offered = _offered()
    if actor_or_none() is None and not offered:
        return to_sign_in()
    if len(offered) == 1:
        return redirect(f"/book/{offered[0].slug}", 303)
    return render_template("booking/services.html", services=offered)


@blueprint.get("/book/<slug>")
@public
def choose_time(slug: str) -> Response:
    if actor_or_none() is None:
        return _strangers_page(slug)
    allow(actor(), "book.public")
    return _page(slug, Shown())


@blueprint.post("/book/<slug>/hold")
@requires("book.public")
def keep_time(slug: str) -> Response:
    """Keep the chosen time, and what was typed meanwhile beside it; it never goes into an address."""
    form = _form(slug)
    _hear(form)
    choice = read_choice(request.form.get("slot", ""))
    if choice is None:
        return _page(slug, Shown(form, NotASlot(), status=422))
    try:
        db().change(lambda session: _keep(session, slug, *choice, form))
    except REFUSALS as error:
        return _page(slug, Shown(form, error, choice, status_of(error)[0]))
    return redirect(_back(slug), 303)


@blueprint.post("/book/<slug>/release")
@requires("book.public")
def give_back(slug: str) -> Response:
    with db().write() as session:
        release(session, request.form.get("hold", ""), actor().person_id, now=now())
    return redirect(_back(slug), 303)


@blueprint.post("/book/<slug>")
@requires("book.public")
def confirm(slug: str) -> Response:
    """Book it. The hold's id is the key: the same form sent twice books once.

    A note is heard whatever becomes of the booking: nobody in danger is lost because a time was.
    """
    form = _form(slug)
    choice = read_choice(request.form.get("time", ""))
    if choice is None or not form.validate():
        _hear(form)
        return _page(slug, Shown(form, None if choice else NotASlot(), status=422))
    try:
        appointment_id = db().change(lambda session: _book(session, slug, *choice, form))
    except REFUSALS as error:
        _hear(form)
        return _page(slug, Shown(form, error, choice, status_of(error)[0]))
    return redirect(f"/appointments/{appointment_id}/booked", 303)


def _keep(session: Session, slug: str, practitioner_id: str, starts_at: datetime, form: BookForm) -> None:
    hold(
        session,
        service_id=_bookable(session, slug).id,
        practitioner_id=practitioner_id,
        member_id=actor().person_id,
        starts_at=starts_at,
        now=now(),
    )
    if "typed" in request.form:
        keep_typed(session, actor().person_id, form.kept_words)


def _book(session: Session, slug: str, practitioner_id: str, starts_at: datetime, form: BookForm) -> str:
    if form.number:
        keep_phone(session, actor().person_id, form.number, now=now())
    order = Book(
        service_id=_bookable(session, slug).id,
        practitioner_id=practitioner_id,
        member_id=actor().person_id,
        starts_at=starts_at,
        booked_by=actor().person_id,
        hold_id=request.form.get("hold"),
        note=form.note.data or "",
        phone_fallback=form.wants_phone,
        key=request.form.get("key", "")[:64] or None,
    )
    return book(session, order, now=now()).id


def _hear(form: BookForm) -> None:
    if form.note.data:
        with db().write() as session:
            hear_from(session, actor().person_id, form.note.data, now=now())


def _form(slug: str) -> BookForm:
    """What was sent, fitted to the service."""
    with db().read() as session:
        service, phone = _bookable(session, slug), find_person(session, actor().person_id).phone
    return BookForm.sent().fit(service, phone)


def _page(slug: str, shown: Shown) -> Response:
    with db().read() as session:
        service = _bookable(session, slug)
        kept = kept_time(session, actor().person_id, service, now=now())
        picker = build_picker(session, _ask(session, service, kept, shown))
        phone = find_person(session, actor().person_id).phone
        care = urgent_lines() if is_waiting(session, actor().person_id) else []
    form = shown.form or BookForm.again(kept.typed if kept else "").fit(service, phone)
    words = words_for(kept, picker, viewer_zone(), now=now())
    if words:
        form.speak_to(words.first_name)
    chosen, gone = (None, None) if kept or shown.error else _asked_for(picker)
    body = render_template(
        "booking/pick.html",
        service=service,
        several=len(_offered()) > 1,
        weekly=service.is_group and may(actor(), "book"),
        picker=picker,
        kept=words,
        chosen=chosen,
        form=form,
        loss=gone or loss_of(shown.error, shown.lost, picker),
        carry=form.typed,
        care=care,
        give_back_until=give_back_until(service, kept.starts_at, now=now()) if kept else None,
    )
    return make_response(body, shown.status)


def _asked_for(picker: Picker) -> tuple[SlotChoice | None, Loss | None]:
    """A time chosen before signing in that could not be kept: it is offered again, or its loss is said."""
    choice = read_choice(request.args.get("slot", ""))
    if choice is None:
        return None, None
    found = picker.find(choice[1])
    return found, None if found else loss_of(NotASlot(), None, picker)


def _strangers_page(slug: str) -> Response:
    """Free times of a public service. Whatever else was asked for is a question of who asks."""
    with db().read() as session:
        service = find_public(session, slug)
        if service is None:
            return to_sign_in()
        ask = Ask(
            service,
            f"/book/{slug}",
            viewer_zone(),
            now(),
            None,
            with_id=request.args.get("with", ""),
            first=request.args.get("from", ""),
        )
        picker = build_picker(session, ask)
    shown = {"service": service, "picker": picker, "several": len(_offered()) > 1}
    return make_response(render_template("booking/look.html", **shown))


def _ask(session: Session, service: Service, kept: KeptTime | None, shown: Shown) -> Ask:
    marks = [Marked(kept.practitioner_id, kept.starts_at, "chosen")] if kept else []
    if isinstance(shown.error, SlotTaken) and shown.lost:
        marks.append(Marked(*shown.lost, "taken"))
    return Ask(
        service,
        f"/book/{service.slug}",
        viewer_zone(),
        now(),
        actor().person_id,
        with_id=request.values.get("with", ""),
        first=request.values.get("from", ""),
        ignoring=kept.hold_id if kept else None,
        met={one.practitioner_id: one.since for one in acquaintances(session, actor().person_id)},
        marks=marks,
    )


def _bookable(session: Session, slug: str) -> Service:
    """Raises UnknownService, also for a service that is not meant for this person."""
    service = find_service(session, slug)
    require_may_book(session, service, actor().person_id)
    return service


def _offered() -> list[Service]:
    somebody = actor_or_none()
    with db().read() as session:
        if somebody is None:
            return public_services(session)
        allow(somebody, "book.public")
        return bookable_by(session, somebody.person_id)


def _back(slug: str) -> str:
    """The page that was left, with what was chosen on it."""
    kept = {name: request.form.get(name, "") for name in ("with", "from")}
    return f"/book/{slug}?{urlencode({name: value[:40] for name, value in kept.items() if value})}"
