"""What the desk's socket may do about an alert of its room: one table, by the name of the act."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from auth.actor import Actor
from realtime import alerts, lines
from realtime.errors import BadPayload
from realtime.payloads import Data
from safety.checklist import ASKED

Answer = dict[str, Any]


@dataclass(frozen=True)
class Act:
    """One act of somebody who leads the room, about one of its alerts."""

    session: Session
    actor: Actor
    flag_id: str
    data: Data
    now: datetime


def act_on_alert(session: Session, room_id: str, actor: Actor, data: Data, *, now: datetime) -> Answer:
    """Raises NotAllowed, UnknownFlag for an alert of another room, and whatever the act raises."""
    name, flag_id = data.ident("action"), data.ident("flag")
    if name not in ACTS:
        raise BadPayload(f"With an alert one can: {', '.join(ACTS)}.")
    alerts.require_desk(session, room_id, actor, flag_id)
    return ACTS[name](Act(session, actor, flag_id, data, now))


def _claim(act: Act) -> Answer:
    return alerts.take_alert(act.session, act.actor, act.flag_id, now=act.now)


def _dispose(act: Act) -> Answer:
    outcome, reason = act.data.ident("outcome"), act.data.text("reason")
    return alerts.end_alert(act.session, act.actor, act.flag_id, outcome=outcome, reason=reason, now=act.now)


def _release(act: Act) -> Answer:
    return alerts.release_alert(act.session, act.actor, act.flag_id, now=act.now)


def _hand_over(act: Act) -> Answer:
    return alerts.hand_over_alert(act.session, act.actor, act.flag_id, act.data.ident("to"), now=act.now)


def _say(act: Act) -> Answer:
    return lines.speak_to_person(act.session, act.actor, act.flag_id, act.data.text("text"), now=act.now)


def _keep(act: Act) -> Answer:
    answers = {key: act.data.text(key) for key in ASKED if act.data.has(key)}
    return alerts.keep_answers(act.session, act.actor, act.flag_id, answers, now=act.now)


def _ask_contact(act: Act) -> Answer:
    reason = act.data.text("reason")
    return lines.ask_contact(act.session, act.actor, act.flag_id, reason, now=act.now)


def _agree(act: Act) -> Answer:
    return lines.open_contact(act.session, act.actor, act.flag_id, agreed=True, now=act.now)


def _refuse(act: Act) -> Answer:
    return lines.open_contact(act.session, act.actor, act.flag_id, agreed=False, now=act.now)


ACTS: Mapping[str, Callable[[Act], Answer]] = {
    "claim": _claim,
    "say": _say,
    "keep": _keep,
    "release": _release,
    "hand_over": _hand_over,
    "ask_contact": _ask_contact,
    "agree_contact": _agree,
    "refuse_contact": _refuse,
    "dispose": _dispose,
}
