"""What stands in the week of somebody who works here, in words and kinds that week_grid can place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from foundation.timewords import clock
from scheduling.appointments import Appointment, Status, of_practitioner
from scheduling.availability import Interval
from scheduling.blocks import TimeBlock, blocks_of
from scheduling.diary import (
    GroupSession,
    LedMeeting,
    TakenTime,
    group_sessions,
    led_meetings,
    taken_otherwise,
)
from scheduling.hours import Hours
from scheduling.meeting_records import Duty
from scheduling.occupancy import Kind
from scheduling.services import Mode
from web.week_grid import Entry
from web.week_hours import days_off, shut_hours

_OVERLAP = timedelta(days=1)
_MODES = {Mode.VIDEO.value: "video", Mode.PHONE.value: "phone", Mode.IN_PERSON.value: "person"}
_SPOKEN_MODES = {Mode.PHONE.value: "Phone", Mode.IN_PERSON.value: "In person"}
_UNCONFIRMED = {Status.PENDING, Status.PROPOSED}


@dataclass(frozen=True)
class Look:
    """How a calendar is looked at: times in `zone`, people by initials unless `names`.

    `own` is false for a colleague's, whose blocks keep their titles to themselves.
    """

    zone: ZoneInfo
    now: datetime
    names: bool
    own: bool = True

    def clock(self, instant: datetime) -> str:
        return clock(instant, self.zone)


def entries_of(session: Session, person_id: str, span: Interval, look: Look, hours: Hours) -> list[Entry]:
    """Everything within `span` that takes this person's time, and the time that is not worked."""
    start, end = span
    booked = of_practitioner(session, person_id, start - _OVERLAP, end)
    single = [one for one in booked if not one.is_cancelled and one.occurrence_id is None]
    return [
        *shut_hours(hours, span),
        *days_off(hours, span),
        *(_appointment(one, look) for one in single),
        *(_group(one, look) for one in group_sessions(session, person_id, start, end)),
        *(_meeting(one, look) for one in led_meetings(session, person_id, start - _OVERLAP, end)),
        *(_block(one, look) for one in blocks_of(session, person_id, start, end)),
        *(_taken(one, look) for one in taken_otherwise(session, person_id, start, end, now=look.now)),
    ]


def initials(name: str) -> str:
    """`H.B.` for Helen Brook."""
    return "".join(f"{part[0].upper()}." for part in name.split())


def _appointment(one: Appointment, look: Look) -> Entry:
    kind, icon, note = _state(one, look.now)
    name = one.member.name if look.names else initials(one.member.name)
    path = f"/staff/appointments/{one.id}"
    return Entry(
        one.starts_at,
        one.ends_at,
        name,
        kind,
        icon,
        note,
        path,
        look.clock(one.starts_at),
        move=f"{path}/move-to" if one.starts_at > look.now else "",
        spoken=name,
        is_person=True,
    )


def _state(one: Appointment, now: datetime) -> tuple[str, str, str]:
    if one.status in _UNCONFIRMED:
        return "pending", "wait", "Waits for a yes"
    if one.status == Status.NOSHOW:
        return "missed", "clock", "Missed"
    here = one.status in {Status.ARRIVED, Status.FULFILLED}
    if one.starts_at <= now < one.ends_at:
        return "now", "now", "Here" if here else "Now"
    if here:
        return "done", "done", "Was here"
    return ("", "edit", "Not noted yet") if one.ends_at <= now else _ahead(one)


def _ahead(one: Appointment) -> tuple[str, str, str]:
    if one.series_id:
        return "", "renew", "Repeats"
    return "", _MODES[one.service.mode], _how(one)


def _how(one: Appointment) -> str:
    return _SPOKEN_MODES.get(one.service.mode, one.service.name)


def _group(found: GroupSession, look: Look) -> Entry:
    """One of a weekly group is moved by itself; a single session has no page of its own."""
    one = found.occurrence
    path = f"/staff/groups/{one.series_id}/dates/{one.id}" if one.series_id else ""
    return Entry(
        one.starts_at,
        one.ends_at,
        found.title,
        "group",
        "people",
        f"{one.taken} of {one.capacity}",
        path,
        look.clock(one.starts_at),
        move=f"{path}/move-to" if path and one.starts_at > look.now else "",
        spoken=found.title,
    )


def _meeting(led: LedMeeting, look: Look) -> Entry:
    one = led.occurrence
    hosts = led.duty == Duty.HOST
    said = ("You host" if hosts else "You moderate") if look.own else ("Hosts" if hosts else "Moderates")
    href = f"/staff/live/{one.slug}" if look.own else f"/meetings/{one.slug}"
    return Entry(
        one.starts_at, one.ends_at, one.title, "group", "meeting", said, href, look.clock(one.starts_at)
    )


def _block(one: TimeBlock, look: Look) -> Entry:
    title = (one.title if look.own else "") or "Blocked"
    path = f"/staff/blocks/{one.id}"
    return Entry(
        one.starts_at,
        one.ends_at,
        title,
        "block",
        "lock",
        "Not bookable",
        path,
        look.clock(one.starts_at),
        move=f"{path}/move-to" if one.ends_at > look.now else "",
        spoken=title,
    )


def _taken(one: TakenTime, look: Look) -> Entry:
    if one.kind == Kind.EXTERNAL:
        return Entry(one.starts_at, one.ends_at, "Busy elsewhere", "off", beside=True)
    words = ("Offered", "Kept for somebody") if one.kind == Kind.OFFER else ("Kept", "Being booked")
    said = look.clock(one.starts_at)
    return Entry(one.starts_at, one.ends_at, words[0], "hold", "wait", words[1], "", said)


def free_gaps(entries: Iterable[Entry], open_time: Iterable[Interval], look: Look) -> list[Interval]:
    """What is left of the working time ahead when everything that is drawn has taken its part."""
    taken = sorted((one.starts_at, one.ends_at) for one in entries if one.kind != "shut")
    found: list[Interval] = []
    for opens, closes in open_time:
        reached = max(opens, look.now)
        for start, end in taken:
            if reached < start < closes:
                found.append((reached, start))
            reached = max(reached, end) if start < closes else reached
        found.append((reached, closes))
    return [(start, end) for start, end in found if end - start >= timedelta(minutes=15)]
