"""Words for what the record of an evening holds: one line for each act."""

from dataclasses import dataclass
from datetime import datetime

from realtime.evenings import Act

WORDS = {
    "room.steer": "Changed the room",
    "room.transcript": "Took the transcript",
    "room.erased": "What was written was erased",
    "question.approve": "Let into the room",
    "question.reject": "Returned",
    "question.archive": "Put away",
    "question.answer": "Began to answer",
    "question.done": "Answered",
    "question.restore": "Brought back",
    "question.merge": "Joined with another",
    "question.pin": "Pinned or unpinned",
    "question.claim": "Claimed",
    "question.take_over": "Took over",
    "question.escalate": "Handed to a person",
    "question.edit": "Changed the wording",
    "question.reply": "Answered privately",
    "person.mute": "Asked to listen",
    "person.unmute": "Let write again",
    "person.time_out": "Sent out for a while",
    "person.remove": "Ended their evening",
    "person.bar": "Barred from this meeting",
    "person.readmit": "Let in again",
    "person.note": "Wrote a note on",
    "person.invite": "Invited to speak",
    "person.lower_hand": "Lowered the hand of",
    "flag.raised": "An alert was raised",
    "flag.claimed": "Claimed an alert",
    "flag.taken_over": "Took an alert over",
    "flag.disposed": "Closed an alert",
    "flag.called": "Called the on-call therapist",
}
STATES = {"open": "open", "paused": "on hold", "closed": "closed", "scheduled": "planned", "lobby": "waiting"}


@dataclass(frozen=True)
class Told:
    at: datetime
    by: str
    what: str


def told(act: Act) -> Told:
    """`Returned: No. 12`; nobody's name but staff's and the names of that evening."""
    what = WORDS.get(act.action, act.action.replace(".", " ").replace("_", " ").capitalize())
    about = act.about if act.about != "an alert" else ""
    state = STATES.get(act.state, "") if act.action == "room.steer" else ""
    return Told(act.at, act.by or "By itself", ": ".join(part for part in (what, about or state) if part))
