"""What a program can get wrong in the asking itself. Each code is stable and says what to do."""

from typing import ClassVar

from auth.permissions import NotAllowed
from foundation.errors import DomainError
from scheduling.services import UnknownService

MOST_DAYS = 62
LONGEST_SPAN_DAYS = 366


class InvalidRequest(DomainError):
    """`errors` lists each place in the request with what is wrong there, never with what was sent."""

    code: ClassVar[str] = "invalid_request"
    default: ClassVar[str] = "The request does not fit its description. See errors, put it right, send again."


class NaiveTime(InvalidRequest):
    code: ClassVar[str] = "naive_time"
    default: ClassVar[str] = "A time needs its offset from UTC, as in 2026-12-01T15:00:00-06:00."


class BadTime(InvalidRequest):
    code: ClassVar[str] = "bad_time"
    default: ClassVar[str] = "Write a time as in 2026-12-01T15:00:00-06:00, between the years 2000 and 2200."


class BadDate(InvalidRequest):
    code: ClassVar[str] = "bad_date"
    default: ClassVar[str] = "Write from and to as dates, for instance 2026-12-01, to not before from."


class UnknownTimezone(InvalidRequest):
    code: ClassVar[str] = "unknown_timezone"
    default: ClassVar[str] = "That is not a time zone we know. Use an IANA name, like America/Chicago."


class BadRule(InvalidRequest):
    code: ClassVar[str] = "bad_rrule"
    default: ClassVar[str] = (
        "Write the rule as FREQ=WEEKLY with COUNT or UNTIL, and INTERVAL if not every week; nothing else."
    )


class BadCursor(InvalidRequest):
    code: ClassVar[str] = "bad_cursor"
    default: ClassVar[str] = "That cursor is not one of ours. Use next from the page before, or leave it out."


class BadKey(InvalidRequest):
    code: ClassVar[str] = "bad_key"
    default: ClassVar[str] = "An Idempotency-Key is 1 to 64 visible ASCII characters, for instance a UUID."


class BadRevision(InvalidRequest):
    code: ClassVar[str] = "bad_revision"
    default: ClassVar[str] = 'If-Match takes the ETag as it was answered, for instance "3", and one alone.'


class RangeTooLong(DomainError):
    code: ClassVar[str] = "range_too_long"
    default: ClassVar[str] = f"Ask for {LONGEST_SPAN_DAYS} days at most ({MOST_DAYS} of slots), then go on."


class BadJson(DomainError):
    code: ClassVar[str] = "bad_json"
    default: ClassVar[str] = "The body is not JSON that we can read. Check it, then send it again."


class NotJson(DomainError):
    code: ClassVar[str] = "unsupported_media_type"
    default: ClassVar[str] = "Send the body as JSON, with Content-Type: application/json."


class UnknownPractitioner(UnknownService):
    code: ClassVar[str] = "unknown_practitioner"
    default: ClassVar[str] = "Nobody of that id offers this service."


class NotForOthers(NotAllowed):
    code: ClassVar[str] = "not_for_others"
    default: ClassVar[str] = "Members book for themselves only. Leave member out."


class MemberMissing(DomainError):
    code: ClassVar[str] = "member_missing"
    default: ClassVar[str] = "Say in member for whom this is booked."


class OneChange(DomainError):
    code: ClassVar[str] = "one_change"
    default: ClassVar[str] = "Send either starts_at or status, and one of them at a time."


ASKING: tuple[type[InvalidRequest], ...] = (
    InvalidRequest,
    NaiveTime,
    BadTime,
    BadDate,
    UnknownTimezone,
    BadCursor,
)
"""What reading any query or body may end in; fields raise them by their code."""
