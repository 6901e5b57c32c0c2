"""Reports for coordinators: seven figures of twelve months, drawn, in tables and as CSV."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from io import StringIO
from math import ceil

from defusedcsv import csv
from flask import Blueprint, abort, flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from foundation.audit import record
from foundation.house_settings import house_setting, set_house
from foundation.zones import find_zone
from scheduling.reports.hiding import SMALLEST
from scheduling.reports.report import Figure, Row, Value, make_report
from web.admin.report_words import WORDS, Words
from web.context import actor, db, now, settings
from web.guards import requires
from web.plots import Plot, Series, draw
from web.reading_trail import note_reading

blueprint = Blueprint("admin_reports", __name__, url_prefix="/admin/reports")
_PER_CENT = (0, 25, 50, 75, 100)
_HALF = 50
_STEPS = 4
HIDDEN = "hidden"
SMALLEST_CHOICES = (SMALLEST, 8, 11, 20)
"""11 is what Medicare asks of figures that leave the house (CMS cell size suppression policy)."""
_SETTING = "reports.smallest"


@dataclass(frozen=True)
class Sheet:
    """A figure as the page shows it."""

    figure: Figure
    words: Words
    plot: Plot | None

    @property
    def has_gaps(self) -> bool:
        """Whether the line goes over months that are hidden."""
        months = [row for row in self.figure.rows if row.month not in self.figure.empty]
        return any(row.values[self.figure.plotted] is None for row in months)


@blueprint.get("")
@requires("coordinator")
def show() -> str:
    smallest, figures = _look()
    sheets = [Sheet(one, WORDS[one.code], _drawn(one)) for one in figures]
    return render_template(
        "admin/reports.html", sheets=sheets, smallest=smallest, choices=SMALLEST_CHOICES, cell=cell_words
    )


@blueprint.post("")
@requires("coordinator")
def choose() -> Response:
    """From how many people on a number is shown: for everybody who reads reports here."""
    chosen = request.form.get("smallest", "")
    if chosen not in {str(one) for one in SMALLEST_CHOICES}:
        abort(400)
    with db().write() as session:
        set_house(session, _SETTING, chosen, now=now())
        record(
            session, actor=actor().person_id, action="report.smallest", kind="report", object_id="figures",
            now=now(), detail={"smallest": int(chosen)},
        )  # fmt: skip
    flash("Kept. The reports hide accordingly.")
    return redirect("/admin/reports", 303)


@blueprint.get("/figures.csv")
@requires("coordinator")
def fetch() -> Response:
    """One line for each number; taking it is noted."""
    told = StringIO()
    out = csv.writer(told)
    out.writerow(["figure", "month", "column", "value"])
    _smallest, figures = _look()
    for figure in figures:
        out.writerows(_lines(figure))
    note_reading("report.taken", "report", "figures")
    answer = make_response(told.getvalue())
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    last = figures[0].rows[-1].month
    answer.headers["Content-Disposition"] = f'attachment; filename="figures-{last:%Y-%m}.csv"'
    return answer


def cell_words(figure: Figure, row: Row, n: int) -> str:
    """As the table says it: `hidden` for few people, a dash where nobody was."""
    value = row.values[n] if n < len(row.values) else None
    if value is None:
        return "–" if _is_of_nobody(figure, row) else HIDDEN
    return f"{value:.0f} %" if figure.columns[n].endswith("%") else f"{value:g}"


def _is_of_nobody(figure: Figure, row: Row) -> bool:
    """A share of nothing is no number; the year's is of nothing when each month's is."""
    return row.month in figure.empty or (row.month is None and figure.is_of_nothing)


def _look() -> tuple[int, list[Figure]]:
    """From how many people on a number is shown, and the figures."""
    zone = find_zone(settings().timezone)
    with db().moment() as session:
        smallest = int(house_setting(session, _SETTING) or SMALLEST)
        return smallest, make_report(session, now=now(), zone=zone, smallest=smallest)


def _drawn(figure: Figure) -> Plot | None:
    """Months with something hidden are left out; the line goes on over them."""
    points = [
        (datetime.combine(row.month, time(12), tzinfo=UTC), float(value))
        for row in figure.rows
        if row.month is not None and (value := row.values[figure.plotted]) is not None
    ]
    ticks = _ticks(figure, [value for _at, value in points])
    return draw([Series(WORDS[figure.code].line, points)], ticks, find_zone("UTC"))


def _ticks(figure: Figure, values: list[float]) -> tuple[int, ...]:
    """From nought to a little above the largest, in round steps; large shares against the whole."""
    most = max(values, default=0)
    if figure.columns[figure.plotted].endswith("%") and most > _HALF:
        return _PER_CENT
    step = max(1, ceil(most / _STEPS))
    round_to = 10 ** (len(str(step)) - 1)
    step = -(-step // round_to) * round_to
    return tuple(step * n for n in range(_STEPS + 1))


def _lines(figure: Figure) -> Iterator[tuple[str, str, str, Value | str]]:
    rows = [*figure.rows, *([figure.total] if figure.total else [])]
    for row in rows:
        month = row.month.strftime("%Y-%m") if row.month else "all"
        for column, value in zip(figure.columns, row.values, strict=False):
            blank = "" if _is_of_nobody(figure, row) else HIDDEN
            yield figure.code, month, column, blank if value is None else round(value, 1)
