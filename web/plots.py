"""Small plots drawn on the server: where lines, marks, ticks and dates stand in a box of 300 by 190. Pure.

components/plot.html writes them as SVG. A plot never stands alone: a table beside it has every number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

LEFT, RIGHT, TOP, BOTTOM = 24.0, 250.0, 16.0, 160.0
_INSET = 8.0
_NAMES_APART = 14.0
_LABELS_APART = 11.0
_FEWEST = 2


@dataclass(frozen=True)
class Series:
    """A line with its name: values at instants, the oldest first."""

    name: str
    points: Sequence[tuple[datetime, float]]


@dataclass(frozen=True)
class Curve:
    """The first of a plot is solid with round marks, the second dashed with square ones."""

    name: str
    path: str
    marks: tuple[tuple[float, float], ...]
    name_y: float


@dataclass(frozen=True)
class Plot:
    """`ticks` are (y, label), `dates` (x, label, anchor); `told` says in words what the drawing shows."""

    curves: tuple[Curve, ...]
    ticks: tuple[tuple[float, str], ...]
    dates: tuple[tuple[float, str, str], ...]
    told: str


def draw(series: Sequence[Series], ticks: Sequence[int], zone: ZoneInfo) -> Plot | None:
    """None with fewer than two points: one number needs no drawing. `ticks` name the range of the values."""
    instants = sorted({at for line in series for at, _value in line.points})
    if len(instants) < _FEWEST:
        return None
    shown = _apart(ticks)
    curves = [_curve(line, instants, ticks) for line in series if line.points]
    return Plot(
        curves=tuple(_names_apart(curves)),
        ticks=tuple((_y(tick, ticks), str(tick)) for tick in shown),
        dates=_dates(instants, zone),
        told=" ".join(_told(line) for line in series if line.points),
    )


def _curve(line: Series, instants: Sequence[datetime], ticks: Sequence[int]) -> Curve:
    marks = tuple((_x(at, instants), _y(value, ticks)) for at, value in line.points)
    path = "M" + "L".join(f"{x:g} {y:g}" for x, y in marks)
    return Curve(line.name, path, marks, marks[-1][1] + 4)


def _x(at: datetime, instants: Sequence[datetime]) -> float:
    width = (instants[-1] - instants[0]).total_seconds()
    share = (at - instants[0]).total_seconds() / width
    return round(LEFT + _INSET + share * (RIGHT - LEFT - 2 * _INSET), 1)


def _y(value: float, ticks: Sequence[int]) -> float:
    low, high = min(ticks), max(ticks)
    return round(BOTTOM - (value - low) / (high - low) * (BOTTOM - TOP), 1)


def _apart(ticks: Sequence[int]) -> list[int]:
    """From the top down, leaving out what would be written over another."""
    kept: list[int] = []
    for tick in sorted(ticks, reverse=True):
        if not kept or _y(tick, ticks) - _y(kept[-1], ticks) >= _LABELS_APART:
            kept.append(tick)
    return kept


def _names_apart(curves: list[Curve]) -> list[Curve]:
    """Two lines that end at one height have their names one above the other."""
    placed: list[Curve] = []
    for curve in sorted(curves, key=lambda one: one.name_y):
        y = round(max(curve.name_y, placed[-1].name_y + _NAMES_APART), 1) if placed else curve.name_y
        placed.append(Curve(curve.name, curve.path, curve.marks, y))
    return sorted(placed, key=lambda one: [line.name for line in curves].index(one.name))


def _dates(instants: Sequence[datetime], zone: ZoneInfo) -> tuple[tuple[float, str, str], ...]:
    first, last = instants[0].astimezone(zone), instants[-1].astimezone(zone)
    with_year = first.year != last.year
    ends = [(LEFT, first, "start"), (RIGHT, last, "end")]
    return tuple(
        (x, f"{at.day} {at:%b}{f' {at.year}' if with_year else ''}", anchor) for x, at, anchor in ends
    )


def _told(line: Series) -> str:
    values = [value for _at, value in line.points]
    spread = "" if len(set(values)) == 1 else f", between {min(values):g} and {max(values):g}"
    return f"{line.name}: from {values[0]:g} to {values[-1]:g}{spread}."
