"""What is free. The busiest call of the API, so it reads columns and makes no objects it does not need."""

from datetime import date, datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, jsonify, request
from sqlalchemy.orm import Session

from auth.people import Role
from foundation.errors import DomainError
from foundation.zones import find_zone, is_zone
from scheduling.openings import Slot, openings
from scheduling.services import Service, UnknownService, practitioner_ids_of
from scheduling.turns import booked_ahead, in_turn
from web.api.access import asked_service, take_bearer
from web.context import actor, db, now, viewer_zone
from web.guards import requires

blueprint = Blueprint("api_slots", __name__, url_prefix="/api/v1")
blueprint.before_request(take_bearer)
MOST_DAYS = 62
_USUAL_DAYS = 14


class BadDate(DomainError):
    code: ClassVar[str] = "bad_date"
    default: ClassVar[str] = "Write from and to as dates, for instance 2026-12-01, to not before from."


class RangeTooLong(DomainError):
    code: ClassVar[str] = "range_too_long"
    default: ClassVar[str] = f"Ask for {MOST_DAYS} days at most, and page with from."


class UnknownTimezone(DomainError):
    code: ClassVar[str] = "unknown_timezone"
    default: ClassVar[str] = "That is not a time zone we know. Use an IANA name, like America/Chicago."


class UnknownPractitioner(UnknownService):
    code: ClassVar[str] = "unknown_practitioner"
    default: ClassVar[str] = "Nobody of that id offers this service."


@blueprint.get("/slots")
@requires("member")
def slots() -> Response:
    """Free times on the days `from` to `to` of `timezone`, both included, earliest first."""
    zone = _zone()
    first, last = _days(zone)
    with db().read() as session:
        service = asked_service(session)
        found = _free(session, service, _practitioners(session, service), first, last, zone)
    return jsonify(slots=[_json(slot, zone) for slot in found])


def _free(
    session: Session, service: Service, people: list[str], first: date, last: date, zone: ZoneInfo
) -> list[Slot]:
    """A member's own appointments leave no slot; among equals comes first whose turn it is."""
    member_id = actor().person_id if Role.MEMBER in actor().roles else None
    found = openings(session, service, people, first, last, zone, now=now(), member_id=member_id)
    return found if len(people) == 1 else in_turn(found, booked_ahead(session, people, now=now()))


def _practitioners(session: Session, service: Service) -> list[str]:
    offering = practitioner_ids_of(session, service)
    wanted = request.args.get("practitioner")
    if not wanted:
        return offering
    if wanted not in offering:
        raise UnknownPractitioner
    return [wanted]


def _zone() -> ZoneInfo:
    name = request.args.get("timezone")
    if not name:
        return viewer_zone()
    if not is_zone(name):
        raise UnknownTimezone
    return find_zone(name)


def _days(zone: ZoneInfo) -> tuple[date, date]:
    today = now().astimezone(zone).date()
    first = _date("from") or today
    last = _date("to") or first + timedelta(days=_USUAL_DAYS - 1)
    if last < first:
        raise BadDate
    if (last - first).days >= MOST_DAYS:
        raise RangeTooLong
    return first, last


def _date(name: str) -> date | None:
    """The year stays within what clocks can be moved in."""
    text = request.args.get(name)
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise BadDate from error
    if not 1970 <= found.year <= 2200:  # noqa: PLR2004
        raise BadDate
    return found


def _json(slot: Slot, zone: ZoneInfo) -> dict[str, str]:
    return {
        "practitioner": slot.practitioner_id,
        "starts_at": _rfc3339(slot.starts_at, zone),
        "ends_at": _rfc3339(slot.ends_at, zone),
    }


def _rfc3339(instant: datetime, zone: ZoneInfo) -> str:
    return instant.astimezone(zone).isoformat(timespec="seconds")
