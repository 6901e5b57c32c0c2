"""Judges: ical.js (Thunderbird's), node-ical, libical (Evolution's) and our own reader agree with us.

On every instant of 18 months. Every zone has a weekly rule with a date moved, one moved over a change of the
clocks, one cancelled.
"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from scheduling.calendars.events import Dated, Series
from scheduling.calendars.render import Sheet, render
from scheduling.calendars.zones import vtimezone
from scheduling.recurrence import Change, WeeklyRule, lenient_local
from tests.calendar_reader import instants, read_calendar
from tests.js_readers import Told, instants_by_others, instants_of_walls
from tests.libical import LibIcal
from tests.node import Node
from tests.unit.test_calendar_files_tell_every_instant import (
    FROM,
    TO,
    ZONES,
    a_series,
    an_entry,
    meant,
)
from tests.unit.test_vtimezones_agree_with_zoneinfo import ZONES as EVERY_ZONE
from tests.unit.test_vtimezones_agree_with_zoneinfo import read

LAST_OF_ICAL_JS = datetime(2035, 1, 1, tzinfo=UTC)
"""It expands rules of zones no further (Timezone._maximumExpansionYear)."""
NEAR = timedelta(hours=36)
FIRST = date(2026, 10, 5)


def a_year_of(zone: str, minute: int, weekday: int) -> Series:
    rule = WeeklyRule(zone, weekday, minute, 90, FIRST, date(2028, 6, 30))
    due = FIRST + timedelta(days=(weekday - FIRST.weekday()) % 7)
    moved = Change(due + timedelta(weeks=9), new_date=due + timedelta(weeks=9, days=1), new_minute=600)
    across = Change(due + timedelta(weeks=22), new_date=due + timedelta(weeks=26))
    return a_series(
        rule, moved, across, Change(due + timedelta(weeks=10), cancelled=True), uid=f"{zone}-{minute}"
    )


def follow_ups_in(zone: str) -> tuple[Series, Told]:
    """A member's series: its exceptions are told as instants. And what is meant by it."""
    rule = WeeklyRule(zone, 0, 17 * 60, 50, date(2026, 12, 7), date(2027, 11, 29), interval=2)
    days = [rule.first + timedelta(weeks=2 * number) for number in range(26)]
    elsewhere = {day: lenient_local(day + timedelta(days=1), 9 * 60, ZoneInfo(zone)) for day in days[8:10]}
    dated = tuple(Dated(day, at, at + timedelta(minutes=50)) for day, at in elsewhere.items())
    gone = Change(days[5], cancelled=True)
    kept = [day for day in days if day != days[5]]
    starts = [elsewhere.get(day) or lenient_local(day, rule.minute_of_day, ZoneInfo(zone)) for day in kept]
    told = sorted((f"own-{zone}", at, at + timedelta(minutes=50)) for at in starts)
    return a_series(rule, gone, uid=f"own-{zone}", dated=dated), told


@pytest.fixture
def calendars() -> dict[str, tuple[bytes, Told]]:
    """What we write for each zone, and what we mean by it."""
    made = {}
    for number, zone in enumerate(ZONES):
        weekly = [a_year_of(zone, 19 * 60, number % 7), a_year_of(zone, 6 * 60 + 30, (number + 3) % 7)]
        own, told = follow_ups_in(zone)
        entry = an_entry(uid=f"single-{zone}")
        content = render(Sheet(f"Dates, {zone}", (entry,), (*weekly, own)))
        all_told = [*meant(weekly[0]), *meant(weekly[1]), *told, (entry.uid, entry.starts_at, entry.ends_at)]
        made[zone] = content, sorted(all_told)
    return made


def test_every_reader_sees_every_instant_as_we_mean_it(
    node: Node, libical: LibIcal, calendars: dict[str, tuple[bytes, Told]], tmp_path: Path
) -> None:
    told = instants_by_others(node, {name: one for name, (one, _) in calendars.items()}, FROM, TO, tmp_path)
    for name, (content, ours) in calendars.items():
        assert len(ours) > 170
        assert instants(read_calendar(content), FROM, TO) == ours, name
        assert libical.instants(content, FROM, TO) == ours, name
        for reader, theirs in told[name].items():
            assert sorted(theirs) == ours, (name, reader)


def test_ical_js_makes_the_right_instant_of_every_local_time_in_every_zone(
    node: Node, tmp_path: Path
) -> None:
    """A day and a half before and after each change: in its hours programs differ."""
    asked, ours = {}, {}
    for name in EVERY_ZONE:
        changes = [at for at, _ in read(name) if datetime(2020, 2, 1, tzinfo=UTC) < at < LAST_OF_ICAL_JS]
        times = [at + nudge for at in changes for nudge in (-NEAR, NEAR)] or [
            datetime(2026, 7, 1, tzinfo=UTC)
        ]
        ours[name] = times
        text = "\r\n".join(
            ("BEGIN:VCALENDAR", "BEGIN:VTIMEZONE", *vtimezone(name), "END:VTIMEZONE", "END:VCALENDAR")
        )
        walls = [f"{at.astimezone(ZoneInfo(name)):%Y-%m-%dT%H:%M:%S}" for at in times]
        asked[name] = {"calendar": text, "walls": walls}
    assert instants_of_walls(node, asked, tmp_path) == ours
