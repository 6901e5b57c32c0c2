"""What realtime/ holds about a person: for the export and the deletion (foundation/personal).

Whoever walks the register imports this one: it brings the packages below with it.
"""

import scheduling.holdings  # noqa: F401 - it registers as it is imported
from foundation.personal import explains, holds
from realtime.models import Bar, CommandResult, Participant, Presence, Question, Room, RoomNote, Vote

_LED = "who led an evening"

for _column in ("host_id", "host_offered_id"):
    explains(Room, _column, _LED)
holds(
    Participant,
    "person_id",
    title="Evenings that you came to",
    shows=("pseudonym", "joined_at", "raised", "spoken"),
    keep="how many came is counted, without a name",
    blank={"pseudonym": "", "key": Participant.id},
)
holds(
    Question,
    "participant_id",
    parent=Participant,
    title="What you asked",
    shows=("asked_at", "text", "original", "reply", "state", "answered_at", "votes"),
    keep="how much was asked is counted; the words are gone",
    blank={"text": "", "original": None, "reply": None},
)
explains(Question, "claimed_by", _LED)
for _column in ("twin_id", "merged_into"):
    explains(Question, _column, "another question of that evening, which has its own author")
explains(Vote, "participant_id", "a count: which questions of others you wanted answered")
holds(
    RoomNote,
    "participant_id",
    parent=Participant,
    title="Notes of the moderators",
    unshown="working notes of one evening, gone with it after some days",
)
explains(RoomNote, "author_id", "what a moderator noted is about the person it names")
holds(Presence, "person_id", title="When you were in a room", shows=("seen_at",))
holds(
    CommandResult,
    "person_id",
    title="What a tab was answered",
    unshown="the answer to a command that may be sent twice, gone with the evening",
)
holds(
    Bar,
    "person_id",
    title="Meetings that you were asked to stay away from",
    shows=("meeting_id", "barred_at", "reason"),
)
explains(Bar, "barred_by", _LED)
