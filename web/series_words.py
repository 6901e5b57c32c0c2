"""A series in words: its rule, its plan date by date, and what to do about those in the way. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from foundation.timewords import clock, short_day
from scheduling.series_check import PlannedDate
from scheduling.series_refusals import DateConflict
from web.slot_days import read_choice, write_choice
from web.zone_words import in_words

LEAVE_OUT = "leave"
WHY = {
    "slot_taken": "Taken",
    "not_a_slot": "Outside the hours",
    "outside_notice": "Too soon",
    "beyond_horizon": "Too far ahead",
    "limit_reached": "The day is full",
    "no_such_time": "The clocks skip this time",
}


@dataclass(frozen=True)
class Option:
    """One way out for a date: another time, or to leave it out."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True)
class PlanLine:
    """One date of a plan as a page shows it; without `options` there is nothing to decide."""

    field: str
    date: date
    starts_at: datetime
    ends_at: datetime
    why: str = ""
    options: tuple[Option, ...] = ()
    left_out: bool = False
    moved: bool = False
    against_rules: bool = False


@dataclass(frozen=True)
class Choices:
    """What was chosen for single dates, by their original local dates."""

    skip: frozenset[date]
    moved: Mapping[date, datetime]


def field_of(day: date) -> str:
    return f"on-{day.isoformat()}"


def read_choices(sent: Mapping[str, str]) -> Choices:
    """`on-2027-03-02` is `leave`, or a time as slots are written; anything else is no choice."""
    skip, moved = set(), {}
    for name, value in sent.items():
        day = _day_of(name)
        if day is None:
            continue
        if value == LEAVE_OUT:
            skip.add(day)
        elif choice := read_choice(value):
            moved[day] = choice[1]
    return Choices(frozenset(skip), moved)


def lines_of(
    planned: Sequence[PlannedDate], asked: Sequence[DateConflict], choices: Choices, zone: ZoneInfo
) -> list[PlanLine]:
    """`asked` are the conflicts that the page has put the question about, answered by now or not."""
    about = {one.date: one for one in asked} | {one.date: one.conflict for one in planned if one.conflict}
    return [_line(one, about.get(one.date), choices, zone) for one in planned]


def rule_words(first: datetime, zone: ZoneInfo, every_weeks: int) -> str:
    """`Tuesdays at 3:00 pm`, as the series' own clock has it."""
    weekday = f"{first.astimezone(zone):%A}"
    days = (
        f"{weekday}s"
        if every_weeks == 1
        else f"Every {_ORDINALS.get(every_weeks, f'{every_weeks}th')} {weekday}"
    )
    return f"{days} at {clock(first, zone)}"


def times(count: int) -> str:
    """`twelve times`."""
    return f"{in_words(count)} times"


def in_the_way(planned: Sequence[PlannedDate]) -> str:
    """`One date is taken: 2 March.`, or that all are free."""
    wrong = [one for one in planned if one.conflict]
    if not wrong:
        return (
            "Every date is free." if not any(one.left_out for one in planned) else "The other dates are free."
        )
    alike = {one.conflict.code for one in wrong if one.conflict} == {"slot_taken"}
    said = "taken" if alike else "not possible"
    days = _listed([f"{one.date.day} {one.date:%B}" for one in wrong])
    if len(wrong) == 1:
        return f"One date is {said}: {days}."
    return f"{in_words(len(wrong)).capitalize()} dates are {said}: {days}."


_ORDINALS = {2: "second", 3: "third"}


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _day_of(name: str) -> date | None:
    prefix, _, day = name.partition("-")
    try:
        return date.fromisoformat(day) if prefix == "on" else None
    except ValueError:
        return None


def _line(one: PlannedDate, asked: DateConflict | None, choices: Choices, zone: ZoneInfo) -> PlanLine:
    why = "" if one.conflict is None else WHY.get(one.conflict.code, "Not possible")
    return PlanLine(
        field_of(one.date),
        one.date,
        one.starts_at,
        one.ends_at,
        why,
        _options(asked, choices, zone) if asked else (),
        one.left_out,
        one.moved,
        bool(one.set_aside),
    )


def _options(asked: DateConflict, choices: Choices, zone: ZoneInfo) -> tuple[Option, ...]:
    others = sorted(asked.alternatives, key=lambda slot: slot.starts_at)
    moved = choices.moved.get(asked.date)
    found = [
        Option(
            write_choice(slot.practitioner_id, slot.starts_at),
            f"{short_day(slot.starts_at, zone)}, {clock(slot.starts_at, zone)}",
            slot.starts_at == moved,
        )
        for slot in others
    ]
    return (*found, Option(LEAVE_OUT, "Leave it out", asked.date in choices.skip))
