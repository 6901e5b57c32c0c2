"""What a helper asks, in this order, and what they heard; and sentences to begin with."""

import json
from collections.abc import Mapping

from foundation.errors import DomainError
from safety.flags import Flag

ASKED = {
    "thoughts": ("Thoughts", "Are you thinking of ending your life, or of hurting yourself, right now?"),
    "plan": ("Plan", "Have you thought about how?"),
    "time": ("Time", "Have you thought about when?"),
    "means": ("Means", "Is what you would need within your reach?"),
    "place": ("Place", "Where are you at the moment?"),
    "alone": ("Company", "Is anybody with you, or could somebody come?"),
    "notes": ("Notes", "Anything else that the next helper should know"),
}
"""Key -> the word for a badge, and the question as it can be asked."""

SENTENCES = (
    "I have read what you wrote, and I am here with you now. You do not have to find the right words.",
    "Are you thinking of ending your life tonight? Asking does no harm; please tell me as it is.",
    "Have you thought about how, or when? I ask so that we can make tonight safe together.",
    "Where are you right now, and is anybody with you?",
    "Could you put what you thought of using out of reach, or give it to somebody, while we talk?",
    "You can call or text 988 now and stay on this line with me at the same time.",
    "Is there somebody who could sit with you tonight? I can help you think of what to say to them.",
    "I am going to ask somebody of our team to talk with you as well. I stay until they are here.",
)
LONGEST_ANSWER = 500


class AnswerTooLong(DomainError):
    code = "answer_too_long"
    default = "Keep each answer to 500 letters; what was said on the line stays there."


def checklist_of(flag: Flag) -> dict[str, str]:
    """What was heard so far, by the keys of ASKED; nothing for what was not asked yet."""
    kept: dict[str, str] = json.loads(flag.checklist) if flag.checklist else {}
    return {key: kept.get(key, "") for key in ASKED}


def note_answers(flag: Flag, answers: Mapping[str, str]) -> None:
    """Keep what was heard, sealed; what is not among `answers` stays as it was. Raises AnswerTooLong."""
    heard = {key: answers[key].strip() for key in ASKED if key in answers}
    if any(len(answer) > LONGEST_ANSWER for answer in heard.values()):
        raise AnswerTooLong()
    flag.checklist = json.dumps({**checklist_of(flag), **heard})


def asked_about(flag: Flag) -> dict[str, bool]:
    """For the badges of an alert: which of plan, time and place have an answer."""
    kept = checklist_of(flag)
    return {ASKED[key][0]: bool(kept[key]) for key in ("plan", "time", "place")}
