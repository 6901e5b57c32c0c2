"""What stands in the week of somebody who works here, in words and kinds that week_grid can place."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from foundation.timewords import clock
from scheduling.appointments import Appointment, Status, of_practitioner
from scheduling.availability import Override
from scheduling.diary import LedMeeting, TakenTime, led_meetings, taken_otherwise
from scheduling.hours import Hours, load_hours
from scheduling.meeting_records import Duty
from scheduling.occupancy import Kind
from scheduling.recurrence import lenient_local
from scheduling.services import Mode
from web.hours_reading import twelve_hours
from web.week_grid import Entry

_DAY = 1440
_OVERLAP = timedelta(days=1)
_MODES = {Mode.VIDEO.value: "video", Mode.PHONE.value: "phone", Mode.IN_PERSON.value: "person"}
_SPOKEN_MODES = {Mode.PHONE.value: "Phone", Mode.IN_PERSON.value: "In person"}


def entries_of(
    session: Session,
    person_id: str,
    span: tuple[datetime, datetime],
    zone: ZoneInfo,
    *,
    now: datetime,
    names: bool,
) -> list[Entry]:
    """Everything within `span`, told in `zone`; people by initials unless `names`."""
    start, end = span
    booked = of_practitioner(session, person_id, start - _OVERLAP, end)
    led = led_meetings(session, person_id, start - _OVERLAP, end)
    taken = taken_otherwise(session, person_id, start, end, now=now)
    return [
        *_days_off(load_hours(session, person_id), start, end),
        *(_appointment(one, zone, now, names) for one in booked if not one.is_cancelled),
        *(_meeting(one, zone) for one in led),
        *(_taken(one, zone) for one in taken),
    ]


def initials(name: str) -> str:
    """`H.B.` for Helen Brook."""
    return "".join(f"{part[0].upper()}." for part in name.split())


def _appointment(one: Appointment, zone: ZoneInfo, now: datetime, names: bool) -> Entry:
    kind, icon, note = _state(one, now)
    return Entry(
        one.starts_at,
        one.ends_at,
        one.member.name if names else initials(one.member.name),
        kind,
        icon,
        note,
        f"/staff/appointments/{one.id}",
        clock(one.starts_at, zone),
    )


def _state(one: Appointment, now: datetime) -> tuple[str, str, str]:
    if one.status == Status.NOSHOW:
        return "missed", "clock", "Missed"
    here = one.status in {Status.ARRIVED, Status.FULFILLED}
    if one.starts_at <= now < one.ends_at:
        return "now", "now", "Here" if here else "Now"
    if here:
        return "done", "done", "Was here"
    if one.ends_at <= now:
        return "", "edit", "Not noted yet"
    return "", _MODES[one.service.mode], _SPOKEN_MODES.get(one.service.mode, one.service.name)


def _meeting(led: LedMeeting, zone: ZoneInfo) -> Entry:
    one = led.occurrence
    said = "You host" if led.duty == Duty.HOST else "You moderate"
    return Entry(
        one.starts_at,
        one.ends_at,
        one.title,
        "group",
        "meeting",
        said,
        f"/staff/live/{one.slug}",
        clock(one.starts_at, zone),
    )


def _taken(one: TakenTime, zone: ZoneInfo) -> Entry:
    if one.kind == Kind.EXTERNAL:
        return Entry(one.starts_at, one.ends_at, "Outside busy", "off")
    return Entry(
        one.starts_at, one.ends_at, "Kept", "hold", "wait", "Being booked", "", clock(one.starts_at, zone)
    )


def _days_off(hours: Hours, start: datetime, end: datetime) -> Iterable[Entry]:
    """Dates that differ from the weekly hours: what is not worked on them is hatched."""
    for override in hours.overrides:
        for first, last, words in _gaps(override):
            opens = lenient_local(override.date, first, hours.zone)
            closes = lenient_local(override.date, last, hours.zone)
            if opens < end and closes > start:
                yield Entry(opens, closes, words, "off")


def _gaps(override: Override) -> Iterable[tuple[int, int, str]]:
    if not override.ranges:
        yield 0, _DAY, "Day off"
        return
    reached = 0
    for first, last in sorted(override.ranges):
        if first > reached:
            yield reached, first, f"Off until {twelve_hours(first)}"
        reached = max(reached, last)
    if reached < _DAY:
        yield reached, _DAY, f"Off from {twelve_hours(reached)}"
