"""What is kept for how long, whether it is put away in time, and whose account goes when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, render_template
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from auth.attempts import SigninAttempt
from auth.leaving import who_leaves
from auth.people import find_person
from auth.sessions import AuthSession
from foundation.backup_note import last_backup
from foundation.heartbeat import is_alive
from foundation.outbox import Delivery
from foundation.person_keys import ErasedPerson
from realtime.models import Room
from scheduling.calendars.replying.records import CalendarReply
from scheduling.idempotency import IdempotencyKey
from web.context import db, now, settings
from web.guards import requires
from web.reading_trail import note_reading

blueprint = Blueprint("admin_retention", __name__, url_prefix="/admin/retention")
_GRACE = timedelta(days=1)
"""A sweep comes once a minute; a day late means that none comes."""


@dataclass(frozen=True)
class Kept:
    """One kind of thing that is put away by itself: how many there are, and since when the oldest is."""

    title: str
    days: int
    count: int
    oldest: datetime | None
    late: bool


@blueprint.get("")
@requires("coordinator")
def show() -> str:
    with db().read() as session:
        kept = [_look(session, *one) for one in _kinds()]
        going = [(one, find_person(session, one.person_id)) for one in who_leaves(session)]
        gone = session.scalar(select(func.count()).select_from(ErasedPerson))
    if going:
        note_reading("people.listed", "person", "all", people=[person.id for _one, person in going])
    return render_template("admin/retention.html", kept=kept, going=going, gone=gone, **_house())


def _house() -> dict[str, Any]:
    return {"worker": is_alive(settings()), "backup": last_backup(settings().data)}


def _kinds() -> list[tuple[str, int, InstrumentedAttribute[Any], ColumnElement[bool]]]:
    """Title, days, the column that says how old a row is, and which rows count."""
    words = Room.erased_at.is_(None) & Room.closed_at.is_not(None)
    return [
        ("Questions, chat and notes of an evening", settings().keep_questions_days, Room.closed_at, words),
        ("Sign-ins that are over", 30, AuthSession.closed_at, AuthSession.closed_at.is_not(None)),
        ("Sign-in codes and links", 1, SigninAttempt.created_at, SigninAttempt.id.is_not(None)),
        ("Mails that went out, without their content", 30, Delivery.done_at, Delivery.done_at.is_not(None)),
        ("Answers to invitations", 400, CalendarReply.received_at, CalendarReply.id.is_not(None)),
        ("Digests of requests of programs", 15, IdempotencyKey.created_at, IdempotencyKey.key.is_not(None)),
    ]


def _look(
    session: Session, title: str, days: int, age: InstrumentedAttribute[Any], which: ColumnElement[bool]
) -> Kept:
    count, oldest = session.execute(select(func.count(age), func.min(age)).where(which)).one()
    late = oldest is not None and oldest < now() - timedelta(days=days) - _GRACE
    return Kept(title, days, count, oldest, late)
