"""What safety/ holds about a person: for the export and the deletion (foundation/personal)."""

from foundation.personal import explains, holds
from safety.flags import Flag
from safety.oncall import OnCallShift
from safety.thread_records import ContactReveal, ThreadMessage

_TEAM = "who of the team was there; what was said is the member's"

holds(
    Flag,
    "person_id",
    title="When we thought that you might be in danger",
    shows=("raised_at", "text", "claimed_by", "disposed_at", "outcome", "reason"),
    keep="how often help was needed and how it ended is counted; what was said is gone",
    blank={"known_as": "", "text": "", "reason": None, "checklist": None},
)
for _column in ("called_id", "claimed_by"):
    explains(Flag, _column, _TEAM)
holds(
    ThreadMessage,
    "flag_id",
    parent=Flag,
    title="What was said between you and the team",
    shows=("at", "from_team", "text"),
)
explains(ThreadMessage, "author_id", "what the team wrote belongs to the conversation of the member")
holds(
    ContactReveal,
    "flag_id",
    parent=Flag,
    title="When your contact for a hard night was opened",
    shows=("asked_at", "asked_by", "answered_at", "answered_by", "agreed"),
    keep="that somebody looked stays on record",
    blank={"reason": ""},
)
for _column in ("asked_by", "answered_by"):
    explains(ContactReveal, _column, _TEAM)
holds(
    OnCallShift,
    "person_id",
    title="When you were on call",
    shows=("starts_at", "ends_at"),
    keep="who was on call is the clinic's record",
)
