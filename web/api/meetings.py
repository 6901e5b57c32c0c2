"""The weekly meetings and their dates."""

from datetime import date, timedelta

from pydantic import Field

from auth.permissions import may
from foundation.zones import find_zone
from scheduling.meetings import Meeting, MeetingAudience, UnknownMeeting, find_meeting
from scheduling.occurrences import Occurrence, occurrences_of
from scheduling.recurrence import lenient_local
from web.api.access import api_room
from web.api.calls import call
from web.api.fields import Day, Told, ToldTime, Zone
from web.api.paging import Page, cut
from web.api.refusals import LONGEST_SPAN_DAYS, BadDate, RangeTooLong
from web.context import actor, db, now, viewer_zone
from web.guards import requires
from web.timetable import visible_meetings

blueprint = api_room("meetings")
_DAY = timedelta(days=1)
_USUAL_DAYS = 84


class MeetingTold(Told):
    """Every week on `weekday` (0 is Monday) at `starts`, local to `timezone`."""

    slug: str
    title: str
    summary: str
    timezone: str
    weekday: int
    starts: str
    minutes: int
    audience: str
    first_date: date
    until_date: date | None


class MeetingList(Told):
    meetings: list[MeetingTold]
    next: str | None


class OccurrencesAsked(Page):
    first: Day | None = Field(default=None, alias="from", description="Today, unless said otherwise.")
    last: Day | None = Field(
        default=None, alias="to", description="Included; twelve weeks, unless said otherwise."
    )
    timezone: Zone | None = Field(default=None, description="Of these days. Yours, unless said otherwise.")


class OccurrenceTold(Told):
    """`date` is the original local date: what it goes by, wherever it was moved."""

    date: date
    starts_at: ToldTime
    ends_at: ToldTime
    timezone: str
    moved: bool
    cancelled: bool
    note: str


class OccurrenceList(Told):
    occurrences: list[OccurrenceTold]
    next: str | None


@blueprint.get("/meetings")
@requires("member")
@call("The weekly meetings, by title", MeetingList, query=Page)
def index(query: Page) -> MeetingList:
    with db().read() as session:
        found = sorted(visible_meetings(session, actor()), key=_by_title)
    page, following = cut(found, _by_title, query.cursor, query.limit)
    return MeetingList(meetings=[_meeting(one) for one in page], next=following)


@blueprint.get("/meetings/<slug>/occurrences")
@requires("member")
@call(
    "The dates of a meeting, cancelled ones too, by time",
    OccurrenceList,
    query=OccurrencesAsked,
    refuses=(UnknownMeeting, RangeTooLong),
)
def occurrences(slug: str, query: OccurrencesAsked) -> OccurrenceList:
    zone = find_zone(query.timezone) if query.timezone else viewer_zone()
    first, last = _days(query, now().astimezone(zone).date())
    with db().read() as session:
        meeting = find_meeting(session, slug)
    if not (may(actor(), "room.join") or meeting.audience == MeetingAudience.OPEN):
        raise UnknownMeeting
    found = occurrences_of(meeting, lenient_local(first, 0, zone), lenient_local(last + _DAY, 0, zone))
    page, following = cut(sorted(found, key=_by_time), _by_time, query.cursor, query.limit)
    return OccurrenceList(occurrences=[_occurrence(one) for one in page], next=following)


def _days(query: OccurrencesAsked, today: date) -> tuple[date, date]:
    first = query.first or today
    last = query.last or first + timedelta(days=_USUAL_DAYS - 1)
    if last < first:
        raise BadDate
    if (last - first).days >= LONGEST_SPAN_DAYS:
        raise RangeTooLong
    return first, last


def _by_title(one: Meeting) -> tuple[str, str]:
    return one.title, one.id


def _by_time(one: Occurrence) -> tuple[str, str]:
    return one.starts_at.isoformat(), one.date.isoformat()


def _meeting(one: Meeting) -> MeetingTold:
    starts = f"{one.minute_of_day // 60:02}:{one.minute_of_day % 60:02}"
    fields = ("slug", "title", "summary", "timezone", "weekday", "minutes", "audience")
    plain = {name: getattr(one, name) for name in (*fields, "first_date", "until_date")}
    return MeetingTold(starts=starts, **plain)


def _occurrence(one: Occurrence) -> OccurrenceTold:
    return OccurrenceTold.model_validate(one, from_attributes=True)
