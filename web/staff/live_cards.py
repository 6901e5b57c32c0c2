"""Parts of the console: changed cards, the next page of them, panels, and one question alone."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from foundation.errors import DomainError
from realtime import moderating
from realtime.errors import BadPayload, UnknownQuestion
from realtime.models import Room
from realtime.questions import State
from realtime.queue import MOST_AT_ONCE, PARTS, Wanted, cards_of, last_hands, part_of
from realtime.views import View
from scheduling.meetings import Meeting, find_meeting
from web.context import actor, db, now
from web.errors import status_of
from web.guards import requires
from web.live import find_room_of, wake
from web.staff import live_desk

blueprint = Blueprint("staff_live_cards", __name__, url_prefix="/staff/live")
WORKS = {"edit": "Edit", "return": "Return", "merge": "Merge", "reply": "Reply"}
DONE = {
    State.LIVE: "let it in",
    State.ANSWERING: "took it to be answered",
    State.ANSWERED: "marked it answered",
    State.REJECTED: "returned it",
    State.MERGED: "merged it",
    State.ESCALATED: "escalated it",
}
ALONE = {
    State.LIVE: "It is in the room.",
    State.ANSWERING: "It is being answered.",
    State.ANSWERED: "It was answered.",
    State.REJECTED: "It went back to its author.",
    State.MERGED: "It was merged.",
    State.ESCALATED: "It is with a person.",
    State.WITHDRAWN: "Its author took it back.",
    State.ARCHIVED: "It was put away when the room closed.",
}
_MOST_CHOICES = 30


@blueprint.get("/<slug>/cards")
@requires("staff")
def cards(slug: str) -> str:
    """The cards of these questions, `ids` joined by dots, as they are now."""
    ids = [one for one in request.args.get("ids", "").split(".") if one]
    if not ids or len(ids) > MOST_AT_ONCE:
        raise BadPayload("Ask for one to sixty questions at a time.")
    with db().read() as session:
        meeting, room = live_desk.look_at_desk(session, slug)
        found = cards_of(session, room.id, ids)
        if len(found) != len(set(ids)):
            raise UnknownQuestion()
        shown = {
            **live_desk.frame(meeting, room),
            **live_desk.heads_page(session, room),
            "cards": found,
            "said": _said(session, found),
            "names_here": live_desk.names_if_folded(session, room.id, found),
        }
    return render_template("staff/live_cards.html", **shown)


@blueprint.get("/<slug>/part/<part>")
@requires("staff")
def more(slug: str, part: str) -> str:
    """One page of a part, after `skip` of it, with the same filters as the console."""
    if part not in PARTS:
        raise UnknownQuestion()
    skip = live_desk.number(request.args.get("skip"))
    with db().read() as session:
        meeting, room = live_desk.look_at_desk(session, slug)
        page = part_of(
            session, room.id, part, wanted_in_request(), me=actor().person_id, now=now(), skip=skip
        )
        shown = {
            **live_desk.frame(meeting, room),
            **live_desk.heads_page(session, room),
            "cards": page.cards,
            "page": page,
            "said": {},
            "names_here": live_desk.names_if_folded(session, room.id, page),
        }
    return render_template("staff/live_cards.html", **shown)


@blueprint.get("/<slug>/panels")
@requires("staff")
def panels(slug: str) -> str:
    """The panels beside the queue that `only` names, joined by dots."""
    wanted = request.args.get("only", "").split(".")
    names = [name for name in live_desk.PANELS if name in wanted]
    with db().read() as session:
        meeting, room = live_desk.look_at_desk(session, slug)
        shown = live_desk.panels(session, meeting, room, names, request.args)
        return render_template("staff/live_some_panels.html", **live_desk.frame(meeting, room), **shown)


@blueprint.post("/<slug>/questions/<question_id>/open")
@requires("staff")
def open_question(slug: str, question_id: str) -> Response:
    """Whoever opens one that waits has it: claim it, then show it alone."""
    work = request.form.get("do", "")
    try:
        with db().write() as session:
            room = find_room_of(session, find_meeting(session, slug))
            live_desk.require_leads(session, room)
            _claim_if_waiting(session, room, question_id)
    except DomainError as error:
        if status_of(error)[0] in {401, 403, 404}:
            raise
        return question_page(slug, question_id, work, error=error)
    wake(room.id)
    return redirect(
        url_for("staff_live_cards.show_question", slug=slug, question_id=question_id, do=work), 303
    )


@blueprint.get("/<slug>/questions/<question_id>")
@requires("staff")
def show_question(slug: str, question_id: str) -> Response:
    return question_page(slug, question_id, request.args.get("do", ""))


def question_page(
    slug: str, question_id: str, work: str, *, error: DomainError | None = None, typed: str = ""
) -> Response:
    """One question alone with the form for `work`; a refusal keeps what was typed."""
    with db().read() as session:
        meeting, room = live_desk.look_at_desk(session, slug)
        shown = _alone(session, meeting, room, question_id)
    done = work if work in WORKS else "edit"
    status = status_of(error)[0] if error else 200
    said: View = {"do": done, "works": WORKS, "error": error, "typed": typed, "alone": ALONE}
    return make_response(render_template("staff/live_question.html", **shown, **said), status)


def wanted_in_request() -> Wanted:
    args = request.args
    return Wanted(args.get("why", "")[:20], args.get("whose", "")[:20], args.get("words", "")[:80])


def _alone(session: Session, meeting: Meeting, room: Room, question_id: str) -> View:
    found = cards_of(session, room.id, [question_id])
    if not found:
        raise UnknownQuestion()
    words = request.args.get("words", "")[:80]
    return {
        **live_desk.frame(meeting, room),
        "q": found[0],
        "words": words,
        "choices": _merge_choices(session, room.id, found[0], words),
        "names_here": live_desk.names_if_folded(session, room.id, found),
        "said": _said(session, found),
    }


def _merge_choices(session: Session, room_id: str, question: View, words: str) -> list[View]:
    """What it can be merged into: what it looks like first, then what is in the room, most wanted first."""
    at = now()
    in_room = [
        one
        for part in ("answering", "listed", "waiting")
        for one in part_of(session, room_id, part, Wanted(words=words), now=at, limit=_MOST_CHOICES).cards
        if part != "waiting" or words
    ]
    others = [one for one in in_room if one["id"] not in {question["id"], question["twin"]}]
    twin = cards_of(session, room_id, [question["twin"]]) if question["like"] else []
    return [*twin, *others][:_MOST_CHOICES]


def _claim_if_waiting(session: Session, room: Room, question_id: str) -> None:
    found = cards_of(session, room.id, [question_id])
    if not found:
        raise UnknownQuestion()
    if found[0]["state"] == State.PENDING:
        order = moderating.Order(question_id, "claim")
        moderating.moderate(session, room.id, actor(), order, now=now())


def _said(session: Session, found: list[View]) -> dict[str, str]:
    """What happened to those that no longer wait: `Jonah returned it.`"""
    moved = [one for one in found if one["state"] in DONE]
    hands = last_hands(session, [one["id"] for one in moved])
    said = {one["id"]: f"{hands.get(one['id'], 'Somebody')} {DONE[one['state']]}." for one in moved}
    return said | {
        one["id"]: ALONE[one["state"]] for one in found if one["state"] in {"withdrawn", "archived"}
    }
