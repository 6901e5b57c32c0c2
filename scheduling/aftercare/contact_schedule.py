"""When a plan's contacts are due, as local days counted from the day of discharge. Pure.

Longer contact, and reaching out oneself, do better than waiting to be called (PMC3840113, PMC7813220).
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

STAFF_KINDS = frozenset({"call", "follow_up", "checkup"})
OWN_KINDS = frozenset({"check_in", "measure"})
KINDS = (*sorted(STAFF_KINDS), *sorted(OWN_KINDS), "group")
_BETWEEN_DAYS = 2


@dataclass(frozen=True)
class ContactLine:
    """One rhythm of a schedule: from day `first` to day `last`, every so many days; once when `every` is 0.

    Each is due on its day and may be done within `window` days after it. With `booked` an appointment is
    made for it at once. `code` is the measure's, where it is one.
    """

    kind: str
    first: int
    last: int = 0
    every: int = 0
    window: int = 0
    booked: bool = False
    code: str = ""

    @property
    def days(self) -> range:
        return range(self.first, max(self.last, self.first) + 1, self.every or 1_000_000)

    @property
    def by_staff(self) -> bool:
        return self.kind in STAFF_KINDS

    @property
    def repeats(self) -> bool:
        return len(self.days) > 1

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class DueContact:
    """One contact of `lines[line]`, due within the local days `due_from` to `due_by`, both included."""

    kind: str
    code: str
    due_from: date
    due_by: date
    line: int

    @property
    def key(self) -> tuple[str, str, date]:
        """What tells it from every other contact of the same plan."""
        return self.kind, self.code, self.due_from


def read_lines(data: Sequence[dict[str, Any]]) -> tuple[ContactLine, ...]:
    """The lines as a template keeps them."""
    return tuple(ContactLine(**one) for one in data)


def schedule_of(
    lines: Sequence[ContactLine],
    starts_on: date,
    *,
    level: int = 0,
    today: date | None = None,
    codes: Collection[str] | None = None,
) -> list[DueContact]:
    """Every contact of these lines, by day, without what was due before `today`: nobody can do it now.

    With `codes` only these measures are asked. Stepped up (`level` 1), a call stands between any two regular
    contacts of the staff; stepped down (-1), every second one of them is left out.
    """
    found: dict[tuple[str, str, date], DueContact] = {}
    for number, line in enumerate(lines):
        for one in _dues(number, line, starts_on, level):
            is_asked = line.kind != "measure" or codes is None or line.code in codes
            if is_asked and (today is None or one.due_by >= today):
                found.setdefault(one.key, one)
    return sorted(found.values(), key=lambda one: (one.due_from, one.due_by, one.line))


def _dues(number: int, line: ContactLine, starts_on: date, level: int) -> Iterator[DueContact]:
    if line.kind == "group":
        return
    steps = level if line.by_staff and line.repeats else 0
    for count, day in enumerate(line.days):
        if steps < 0 and count % 2:
            continue
        yield _due(number, line, starts_on + timedelta(days=day))
        if steps > 0 and line.every > _BETWEEN_DAYS:
            yield _call_between(number, starts_on + timedelta(days=day + line.every // 2))


def _due(number: int, line: ContactLine, day: date) -> DueContact:
    return DueContact(line.kind, line.code, day, day + timedelta(days=line.window), number)


def _call_between(number: int, day: date) -> DueContact:
    return DueContact("call", "", day, day + timedelta(days=_BETWEEN_DAYS), number)
