"""The report: each figure as a table of months, with nothing in it that points at a few people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from scheduling.reports import counting
from scheduling.reports.counting import Visits, Waits
from scheduling.reports.hiding import SMALLEST, Rate, shown_counts, shown_rates
from scheduling.reports.months import Month, months_before

Value = float | int | None


@dataclass(frozen=True)
class Row:
    """One month, or the year with `month` None. `values` go with the figure's columns; None is hidden."""

    month: date | None
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Figure:
    """`plotted` is the column that is drawn. Numbers in a column whose name ends in % are per cent.

    A month in which nothing happened has zeros, and None in its %: `empty` tells such months apart.
    """

    code: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    total: Row | None
    plotted: int
    empty: frozenset[date] = frozenset()

    @property
    def is_of_nothing(self) -> bool:
        """Whether nothing of it happened in the whole year."""
        return len(self.empty) == len(self.rows)


def make_report(session: Session, *, now: datetime, zone: ZoneInfo, smallest: int = SMALLEST) -> list[Figure]:
    """The twelve months that are over, by the clinic's calendar `zone`."""
    months = months_before(now, zone)
    week, month = (counting.followed_up(session, months, days, now=now) for days in (7, 30))
    return [
        _visits(months, counting.visits(session, months), smallest),
        _rate(
            "missed", ("Missed", "Sessions", "Missed %"), months, counting.missed(session, months), smallest
        ),
        _rate("filled", ("Taken", "Seats", "Filled %"), months, counting.filled(session, months), smallest),
        _waits(months, counting.waits(session, months), smallest),
        _rate("within_7", ("Seen", "Plans begun", "Seen %"), months, week, smallest, month),
        _rate("within_30", ("Seen", "Plans begun", "Seen %"), months, month, smallest),
        _rate("completed", ("Made", "Due", "Made %"), months, counting.completed(session, months), smallest),
    ]


def _visits(months: Sequence[Month], found: Sequence[Visits], smallest: int) -> Figure:
    people = [one.people for one in found]
    column = shown_counts([one.visits for one in found], people, smallest)
    rows = [
        Row(month.first, (came, None if came is None else known))
        for month, came, known in zip(months, column.cells, people, strict=True)
    ]
    empty = frozenset(month.first for month, one in zip(months, found, strict=True) if not one.visits)
    return Figure("visits", ("Visits", "People"), tuple(rows), Row(None, (column.total,)), 0, empty)


def _rate(
    code: str,
    columns: tuple[str, str, str],
    months: Sequence[Month],
    rates: Sequence[Rate],
    smallest: int,
    within: Sequence[Rate] | None = None,
) -> Figure:
    shown, year = shown_rates(rates, smallest, within)
    rows = tuple(
        Row(month.first, (one.part, one.whole, one.share)) for month, one in zip(months, shown, strict=True)
    )
    empty = frozenset(month.first for month, one in zip(months, rates, strict=True) if not one.whole)
    return Figure(code, columns, rows, Row(None, (year.part, year.whole, year.share)), 2, empty)


def _waits(months: Sequence[Month], found: Sequence[Waits], smallest: int) -> Figure:
    """Medians are no sums: a hidden month hides nothing else. How many there were is in “missed”."""
    rows = [
        Row(month.first, (None, None) if one.people < smallest else (round(one.half, 1), round(one.most, 1)))
        for month, one in zip(months, found, strict=True)
    ]
    empty = frozenset(month.first for month, one in zip(months, found, strict=True) if not one.sessions)
    return Figure("waits", ("Half within, days", "Nine in ten, days"), tuple(rows), None, 0, empty)
