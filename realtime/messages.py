"""One table: a client's event -> the command it asks for. Forms call the same commands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from auth.actor import Actor
from realtime import asking, hosting, moderating, persons, steering, taking_part
from realtime.lane import act_on_alert
from realtime.lines import speak_to_team
from realtime.payloads import Data


@dataclass(frozen=True)
class Call:
    """An event of somebody who has joined, with the actor found again for this very event."""

    session: Session
    room_id: str
    actor: Actor
    data: Data
    now: datetime


Answer = Mapping[str, Any]


def _ask(call: Call) -> Answer:
    return asking.ask(
        call.session,
        call.room_id,
        call.actor,
        client_id=call.data.ident("id"),
        text=call.data.text("text"),
        anonymous=call.data.flag("anonymous", default=True),
        now=call.now,
    )


def _edit(call: Call) -> Answer:
    question, version = call.data.ident("question"), call.data.number_or_none("version")
    text = call.data.text("text")
    return asking.edit(
        call.session, call.room_id, call.actor, question, text=text, version=version, now=call.now
    )


def _withdraw(call: Call) -> Answer:
    question, version = call.data.ident("question"), call.data.number_or_none("version")
    return asking.withdraw(call.session, call.room_id, call.actor, question, version=version, now=call.now)


def _vote(call: Call) -> Answer:
    question, on = call.data.ident("question"), call.data.flag("on")
    return taking_part.vote(call.session, call.room_id, call.actor, question, on=on, now=call.now)


def _chat(call: Call) -> Answer:
    said: dict[str, Any] = {
        "client_id": call.data.ident("id"),
        "text": call.data.text("text"),
        "now": call.now,
    }
    if call.data.flag("backstage", default=False):
        return taking_part.speak_backstage(call.session, call.room_id, call.actor, **said)
    return taking_part.chat(call.session, call.room_id, call.actor, **said)


def _hand(call: Call) -> Answer:
    up = call.data.flag("up")
    return taking_part.raise_hand(call.session, call.room_id, call.actor, up=up, now=call.now)


def _concern(call: Call) -> Answer:
    return taking_part.voice_concern(
        call.session,
        call.room_id,
        call.actor,
        about=call.data.ident_or_none("about") or "",
        text=call.data.text_or_none("text") or "",
        client_id=call.data.ident_or_none("id"),
        now=call.now,
    )


def _moderate(call: Call) -> Answer:
    if call.data.has("flag"):
        return _alert(call)
    if call.data.has("questions"):
        return _moderate_many(call)
    if call.data.ident("action") == "claim_next":
        return moderating.claim_next(call.session, call.room_id, call.actor, now=call.now)
    order = moderating.Order(
        question_id=call.data.ident("question"),
        action=call.data.ident("action"),
        version=call.data.number_or_none("version"),
        reason=call.data.ident_or_none("reason"),
        into=call.data.ident_or_none("into"),
        text=call.data.text_or_none("text"),
    )
    client_id = call.data.ident_or_none("id")
    return moderating.moderate(
        call.session, call.room_id, call.actor, order, client_id=client_id, now=call.now
    )


def _moderate_many(call: Call) -> Answer:
    chosen, action = call.data.idents("questions"), call.data.ident("action")
    read: dict[str, Any] = {
        "versions": call.data.numbers("versions"),
        "reason": call.data.ident_or_none("reason"),
    }
    return moderating.moderate_many(
        call.session, call.room_id, call.actor, chosen, action, now=call.now, **read
    )


def _alert(call: Call) -> Answer:
    return act_on_alert(call.session, call.room_id, call.actor, call.data, now=call.now)


def _line(call: Call) -> Answer:
    flag, text = call.data.ident("flag"), call.data.text("text")
    return speak_to_team(call.session, call.actor, flag, text, now=call.now)


def _room(call: Call) -> Answer:
    if call.data.has("host"):
        host = call.data.ident("host")
        return hosting.hand_over(call.session, call.room_id, call.actor, host, now=call.now)
    change = steering.Steer(
        policy=call.data.ident_or_none("policy"),
        slow=call.data.number_or_none("slow"),
        chat=call.data.flag_or_none("chat"),
        recorded=call.data.flag_or_none("recorded"),
        open=call.data.flag("open", default=False),
        close=call.data.flag("close", default=False),
        panic=call.data.flag_or_none("panic"),
    )
    return steering.steer(call.session, call.room_id, call.actor, change, now=call.now)


def _person(call: Call) -> Answer:
    pseudonym, action = call.data.ident("pseudonym"), call.data.ident("action")
    return persons.act_on_person(
        call.session,
        call.room_id,
        call.actor,
        pseudonym,
        action,
        minutes=call.data.number_or_none("minutes"),
        text=call.data.text_or_none("text"),
        client_id=call.data.ident_or_none("id"),
        now=call.now,
    )


COMMANDS: Mapping[str, Callable[[Call], Answer]] = {
    "ask": _ask,
    "edit": _edit,
    "withdraw": _withdraw,
    "vote": _vote,
    "chat": _chat,
    "hand": _hand,
    "concern": _concern,
    "line": _line,
    "moderate": _moderate,
    "room": _room,
    "person": _person,
}
