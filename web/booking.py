"""Booking a time: choose what, with whom and when; it is kept for ten minutes; then it is booked."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from flask import Blueprint, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import BooleanField

from auth.people import find_person
from foundation.errors import DomainError
from scheduling.acquaintance import acquaintances
from scheduling.appointments import Book, NotASlot, SlotTaken, book, hold, release
from scheduling.kept import KeptTime, kept_time
from scheduling.services import Audience, Mode, Service, UnknownService, find_service, list_services
from web.context import actor, db, now, viewer_zone
from web.errors import status_of
from web.forms import Form, TextField_
from web.guards import requires
from web.kept_words import give_back_until, words_for
from web.slot_days import Marked, read_choice
from web.slot_loss import REFUSALS, loss_of
from web.slot_picker import Ask, build_picker

blueprint = Blueprint("booking", __name__)


class BookForm(Form):
    """What a member may add to a time."""

    note = TextField_("Anything they should know", most=2000, missing=None)
    phone_fallback = BooleanField("If the video fails, phone me", default=True)

    def offer_phone(self, phone: str | None) -> None:
        """Name the number by its end only; without a number there is nothing to offer."""
        if phone:
            self.phone_fallback.label.text = f"If the video fails, phone me on the number ending {phone[-2:]}"
        else:
            del self.phone_fallback

    @property
    def typed(self) -> dict[str, str]:
        """What the next page has to carry along."""
        typed = {"typed": "1", "note": self.note.data or ""}
        return typed | {"phone_fallback": "y"} if self.phone_fallback and self.phone_fallback.data else typed


@dataclass(frozen=True)
class Shown:
    """What the page says besides the times: a refusal with the time it is about; what was typed stays."""

    form: BookForm
    error: DomainError | None = None
    lost: tuple[str, datetime] | None = None
    status: int = 200


@blueprint.get("/book")
@requires("book")
def choose_service() -> str | Response:
    with db().read() as session:
        offered = _offered(session)
    if len(offered) == 1:
        return redirect(f"/book/{offered[0].slug}", 303)
    return render_template("booking/services.html", services=offered)


@blueprint.get("/book/<slug>")
@requires("book")
def choose_time(slug: str) -> Response:
    return _page(slug, Shown(BookForm()))


@blueprint.post("/book/<slug>/hold")
@requires("book")
def keep_time(slug: str) -> Response:
    """Keep the chosen time. What was typed meanwhile is shown again; it never goes into an address."""
    form = BookForm.sent()
    choice = read_choice(request.form.get("slot", ""))
    if choice is None:
        return _page(slug, Shown(form, NotASlot(), status=422))
    try:
        _keep(slug, *choice)
    except REFUSALS as error:
        return _page(slug, Shown(form, error, choice, status_of(error)[0]))
    if "typed" in request.form and (form.note.data or not form.phone_fallback.data):
        return _page(slug, Shown(form))
    return redirect(_back(slug), 303)


@blueprint.post("/book/<slug>/release")
@requires("book")
def give_back(slug: str) -> Response:
    hold_id = request.form.get("hold", "")
    db().change(lambda session: release(session, hold_id, actor().person_id, now=now()))
    return redirect(_back(slug), 303)


@blueprint.post("/book/<slug>")
@requires("book")
def confirm(slug: str) -> Response:
    """Book it. The hold's id is the key: the same form sent twice books once."""
    form = BookForm.sent()
    choice = read_choice(request.form.get("time", ""))
    if choice is None:
        return _page(slug, Shown(form, NotASlot(), status=422))
    if not form.validate():
        return _page(slug, Shown(form, status=422))
    try:
        appointment_id = _book(slug, *choice, form)
    except REFUSALS as error:
        return _page(slug, Shown(form, error, choice, status_of(error)[0]))
    return redirect(f"/appointments/{appointment_id}/booked", 303)


def _keep(slug: str, practitioner_id: str, starts_at: datetime) -> None:
    def keep(session: Session) -> None:
        hold(
            session,
            service_id=_bookable(session, slug).id,
            practitioner_id=practitioner_id,
            member_id=actor().person_id,
            starts_at=starts_at,
            now=now(),
        )

    db().change(keep)


def _book(slug: str, practitioner_id: str, starts_at: datetime, form: BookForm) -> str:
    def take(session: Session) -> str:
        order = Book(
            service_id=_bookable(session, slug).id,
            practitioner_id=practitioner_id,
            member_id=actor().person_id,
            starts_at=starts_at,
            booked_by=actor().person_id,
            hold_id=request.form.get("hold"),
            note=form.note.data or "",
            phone_fallback=bool(form.phone_fallback.data),
            key=request.form.get("key", "")[:64] or None,
        )
        return book(session, order, now=now()).id

    return db().change(take)


def _page(slug: str, shown: Shown) -> Response:
    with db().read() as session:
        service = _bookable(session, slug)
        kept = kept_time(session, actor().person_id, service, now=now())
        picker = build_picker(session, _ask(session, service, kept, shown))
        phone = find_person(session, actor().person_id).phone
        several = len(_offered(session)) > 1
    words = words_for(kept, picker, viewer_zone(), now=now())
    shown.form.offer_phone(phone if service.mode == Mode.VIDEO else None)
    if words:
        shown.form.note.label.text = f"Anything {words.first_name} should know"
    body = render_template(
        "booking/pick.html",
        service=service,
        several=several,
        picker=picker,
        kept=words,
        form=shown.form,
        loss=loss_of(shown.error, shown.lost, picker),
        carry=shown.form.typed,
        give_back_until=give_back_until(service, kept.starts_at, now=now()) if kept else None,
    )
    return make_response(body, shown.status)


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
    service = find_service(session, slug)
    if service.audience == Audience.INVITATION:
        raise UnknownService
    return service


def _offered(session: Session) -> list[Service]:
    return [one for one in list_services(session) if one.audience != Audience.INVITATION]


def _back(slug: str) -> str:
    """The page that was left, with what was chosen on it."""
    kept = {name: request.form.get(name, "") for name in ("with", "from")}
    return f"/book/{slug}?{urlencode({name: value[:40] for name, value in kept.items() if value})}"
