"""A practitioner's hours: every week, single dates, limits. Read whole and saved whole."""

from datetime import date
from typing import Annotated

from pydantic import Field
from sqlalchemy.orm import Session

from auth.people import Role, UnknownPerson, find_person
from auth.permissions import may
from scheduling.availability import Override, Window
from scheduling.hours import BadHours, Hours, Schedule, StaleHours, load_hours, save_hours
from web.api.access import api_room
from web.api.calls import Answer, call
from web.api.fields import Clock, Day, LateClock, Sent, Told, Zone
from web.api.reading import seen_revision
from web.context import actor, db, now
from web.guards import requires

blueprint = api_room("availability")
_Limit = Annotated[int, Field(ge=1, le=1000)]


class SentRange(Sent):
    """`until` past midnight counts on: 26:00 is two o'clock in the night that follows, 24:00 is midnight."""

    start: Clock = Field(alias="from")
    until: LateClock


class SentWindow(SentRange):
    weekday: int = Field(ge=0, le=6, description="0 is Monday.")


class SentOverride(Sent):
    """The whole truth about one date, in place of the weekly hours. No ranges: a day off."""

    date: Day
    ranges: Annotated[list[SentRange], Field(max_length=24)]


class AvailabilitySent(Sent):
    """Replaces all hours. A limit that is left out stays; null takes it away."""

    timezone: Zone
    weekly: Annotated[list[SentWindow], Field(max_length=200)]
    overrides: Annotated[list[SentOverride], Field(max_length=1000)] = Field(default_factory=list)
    daily_limit: _Limit | None = None
    weekly_limit: _Limit | None = None
    revision: int | None = Field(default=None, ge=0, le=999_999_999)


class RangeTold(Told):
    start: str = Field(serialization_alias="from")
    until: str


class WindowTold(RangeTold):
    weekday: int


class OverrideTold(Told):
    date: date
    ranges: list[RangeTold]


class AvailabilityTold(Told):
    """Local to `timezone`. The limits are sessions a day, and a week from Monday on; null is no limit."""

    timezone: str
    weekly: list[WindowTold]
    overrides: list[OverrideTold]
    daily_limit: int | None
    weekly_limit: int | None
    revision: int


@blueprint.get("/practitioners/<practitioner_id>/availability")
@requires("member")
@call(
    "Hours, for the practitioner and for coordinators",
    AvailabilityTold,
    refuses=(UnknownPerson,),
    answer_headers=("ETag",),
)
def show(practitioner_id: str) -> Answer:
    with db().read() as session:
        return _told(_seen(session, practitioner_id))


@blueprint.put("/practitioners/<practitioner_id>/availability")
@requires("member")
@call(
    "Replace the hours; what is booked stays booked",
    AvailabilityTold,
    body=AvailabilitySent,
    versioned=True,
    refuses=(UnknownPerson, BadHours, StaleHours),
    answer_headers=("ETag",),
)
def save(practitioner_id: str, body: AvailabilitySent) -> Answer:
    revision = seen_revision(body.revision)

    def replace(session: Session) -> Answer:
        before = _seen(session, practitioner_id)
        hours = _hours(body, before, revision)
        save_hours(session, practitioner_id, hours, now=now(), by=actor().person_id)
        return _told(load_hours(session, practitioner_id))

    return db().change(replace)


def _seen(session: Session, practitioner_id: str) -> Hours:
    """Raises UnknownPerson for whoever has no hours here, or none of the caller's business."""
    person = find_person(session, practitioner_id)
    theirs = Schedule(practitioner_id=person.id)
    if Role.PRACTITIONER not in person.roles or not may(actor(), "schedule.edit", theirs):
        raise UnknownPerson
    return load_hours(session, person.id)


def _hours(body: AvailabilitySent, before: Hours, revision: int | None) -> Hours:
    named = body.model_fields_set
    return Hours(
        body.timezone,
        tuple(Window(one.weekday, *_minutes(one)) for one in body.weekly),
        tuple(Override(one.date, tuple(map(_minutes, one.ranges))) for one in body.overrides),
        revision,
        body.daily_limit if "daily_limit" in named else before.daily_limit,
        body.weekly_limit if "weekly_limit" in named else before.weekly_limit,
    )


def _told(hours: Hours) -> Answer:
    body = AvailabilityTold(
        timezone=hours.timezone,
        weekly=[
            WindowTold(weekday=one.weekday, start=_clock(one.start_minute), until=_clock(one.end_minute))
            for one in hours.windows
        ],
        overrides=[OverrideTold(date=one.date, ranges=_ranges(one)) for one in hours.overrides],
        daily_limit=hours.daily_limit,
        weekly_limit=hours.weekly_limit,
        revision=hours.revision or 0,
    )
    return Answer(body, {"ETag": f'"{body.revision}"'})


def _ranges(override: Override) -> list[RangeTold]:
    return [RangeTold(start=_clock(start), until=_clock(end)) for start, end in override.ranges]


def _minutes(sent: SentRange) -> tuple[int, int]:
    return _minute(sent.start), _minute(sent.until)


def _minute(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
