"""A plan in words: kinds of contact, rhythms, and its dates line by line. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from foundation.timewords import clock, short_day
from scheduling.aftercare.arrangement import LEAVE_OUT, Choice, DateKey
from scheduling.aftercare.contact_bookings import Proposal
from scheduling.aftercare.contact_schedule import OWN_KINDS, ContactLine, DueContact
from web.series_words import WHY, Option
from web.slot_days import write_choice
from web.zone_words import in_words

KINDS: Mapping[str, str] = {
    "call": "Call",
    "follow_up": "Follow-up",
    "checkup": "Checkup",
    "check_in": "Their own check-in",
    "measure": "Questions",
    "group": "Weekly meeting",
}
LEVELS: Mapping[int, str] = {-1: "Wider than agreed", 0: "As agreed", 1: "Closer than agreed"}
STATES: Mapping[str, tuple[str, str, str | None]] = {
    "due": ("Due", "wait", None),
    "booked": ("Booked", "calendar", "good"),
    "done": ("Done", "done", "good"),
    "missed": ("Missed", "alert", "held"),
    "dropped": ("Left out", "close", None),
}
"""Each state as a badge: its words, its drawing, its tone."""
UNNOTED = ("Did they come?", "wait", "note")
"""Its time is over, and nobody has said."""
PLANNED = ("Planned", "clock", None)
"""Not due yet."""
_WEEK = 7
USUAL = "usual"
"""Anything but a time or `leave` means it."""


@dataclass(frozen=True)
class DateLine:
    """One appointment of the preview; `options` are what can be chosen instead, the first one as it is."""

    field: str
    proposal: Proposal
    why: str
    options: tuple[Option, ...]

    @property
    def is_plain(self) -> bool:
        """Free, at its usual time: there is nothing to decide."""
        planned = self.proposal.planned
        return not (self.why or planned.left_out or planned.moved)


@dataclass(frozen=True)
class LineWords:
    """One line of the schedule, with its appointments or only its days."""

    title: str
    rhythm: str
    dues: tuple[DueContact, ...]
    dates: tuple[DateLine, ...]

    @property
    def is_own(self) -> bool:
        """Whether the member does it alone."""
        return self.dues[0].kind in OWN_KINDS

    @property
    def to_decide(self) -> list[DateLine]:
        return [one for one in self.dates if not one.is_plain]

    @property
    def plain(self) -> list[DateLine]:
        return [one for one in self.dates if one.is_plain]


def rhythm_words(every: int) -> str:
    """`every week`, `every two weeks`, `every 30 days`; nothing for what comes once."""
    if not every:
        return ""
    weeks, rest = divmod(every, _WEEK)
    if rest:
        return f"every {every} days"
    return "every week" if weeks == 1 else f"every {in_words(weeks)} weeks"


def title_of(line: ContactLine, names: Mapping[str, str]) -> str:
    """`PHQ-9` for a measure, whose name the catalogue knows; else the kind of contact."""
    return names.get(line.code, KINDS[line.kind]) if line.code else KINDS[line.kind]


def lines_in_words(
    lines: Sequence[ContactLine],
    dues: Sequence[DueContact],
    proposals: Sequence[Proposal],
    choices: Mapping[DateKey, Choice],
    names: Mapping[str, str],
    zone: ZoneInfo,
) -> list[LineWords]:
    """In the order of their first day; lines of which nothing is left are left out."""
    found = []
    for number, line in enumerate(lines):
        own = tuple(one for one in dues if one.line == number)
        dates = tuple(date_line(one, choices, zone) for one in proposals if one.due.line == number)
        if own:
            found.append(LineWords(title_of(line, names), rhythm_words(line.every), own, dates))
    return sorted(found, key=lambda one: one.dues[0].due_from)


def field_of(line: int, day: date) -> str:
    return f"at-{line}-{day.isoformat()}"


def date_line(one: Proposal, choices: Mapping[DateKey, Choice], zone: ZoneInfo) -> DateLine:
    conflict = one.planned.conflict
    why = "" if conflict is None else WHY.get(conflict.code, "Not possible")
    return DateLine(field_of(*one.key), one, why, _options(one, choices.get(one.key), zone))


def _options(one: Proposal, chosen: Choice | None, zone: ZoneInfo) -> tuple[Option, ...]:
    """Other times if there are any, the usual one where something else was chosen, and to leave it out."""
    planned = one.planned
    others = {slot.starts_at for slot in (planned.conflict.alternatives if planned.conflict else one.options)}
    if isinstance(chosen, datetime) and planned.conflict is None:
        others.add(chosen)
    times = [Option(_value(at), _label(at, zone), _is_chosen(at, one, chosen)) for at in sorted(others)]
    is_another = chosen is not None and not (one.options and planned.conflict is None)
    usual = (Option(USUAL, "The usual time"),) if is_another else ()
    return (*usual, *times, Option(LEAVE_OUT, "Leave it out", chosen == LEAVE_OUT))


def _is_chosen(at: datetime, one: Proposal, chosen: Choice | None) -> bool:
    """A session that stands by itself has no usual time: the one proposed is the one chosen."""
    return at == chosen or (chosen is None and one.planned.conflict is None and at == one.planned.starts_at)


def _value(at: datetime) -> str:
    """As slots are written; whom it is with goes without saying in a plan."""
    return write_choice("plan", at)


def _label(at: datetime, zone: ZoneInfo) -> str:
    return f"{short_day(at, zone)}, {clock(at, zone)}"


def schedule_words(lines: Sequence[ContactLine], names: Mapping[str, str]) -> list[str]:
    """`Checkup every week, days 1 to 56: 8 times, booked at once.`"""
    return [_line_words(one, title_of(one, names)) for one in lines]


def _line_words(line: ContactLine, title: str) -> str:
    days = line.days
    last = days[-1] + line.window
    span = f"day {line.first}" if last == line.first else f"days {line.first} to {last}"
    rhythm = f" {rhythm_words(line.every)}" if line.repeats else ""
    count = f": {len(days)} times" if line.repeats else ""
    return f"{title}{rhythm}, {span}{count}{', booked at once' if line.booked else ''}."
