"""What is free. The busiest call of the API, so it reads columns and makes no objects it does not need."""

from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field
from sqlalchemy.orm import Session

from auth.people import Role
from foundation.zones import find_zone
from scheduling.openings import Slot, openings
from scheduling.services import Service, UnknownService, practitioner_ids_of
from scheduling.turns import booked_ahead, in_turn
from web.api.access import api_room, asked_practitioner, asked_service
from web.api.calls import call
from web.api.fields import Asked, Day, Ident, Told, ToldTime, Zone
from web.api.paging import Key, clip, key_of, read_moment
from web.api.refusals import MOST_DAYS, BadCursor, BadDate, RangeTooLong, UnknownPractitioner
from web.context import actor, db, now, viewer_zone
from web.guards import requires

blueprint = api_room("slots")
_USUAL_DAYS = 14
_USUAL_LIMIT = 3000
"""More than eight hours a day of 28 days, bookable every five minutes."""


class SlotsAsked(Asked):
    service: Ident
    practitioner: Ident | None = Field(default=None, description="Without one: anybody who offers it.")
    first: Day | None = Field(default=None, alias="from", description="Today, unless said otherwise.")
    last: Day | None = Field(
        default=None, alias="to", description="Included; two weeks, unless said otherwise."
    )
    timezone: Zone | None = Field(default=None, description="An IANA name. Yours, unless said otherwise.")
    limit: int = Field(default=_USUAL_LIMIT, ge=1, le=10_000)
    cursor: str | None = Field(default=None, max_length=400, description="`next` of the page before.")


class SlotTold(Told):
    practitioner: str
    starts_at: ToldTime
    ends_at: ToldTime


class SlotList(Told):
    slots: list[SlotTold]
    next: str | None


@blueprint.get("/slots")
@requires("member")
@call(
    "Free times on the days from `from` to `to`, earliest first",
    SlotList,
    query=SlotsAsked,
    refuses=(UnknownService, UnknownPractitioner, BadDate, RangeTooLong),
)
def slots(query: SlotsAsked) -> dict[str, Any]:
    zone = find_zone(query.timezone) if query.timezone else viewer_zone()
    after = _after(query.cursor)
    first, last = _days(query, zone)
    if after:
        first = max(first, after[0].astimezone(zone).date())
    with db().read() as session:
        service = asked_service(session, query.service)
        found = _free(session, service, _practitioners(session, service, query), first, last, zone)
    rest = [(slot, place) for slot, place in _numbered(found) if not after or (slot.starts_at, place) > after]
    page, following = clip(rest, _key, query.limit)
    return {"slots": [_json(slot, zone) for slot, _place in page], "next": following}


def _free(
    session: Session, service: Service, people: list[str], first: date, last: date, zone: ZoneInfo
) -> list[Slot]:
    """A member's own appointments leave no slot; among equals comes first whose turn it is."""
    member_id = actor().person_id if Role.MEMBER in actor().roles else None
    found = openings(session, service, people, first, last, zone, now=now(), member_id=member_id)
    return found if len(people) == 1 else in_turn(found, booked_ahead(session, people, now=now()))


def _practitioners(session: Session, service: Service, query: SlotsAsked) -> list[str]:
    if query.practitioner is None:
        return practitioner_ids_of(session, service)
    return [asked_practitioner(session, service, query.practitioner)]


def _days(query: SlotsAsked, zone: ZoneInfo) -> tuple[date, date]:
    first = query.first or now().astimezone(zone).date()
    last = query.last or first + timedelta(days=_USUAL_DAYS - 1)
    if last < first:
        raise BadDate
    if (last - first).days >= MOST_DAYS:
        raise RangeTooLong
    return first, last


def _numbered(found: list[Slot]) -> list[tuple[Slot, int]]:
    """With the place of each among those that start together."""
    return [
        (slot, place)
        for _start, together in groupby(found, key=lambda slot: slot.starts_at)
        for place, slot in enumerate(together)
    ]


def _key(one: tuple[Slot, int]) -> Key:
    return one[0].starts_at.isoformat(), str(one[1])


def _after(cursor: str | None) -> tuple[datetime, int] | None:
    key = key_of(cursor)
    if key is None:
        return None
    try:
        return read_moment(key[0]), int(key[1])
    except ValueError as error:
        raise BadCursor from error


def _json(slot: Slot, zone: ZoneInfo) -> dict[str, str]:
    return {
        "practitioner": slot.practitioner_id,
        "starts_at": slot.starts_at.astimezone(zone).isoformat(timespec="seconds"),
        "ends_at": slot.ends_at.astimezone(zone).isoformat(timespec="seconds"),
    }
