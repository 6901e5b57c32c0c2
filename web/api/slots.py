"""What is free. The busiest call of the API, so it reads columns and makes no objects it does not need."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field
from sqlalchemy.orm import Session

from auth.people import Role
from foundation.zones import find_zone
from scheduling.openings import Slot, openings
from scheduling.services import Service, UnknownService, practitioner_ids_of
from scheduling.turns import earliest_of_any
from web.api.access import api_room, asked_practitioner, asked_service
from web.api.calls import call
from web.api.fields import Asked, Day, Ident, Told, ToldTime, Zone
from web.api.paging import Key, clip, key_of, read_moment
from web.api.refusals import MOST_DAYS, BadDate, RangeTooLong, UnknownPractitioner
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
    "Free times from `from` to `to`, earliest first; without a practitioner, each time once, by turns",
    SlotList,
    query=SlotsAsked,
    refuses=(UnknownService, UnknownPractitioner, BadDate, RangeTooLong),
)
def slots(query: SlotsAsked) -> dict[str, Any]:
    zone = find_zone(query.timezone) if query.timezone else viewer_zone()
    after = _after(query.cursor)
    first, last = _days(query, zone)
    days = max(first, after.astimezone(zone).date()) if after else first, last, zone
    with db().read() as session:
        found = _free(session, asked_service(session, query.service), query, days)
    rest = [slot for slot in found if slot.starts_at > after] if after else found
    page, following = clip(rest, _key, query.limit)
    return {"slots": [_json(slot, zone) for slot in page], "next": following}


def _free(
    session: Session, service: Service, query: SlotsAsked, days: tuple[date, date, ZoneInfo]
) -> list[Slot]:
    """One slot for each start. A member's own appointments leave none."""
    member_id = actor().person_id if Role.MEMBER in actor().roles else None
    if query.practitioner is not None:
        one = asked_practitioner(session, service, query.practitioner)
        return openings(session, service, [one], *days, now=now(), member_id=member_id)
    anybody = practitioner_ids_of(session, service)
    enough = None if query.cursor else query.limit + 1
    return earliest_of_any(session, service, anybody, *days, now=now(), member_id=member_id, limit=enough)


def _days(query: SlotsAsked, zone: ZoneInfo) -> tuple[date, date]:
    first = query.first or now().astimezone(zone).date()
    last = query.last or first + timedelta(days=_USUAL_DAYS - 1)
    if last < first:
        raise BadDate
    if (last - first).days >= MOST_DAYS:
        raise RangeTooLong
    return first, last


def _key(slot: Slot) -> Key:
    return slot.starts_at.isoformat(), ""


def _after(cursor: str | None) -> datetime | None:
    key = key_of(cursor)
    return read_moment(key[0]) if key else None


def _json(slot: Slot, zone: ZoneInfo) -> dict[str, str]:
    return {
        "practitioner": slot.practitioner_id,
        "starts_at": slot.starts_at.astimezone(zone).isoformat(timespec="seconds"),
        "ends_at": slot.ends_at.astimezone(zone).isoformat(timespec="seconds"),
    }
