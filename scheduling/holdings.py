"""What scheduling/ holds about a person: for the export and the deletion (foundation/personal)."""

import safety.holdings  # noqa: F401 - they register as they are imported
from foundation.personal import calls, explains, holds
from scheduling.appointment_records import Appointment
from scheduling.block_records import TimeBlock
from scheduling.calendars.accounts import CalendarAccount
from scheduling.calendars.collections import CalendarCollection, CalendarResource
from scheduling.calendars.feeds import CalendarFeed
from scheduling.calendars.importing.records import BusyBlock, BusySource
from scheduling.calendars.replying.records import CalendarReply
from scheduling.calendars.stamps import CalendarChange
from scheduling.group_records import GroupOccurrence, Membership, Seat
from scheduling.hours import DateOverride, Schedule, WeeklyHours
from scheduling.idempotency import IdempotencyKey
from scheduling.meeting_guide.records import DirectorySource
from scheduling.meeting_records import Meeting, MeetingPerson
from scheduling.occupancy import Occupancy
from scheduling.questionnaire_records import Questionnaire, QuestionnaireResponse
from scheduling.series_records import Series, SeriesShift
from scheduling.service_invitation_records import ServiceInvitation
from scheduling.services import Service, ServicePractitioner
from scheduling.waitlist_records import WaitlistEntry

_WORK = "whose work it is; what it says is the member's, and is in the member's copy"
_HOUR = "that an hour took place is the clinic's record; what was written about it is gone"
_WEEK = "a calendar of work"

for _model, _column in ((Service, "name"), (Meeting, "title"), (Series, "title"), (Questionnaire, "title")):
    calls(_model, _column)

holds(
    Appointment,
    "member_id",
    title="Appointments",
    shows=(
        *("starts_at", "ends_at", "service_id", "practitioner_id", "status", "note", "phone_fallback"),
        *("created_at", "moved_from", "cancelled_late", "cancel_reason", "override_reason"),
    ),
    keep=_HOUR,
    blank={"note": "", "cancel_reason": "", "override_reason": None},
)
for _column in ("practitioner_id", "booked_by", "moved_by", "cancelled_by"):
    explains(Appointment, _column, _WORK)
holds(
    Occupancy,
    "member_id",
    title="Time that was kept for you",
    shows=("starts_at", "ends_at", "kind", "status", "typed"),
    keep=_HOUR,
    blank={"typed": None},
)
explains(Occupancy, "practitioner_id", _WORK)
holds(
    Series,
    "member_id",
    title="Appointments that repeat",
    shows=("service_id", "practitioner_id", "timezone", "first_date", "until_date", "every_weeks"),
    keep=_HOUR,
)
for _column in ("practitioner_id", "booked_by"):
    explains(Series, _column, _WORK)
explains(SeriesShift, "series_id", "when dates of a series were moved together")
holds(Membership, "member_id", title="Groups", shows=("series_id", "from_date", "until_date", "created_at"))
explains(Membership, "added_by", _WORK)
holds(
    Seat,
    "member_id",
    title="Seats in groups",
    keep="how many seats were taken is the clinic's record",
    unshown="each is one of your appointments, and is told there",
)
explains(GroupOccurrence, "practitioner_id", _WORK)
holds(
    WaitlistEntry,
    "member_id",
    title="What you waited for",
    shows=("service_id", "practitioner_id", "state", "starts_at", "until_date", "created_at"),
)
for _column in ("practitioner_id", "offered_practitioner_id"):
    explains(WaitlistEntry, _column, _WORK)
holds(ServiceInvitation, "member_id", title="What you were invited to", shows=("service_id", "invited_at"))
explains(ServiceInvitation, "invited_by", _WORK)
explains(ServicePractitioner, "practitioner_id", "who offers what stands on the pages for booking")
holds(
    QuestionnaireResponse,
    "member_id",
    title="Forms before a first session",
    shows=("questionnaire_id", "answers", "changed_at", "completed_at"),
)
holds(
    IdempotencyKey,
    "person_id",
    title="Requests of programs",
    unshown="a digest that recognises a request sent twice, for a week",
)
holds(
    CalendarFeed,
    "owner_id",
    title="Calendar links",
    shows=("kind", "title", "wording", "detail", "created_at", "revoked_at", "last_read_at"),
)
holds(
    CalendarAccount,
    "owner_id",
    title="Phones that read your calendar",
    shows=("title", "wording", "detail", "created_at", "revoked_at", "last_used_at"),
)
for _kept in (CalendarCollection, CalendarResource):
    explains(
        _kept, "account_id", "what a phone has read already: names of objects, and it goes with the account"
    )
holds(CalendarReply, "person_id", title="Answers by mail", shows=("received_at", "answer", "outcome"))
explains(CalendarChange, "owner_id", "a number that rises with each change, so that a calendar is read again")
holds(
    BusySource,
    "owner_id",
    title="Calendars that you keep elsewhere",
    shows=("title", "address", "kind", "created_at", "looked_at"),
)
explains(BusyBlock, "source_id", "when, never what, of a calendar kept elsewhere; it goes with the calendar")
holds(
    TimeBlock,
    "practitioner_id",
    title="Time that you blocked",
    shows=("title", "created_at"),
    keep=_WEEK,
    blank={"title": ""},
)
explains(TimeBlock, "created_by", _WORK)
holds(
    Schedule,
    "practitioner_id",
    title="Your week of work",
    shows=("timezone", "daily_limit", "weekly_limit", "changed_at"),
    keep=_WEEK,
)
holds(
    WeeklyHours,
    "practitioner_id",
    parent=Schedule,
    title="Your hours of work",
    shows=("weekday", "start_minute", "end_minute"),
    keep=_WEEK,
)
holds(
    DateOverride,
    "practitioner_id",
    parent=Schedule,
    title="Days with other hours",
    shows=("date", "ranges"),
    keep=_WEEK,
)
holds(
    MeetingPerson,
    "person_id",
    title="Meetings that you lead",
    shows=("meeting_id", "duty"),
    keep="who leads a meeting stands on its page until a coordinator changes it",
)
explains(DirectorySource, "added_by", "which coordinator added a public list")
