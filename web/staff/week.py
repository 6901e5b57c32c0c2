"""The calendar of somebody who works here: a week or a day, and what of it is still to be noted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth.people import Role
from auth.permissions import may
from scheduling.appointments import Appointment, Status, of_practitioner
from scheduling.approval import pending_of
from scheduling.availability import Interval
from scheduling.blocks import TimeBlock, UnknownBlock, find_block
from scheduling.hours import Schedule, load_hours
from web.context import actor, db, now, viewer_zone
from web.guards import requires
from web.reading_trail import note_reading
from web.staff.whose import Whose, asked_whose, colleagues
from web.week_entries import Look, entries_of, free_gaps, initials
from web.week_grid import Entry, Week, day_of, monday_of, week_of
from web.week_hours import working_time

blueprint = Blueprint("staff_week", __name__, url_prefix="/staff")
_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)
_EARLIEST, _LATEST = 8, 18
_MIDNIGHT = 24


@dataclass(frozen=True)
class Asked:
    """What the address asks for: whose calendar, which day of it, a week or that day alone."""

    whose: Whose
    day: date
    view: str
    names: bool

    @property
    def step(self) -> timedelta:
        return _DAY if self.view == "day" else _WEEK

    @property
    def first(self) -> date:
        return self.day if self.view == "day" else monday_of(self.day)

    def to(self, day: date, view: str | None = None) -> str:
        """The same calendar at another day, or in the other view."""
        more = {"names": "1"} if self.names else {}
        shown = view or self.view
        return self.whose.day(day, **({"view": "day"} if shown == "day" else {}), **more)


@dataclass(frozen=True)
class Shown:
    """The drawn calendar, and beside it the free time of a single day."""

    week: Week
    people: int
    free: Sequence[Interval] = ()


@blueprint.get("/")
@requires("staff")
def index() -> str | Response:
    zone = viewer_zone()
    if "who" not in request.args and actor().roles.isdisjoint({Role.PRACTITIONER, Role.MODERATOR}):
        return choose()
    with db().read() as session:
        asked = Asked(asked_whose(session), _asked_day(zone), _asked_view(), "names" in request.args)
        shown = _draw(session, asked, zone)
        others = colleagues(session)
        unnoted = _unnoted(session, asked.whose)
        pending = [one for one in pending_of(session, asked.whose.id) if one.starts_at > now()]
        removed = _removed(session, asked.whose)
    _note(asked)
    return render_template(
        "staff/week.html",
        asked=asked,
        whose=asked.whose,
        day=asked.day,
        today=now().astimezone(zone).date(),
        week=shown.week,
        people=shown.people,
        free=shown.free,
        names=asked.names,
        keeps=may(actor(), "schedule.edit", Schedule(practitioner_id=asked.whose.id)),
        others=others,
        unnoted=unnoted,
        pending=pending,
        removed=removed,
        initials=initials,
    )


@blueprint.get("/calendars")
@requires("coordinator")
def choose() -> str:
    """A coordinator has no week of their own to open with: whose is it to be?"""
    zone = viewer_zone()
    today = now().astimezone(zone).date()
    with db().read() as session:
        people = colleagues(session)
        span = _midnight(today, zone), _midnight(today + _DAY, zone)
        lines = [(one, _sessions(session, one.id, span)) for one in people]
    return render_template("staff/calendars.html", lines=lines, today=today)


def _draw(session: Session, asked: Asked, zone: ZoneInfo) -> Shown:
    span = _midnight(asked.first, zone), _midnight(asked.first + asked.step, zone)
    hours = load_hours(session, asked.whose.id)
    look = Look(zone, now(), asked.names, own=asked.whose.is_own)
    entries = entries_of(session, asked.whose.id, span, look, hours)
    worked = working_time(hours, span)
    draw = day_of if asked.view == "day" else week_of
    week = draw(entries, asked.first, zone, usual=_usual(worked, zone))
    free = free_gaps(entries, worked, look) if asked.view == "day" else ()
    return Shown(week, _people_on(entries, asked.day, zone), free)


def _usual(worked: Sequence[Interval], zone: ZoneInfo) -> tuple[int, int]:
    """The hours drawn at least: eight to six, and whatever is worked beyond them."""
    first, last = _EARLIEST, _LATEST
    for opens, closes in worked:
        start, end = opens.astimezone(zone), (closes - timedelta(minutes=1)).astimezone(zone)
        if start.date() != end.date():
            return 0, _MIDNIGHT
        first, last = min(first, start.hour), max(last, end.hour + 1)
    return first, last


def _asked_day(zone: ZoneInfo) -> date:
    """The day in the address, today without one or with nonsense; years away is nonsense too."""
    today = now().astimezone(zone).date()
    try:
        asked = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today
    return asked if abs(asked - today) < timedelta(days=3650) else today


def _asked_view() -> str:
    return "day" if request.args.get("view") == "day" else "week"


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def _people_on(entries: list[Entry], day: date, zone: ZoneInfo) -> int:
    return sum(one.is_person and one.starts_at.astimezone(zone).date() == day for one in entries)


def _sessions(session: Session, person_id: str, span: Interval) -> int:
    return sum(not one.is_cancelled for one in of_practitioner(session, person_id, *span))


def _unnoted(session: Session, whose: Whose) -> list[Appointment]:
    """The last week's that are over, and nobody has said whether the person came."""
    lately = of_practitioner(session, whose.id, now() - _WEEK, now())
    return [one for one in lately if one.status == Status.BOOKED and one.ends_at <= now()]


def _removed(session: Session, whose: Whose) -> TimeBlock | None:
    """The block that was taken away a moment ago, so that it can be put back."""
    try:
        block = find_block(session, request.args.get("removed", ""))
    except UnknownBlock:
        return None
    return block if block.is_removed and block.practitioner_id == whose.id else None


def _note(asked: Asked) -> None:
    """Whole names, and a colleague's calendar, leave a trail."""
    if asked.names or not asked.whose.is_own:
        note_reading("week.read", "schedule", asked.whose.id, week=asked.first.isoformat())
