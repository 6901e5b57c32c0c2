"""An appointment in the words of whoever looks at it: the member, or somebody who works here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from auth.people import Person
from foundation.timewords import clock, day
from scheduling.appointments import Appointment, Status
from scheduling.services import Mode, Service
from web.zone_words import clock_there

_ICONS = {Mode.VIDEO.value: "video", Mode.PHONE.value: "phone", Mode.IN_PERSON.value: "person"}
_CAME = {Status.ARRIVED, Status.FULFILLED}


@dataclass(frozen=True)
class Badge:
    text: str
    icon: str
    tone: str | None = None


@dataclass(frozen=True)
class AppointmentWords:
    """What pages show of one appointment. `other` is the person on the other side."""

    id: str
    revision: int
    service: Service
    starts_at: datetime
    ends_at: datetime
    other: Person
    other_clock: str
    badge: Badge
    moved: str
    how: str
    is_ahead: bool
    is_cancelled: bool
    is_missed: bool
    is_late: bool
    is_pending: bool
    ending: str
    again: str

    @property
    def other_name(self) -> str:
        return self.other.name

    @property
    def other_first(self) -> str:
        return self.other.name.split()[0]

    @property
    def mode_icon(self) -> str:
        return _ICONS[self.service.mode]


def words_about(
    one: Appointment, viewer_id: str, zone: ZoneInfo, *, now: datetime, again: str = ""
) -> AppointmentWords:
    """`viewer_id` decides whose side this is; times are told in `zone`; `again` leads to another time."""
    own = viewer_id == one.member_id
    other = one.practitioner if own else one.member
    late_from = one.starts_at - timedelta(minutes=one.service.cancel_minutes)
    return AppointmentWords(
        one.id,
        one.revision,
        one.service,
        one.starts_at,
        one.ends_at,
        other,
        clock_there(zone, ZoneInfo(other.timezone), one.starts_at),
        badge_for(one, own=own, now=now),
        _moved(one, viewer_id, zone),
        _how(one, own=own),
        is_ahead=one.starts_at > now and not one.is_cancelled,
        is_cancelled=one.is_cancelled,
        is_missed=one.status == Status.NOSHOW,
        is_late=now > late_from,
        is_pending=one.status == Status.PENDING,
        ending=_ending(one, viewer_id),
        again=again or f"/book/{one.service.slug}",
    )


def badge_for(one: Appointment, *, own: bool, now: datetime) -> Badge:
    """State by icon and word; amber only for what is now. Nobody is blamed."""
    if one.is_cancelled:
        return Badge("Cancelled", "close")
    if one.status == Status.NOSHOW:
        return Badge("Missed", "clock")
    if one.starts_at <= now < one.ends_at:
        return Badge("Now", "now", "now")
    if one.status in _CAME:
        return Badge("You were there" if own else "Was here", "done", "good")
    return Badge("Over", "clock") if one.ends_at <= now else _ahead(one)


def _ahead(one: Appointment) -> Badge:
    if one.status in {Status.PENDING, Status.PROPOSED}:
        return Badge(f"Waiting for {one.practitioner.name.split()[0]}", "wait", "wait")
    return Badge("Moved", "move", "note") if one.moved_from else Badge("Booked", "check", "good")


def _moved(one: Appointment, viewer_id: str, zone: ZoneInfo) -> str:
    """`Was Tuesday 8 December, 3:00 pm. Dana moved it.`"""
    if one.moved_from is None or one.is_cancelled:
        return ""
    who = "You" if one.moved_by == viewer_id else _first_name_of(one.moved_by, one)
    return f"Was {day(one.moved_from, zone)}, {clock(one.moved_from, zone)}. {who} moved it."


def _ending(one: Appointment, viewer_id: str) -> str:
    """Who cancelled it, in words that thank and never blame."""
    if not one.is_cancelled:
        return ""
    if one.cancelled_by != viewer_id:
        word = f" “{one.cancel_reason}”" if one.cancel_reason and viewer_id == one.member_id else ""
        return f"{_first_name_of(one.cancelled_by, one)} cancelled it.{word}"
    return f"Thank you for telling us{'' if one.cancelled_late else ', somebody else can have the hour now'}."


def _first_name_of(person_id: str | None, one: Appointment) -> str:
    names = {one.member_id: one.member.name, one.practitioner_id: one.practitioner.name}
    return names[person_id].split()[0] if person_id in names else "One of us"


def _how(one: Appointment, *, own: bool) -> str:
    first, end = one.practitioner.name.split()[0], (one.member.phone or "")[-2:]
    number = f"the number ending {end}" if end else "the number you gave us" if own else "them"
    if one.service.mode == Mode.PHONE:
        return f"{first} phones {number}." if own else f"You phone {number}."
    if one.service.mode == Mode.VIDEO and one.phone_fallback and end:
        return f"By video. If it fails, {first if own else 'you'} phone{'s' if own else ''} {number}."
    return {Mode.VIDEO.value: "By video.", Mode.IN_PERSON.value: "In person."}[one.service.mode]
