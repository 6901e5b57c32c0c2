"""How the worklist says why somebody is on it, and what became of a contact."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from foundation.timewords import short_day
from scheduling.aftercare.checkup_records import Outcome
from scheduling.aftercare.plan_records import ContactKind
from scheduling.aftercare.quiet import Sign
from scheduling.aftercare.worklist import Cared, Reason, Why

KINDS = {
    ContactKind.CALL: "Call",
    ContactKind.FOLLOW_UP: "Follow-up",
    ContactKind.CHECKUP: "Checkup",
}
OUTCOMES = {
    Outcome.REACHED: "Reached",
    Outcome.LEFT_WORD: "Left word",
    Outcome.DECLINED: "Declined",
    Outcome.ESCALATE: "Somebody was called out",
}
NOTED = {
    Outcome.REACHED: "Noted: you reached {}.",
    Outcome.LEFT_WORD: "Noted: you left word for {}. They are back on the list tomorrow.",
    Outcome.DECLINED: "Noted: {} does not want this contact.",
    Outcome.ESCALATE: "Whoever is on call is being called about {} now.",
}
ENDED = {
    "reached": "They were reached",
    "declined": "They were asked, and declined",
    "by_itself": "It passed by itself",
    "seen_to": "Somebody saw to it",
}
SIGNS = {
    Sign.CHECK_IN: "checked in",
    Sign.SESSION: "came to a session",
    Sign.MEETING: "was at a meeting",
    Sign.CONTACT: "answered us",
}
STEPS = {1: "More contact", -1: "Less contact"}
LEVELS = {0: "As agreed", 1: "Closer", -1: "Wider"}
_LOOKS = {
    Why.ALERT: ("alert", "alarm"),
    Why.CONCERN_FIRST: ("flag", "note"),
    Why.CONCERN: ("flag", "note"),
    Why.CONCERN_LAST: ("flag", None),
    Why.OVERDUE: ("clock", "held"),
    Why.LAST_DAY: ("clock", "wait"),
    Why.STEP: ("plan", None),
    Why.DUE: ("calendar", None),
}


@dataclass(frozen=True)
class Said:
    """A reason as a badge; `href` leads to where it is seen to, where that is a page of its own."""

    text: str
    icon: str
    tone: str | None
    href: str = ""


def said(reason: Reason, member: Cared) -> Said:
    drawn, tone = _LOOKS[reason.why]
    if reason.why is Why.ALERT:
        return Said("An alert is open", drawn, tone, f"/staff/flags/{reason.ref}")
    if reason.why is Why.STEP:
        words = f"{STEPS[reason.direction]} is proposed"
        return Said(words, drawn, tone, f"/staff/people/{member.member_id}/step")
    return Said(reason.words or _due(reason, member), drawn, tone)


def _due(reason: Reason, member: Cared) -> str:
    what = KINDS[ContactKind(reason.kind)]
    if reason.due_by is None or reason.why is Why.LAST_DAY:
        return f"{what} due today"
    day = short_day(reason.due_by, ZoneInfo(member.timezone))
    return f"{what} was due by {day}" if reason.why is Why.OVERDUE else f"{what} due by {day}"
