"""“Call me, don’t wait for me to call”: a member asks to be rung, or takes it back."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth.people import find_person
from realtime.room import first_names
from scheduling.aftercare.call_requests import ask_for_call, asked_since, take_back_call
from scheduling.aftercare.plans import active_plan
from web.context import actor, db, now
from web.guards import requires

blueprint = Blueprint("care_call", __name__, url_prefix="/care/call")


@dataclass(frozen=True)
class CallMe:
    """Who would ring, whether they have a number to ring, and since when they have been asked."""

    who: str
    has_number: bool
    since: datetime | None


def call_me(session: Session) -> CallMe | None:
    """None without a running plan: nobody would see it."""
    mine = actor().person_id
    plan = active_plan(session, mine)
    if plan is None:
        return None
    who = first_names(session, {plan.practitioner_id})[plan.practitioner_id]
    return CallMe(who, bool(find_person(session, mine).phone), asked_since(session, mine))


@blueprint.post("")
@requires("care")
def ask() -> Response:
    db().change(lambda session: ask_for_call(session, actor().person_id, now=now()))
    flash("It stands first on the list. If it is too hard to wait, call one of the numbers here.")
    return redirect("/care#next", 303)


@blueprint.post("/withdraw")
@requires("care")
def withdraw() -> Response:
    db().change(lambda session: take_back_call(session, actor().person_id, now=now()))
    flash("Taken back.")
    return redirect("/care#next", 303)
