"""A booked series as pages show it: its rule in words, and each date with its state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from auth.permissions import allow
from foundation.timewords import clock, day, local_date
from scheduling.appointments import Appointment
from scheduling.series import find_series, series_appointments
from scheduling.series_dates import is_ahead, original_day
from scheduling.series_records import Series
from scheduling.series_refusals import UnknownSeries
from scheduling.services import Service
from web.appointment_words import Badge, badge_for
from web.context import actor, now, viewer_zone
from web.series_words import rule_words


@dataclass(frozen=True)
class DateLine:
    """One date; `original` is the local date by which the series knows it, `was` says where it would be."""

    id: str
    number: int
    original: date
    starts_at: datetime
    ends_at: datetime
    badge: Badge
    is_ahead: bool
    is_regular: bool
    was: str = ""


@dataclass(frozen=True)
class SeriesView:
    """`rule` is by the viewer's clock, `clock_there` by the series' own; `other_name` is the other side's."""

    series: Series
    service: Service
    rule: str
    clock_there: str
    zone: ZoneInfo
    own: bool
    other_name: str
    lines: tuple[DateLine, ...]

    @property
    def ahead(self) -> list[DateLine]:
        return [line for line in self.lines if line.is_ahead]

    @property
    def changeable(self) -> list[DateLine]:
        """From which dates on all that follow can change."""
        return [line for line in self.ahead if line.is_regular]


def seen_series(session: Session, series_id: str, permission: str) -> Series:
    """A member's series that the actor takes part in. Raises UnknownSeries, NotYours."""
    series = find_series(session, series_id)
    if series.member_id is None:
        raise UnknownSeries
    allow(actor(), permission, series)
    return series


def view_of(session: Session, series: Series) -> SeriesView:
    """As whoever looks sees it."""
    rows, zone = series_appointments(session, series.id), ZoneInfo(series.timezone)
    own = actor().person_id == series.member_id
    other = rows[0].practitioner if own else rows[0].member
    lines = tuple(_line(number, one, own=own) for number, one in enumerate(rows, start=1))
    newest = _newest(rows)
    return SeriesView(
        series,
        rows[0].service,
        rule_words(newest, viewer_zone(), series.every_weeks),
        clock(newest, zone),
        zone,
        own,
        other.name,
        lines,
    )


def _newest(rows: Sequence[Appointment]) -> datetime:
    """A time that the rule, as it is from now on, gives."""
    regular = [one for one in rows if not one.exception]
    coming = next((one for one in regular if is_ahead(one, now())), None)
    shown = coming or (regular or list(rows))[-1]
    return shown.starts_at


def _line(number: int, one: Appointment, *, own: bool) -> DateLine:
    moved = one.exception and not one.is_cancelled
    return DateLine(
        one.id,
        number,
        original_day(one),
        one.starts_at,
        one.ends_at,
        badge_for(one, own=own, now=now()),
        is_ahead(one, now()),
        not one.exception,
        _was(one) if moved else "",
    )


def _was(one: Appointment) -> str:
    original = original_day(one)
    same_day = local_date(one.starts_at, viewer_zone()) == original
    return "Another time than usual." if same_day else f"Instead of {day(original, viewer_zone())}."
