"""How one measure went for one member, as a plot and a table: for their own page and for staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from scheduling.aftercare.measures.catalogue import measures
from scheduling.aftercare.measures.history import SHOWN, Sitting, codes_answered, sittings_of
from scheduling.aftercare.measures.measure import CHECK_IN, Item, Kind, Measure
from scheduling.aftercare.measures.scoring import said
from web.plots import Plot, Series, draw

EVERYTHING = 1000
_TICKS = 5


@dataclass(frozen=True)
class Row:
    """One sitting: its numbers and words in the order of the columns."""

    response_id: str
    at: datetime
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Trend:
    """`rows` the newest first. `columns` are (heading, whether numbers stand there)."""

    measure: Measure
    last: Sitting
    plot: Plot | None
    columns: tuple[tuple[str, bool], ...]
    rows: tuple[Row, ...]
    is_cut: bool

    @property
    def is_check_in(self) -> bool:
        return self.measure.code == CHECK_IN


def trends_of(session: Session, member_id: str, zone: ZoneInfo) -> list[Trend]:
    """Of every measure that was answered, the check-in first."""
    codes = sorted(codes_answered(session, member_id), key=lambda code: (code != CHECK_IN, code))
    made = [trend_of(session, member_id, code, zone) for code in codes]
    return [one for one in made if one is not None]


def trend_of(
    session: Session, member_id: str, code: str, zone: ZoneInfo, *, most: int = SHOWN
) -> Trend | None:
    """None where nothing was sent, or the clinic has put the measure away."""
    measure = measures().get(code)
    sittings = sittings_of(session, member_id, code, most=most + 1)
    if measure is None or not sittings:
        return None
    shown = sittings[-most:]
    return Trend(
        measure=measure,
        last=shown[-1],
        plot=draw(_series(measure, shown), _ticks(measure), zone),
        columns=_columns(measure),
        rows=tuple(_row(measure, one) for one in reversed(shown)),
        is_cut=len(sittings) > most,
    )


def _series(measure: Measure, sittings: Sequence[Sitting]) -> list[Series]:
    return [
        Series(
            line.name, [(one.score.at, _value(one, line.item)) for one in sittings if _has(one, line.item)]
        )
        for line in measure.lines
    ]


def _has(sitting: Sitting, item: str) -> bool:
    return not item or item in sitting.points


def _value(sitting: Sitting, item: str) -> int:
    return sitting.points[item] if item else sitting.score.value


def _ticks(measure: Measure) -> list[int]:
    """Where a score changes its band; for single questions, even steps over what can be answered."""
    asked = [measure.item(line.item) for line in measure.lines if line.item]
    if not asked:
        return [*(band.start for band in measure.bands), measure.highest]
    points = [one.points for item in asked for one in item.options]
    low, high = min(points), max(points)
    step = max(1, (high - low) // _TICKS)
    return [*range(low, high, step), high]


def _columns(measure: Measure) -> tuple[tuple[str, bool], ...]:
    numbers = [(line.name, True) for line in measure.lines]
    words = [(_heading(item), False) for item in _beside(measure)]
    return (*numbers, *(words or [("Called", False)]))


def _row(measure: Measure, sitting: Sitting) -> Row:
    numbers = [str(_value(sitting, line.item)) if _has(sitting, line.item) else "" for line in measure.lines]
    words = [said(item, str(sitting.points.get(item.id, ""))) for item in _beside(measure)]
    return Row(sitting.response_id, sitting.score.at, (*numbers, *(words or [sitting.score.band])))


def _beside(measure: Measure) -> list[Item]:
    """What a table of single questions says in words, such as sleep."""
    drawn = {line.item for line in measure.lines if line.item}
    return [item for item in measure.items if drawn and item.kind is Kind.CHOICE and item.id not in drawn]


def _heading(item: Item) -> str:
    return item.id.replace("_", " ").replace("-", " ").capitalize()
