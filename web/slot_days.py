"""Slots as a person reads them: day by day, in their own zone. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from foundation.timewords import clock

State = Literal["free", "chosen", "taken", "own"]
_VALUE = "%Y%m%dT%H%MZ"
_SATURDAY = 5


class Free(Protocol):
    """Time that can be booked with one practitioner (scheduling.openings.Slot)."""

    @property
    def practitioner_id(self) -> str: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...


@dataclass(frozen=True)
class SlotChoice:
    """One button of the picker. `value` is what its form sends, see `read_choice`."""

    practitioner_id: str
    starts_at: datetime
    label: str
    state: State = "free"

    @property
    def value(self) -> str:
        return write_choice(self.practitioner_id, self.starts_at)


@dataclass(frozen=True)
class Day:
    """A calendar day of the viewer and what is free on it, earliest first."""

    date: date
    choices: tuple[SlotChoice, ...]


@dataclass(frozen=True)
class Marked:
    """A slot that is shown in another way: kept for the viewer, just lost, or the one they have now."""

    practitioner_id: str
    starts_at: datetime
    state: State


def days_of(
    slots: Iterable[Free], first: date, last: date, zone: ZoneInfo, marks: Sequence[Marked] = ()
) -> list[Day]:
    """The dates `first` to `last` of `zone`; a Saturday or Sunday only where a weekend has something."""
    by_date: dict[date, dict[datetime, SlotChoice]] = {}
    for slot in slots:
        _put(by_date, SlotChoice(slot.practitioner_id, slot.starts_at, clock(slot.starts_at, zone)), zone)
    for mark in marks:
        choice = SlotChoice(mark.practitioner_id, mark.starts_at, clock(mark.starts_at, zone), mark.state)
        _put(by_date, choice, zone)
    dates = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    weekend = any(one.weekday() >= _SATURDAY for one in dates if one in by_date)
    shown = [one for one in dates if weekend or one.weekday() < _SATURDAY]
    return [Day(one, _in_order(by_date.get(one, {}), zone)) for one in shown]


def write_choice(practitioner_id: str, starts_at: datetime) -> str:
    """`k3...x.20261201T2300Z`, always in UTC."""
    return f"{practitioner_id}.{starts_at.astimezone(UTC):{_VALUE}}"


def read_choice(value: str) -> tuple[str, datetime] | None:
    """The practitioner and the instant of a picker's button; None when it is not one."""
    practitioner_id, _, instant = value.partition(".")
    try:
        return practitioner_id, datetime.strptime(instant, _VALUE).replace(tzinfo=UTC)
    except ValueError:
        return None


def _put(by_date: dict[date, dict[datetime, SlotChoice]], choice: SlotChoice, zone: ZoneInfo) -> None:
    by_date.setdefault(choice.starts_at.astimezone(zone).date(), {})[choice.starts_at] = choice


def _in_order(choices: dict[datetime, SlotChoice], zone: ZoneInfo) -> tuple[SlotChoice, ...]:
    """Two instants that read alike (the night the clocks go back) also say which clock they mean."""
    ordered = [choices[instant] for instant in sorted(choices)]
    alike = Counter(choice.label for choice in ordered)
    return tuple(_told_apart(choice, zone) if alike[choice.label] > 1 else choice for choice in ordered)


def _told_apart(choice: SlotChoice, zone: ZoneInfo) -> SlotChoice:
    return replace(choice, label=f"{choice.label} {choice.starts_at.astimezone(zone):%Z}")
