"""A feed says what we mean: two readers, one our own, agree with the rule on 18 months of instants."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from scheduling.calendars.events import Entry, Series
from scheduling.calendars.render import Sheet, render
from scheduling.recurrence import Change, WeeklyRule, occurrences
from tests.calendar_reader import instants, read_calendar

FROM = datetime(2026, 11, 1, tzinfo=UTC)
TO = datetime(2028, 5, 1, tzinfo=UTC)
CHANGED = datetime(2026, 11, 20, 9, 30, 15, 123, tzinfo=UTC)
ZONES = [
    "America/Los_Angeles", "America/Chicago", "America/Phoenix", "America/St_Johns", "Europe/Dublin",
    "Europe/London", "Africa/Casablanca", "Africa/Cairo", "Asia/Gaza", "Asia/Kolkata", "Australia/Lord_Howe",
    "Antarctica/Troll", "America/Santiago", "Pacific/Chatham", "America/Nuuk", "UTC",
]  # fmt: skip
FRIDAYS = WeeklyRule("America/Los_Angeles", 4, 19 * 60, 90, date(2026, 9, 4))


def a_series(rule: WeeklyRule = FRIDAYS, *changes: Change, **more: Any) -> Series:
    chosen: dict[str, Any] = {
        "uid": "fridays",
        "sequence": 3,
        "summary": "Meeting",
        "url": "https://x.example/m",
    }
    return Series(rule=rule, changes=changes, changed_at=CHANGED, **chosen | more)


def an_entry(**more: Any) -> Entry:
    starts_at = datetime(2026, 12, 1, 21, 0, tzinfo=UTC)
    chosen: dict[str, Any] = {
        "uid": "one",
        "sequence": 0,
        "summary": "Appointment",
        "url": "https://x.example/a",
    }
    return Entry(
        **chosen
        | {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=50), "changed_at": CHANGED}
        | more
    )


def meant(series: Series) -> list[tuple[str, datetime, datetime]]:
    found = occurrences(series.rule, series.changes, FROM - timedelta(days=30), TO + timedelta(days=30))
    told = [(series.uid, one.starts_at, one.ends_at) for one in found if not one.cancelled]
    return sorted(one for one in told if FROM <= one[1] < TO)


def read_with_icalendar(content: bytes) -> list[tuple[str, datetime, datetime]]:
    """The second reader: icalendar for the words, dateutil for the rule, zoneinfo for the zone."""
    found: list[tuple[str, datetime, datetime]] = []
    events: list[Any] = Calendar.from_ical(content).walk("VEVENT")
    moved = {event["recurrence-id"].dt for event in events if "recurrence-id" in event}
    for event in events:
        start, length = event["dtstart"].dt, length_of(event)
        starts = [start]
        if "rrule" in event:
            starts = list(
                rrulestr(event["rrule"].to_ical().decode(), dtstart=start).between(FROM, TO, inc=True)
            )
            starts = [one for one in starts if one not in moved and one not in excluded(event)]
        found += [(str(event["uid"]), one.astimezone(UTC), one.astimezone(UTC) + length) for one in starts]
    return sorted(one for one in found if FROM <= one[1] < TO)


def length_of(event: Any) -> timedelta:
    if "duration" in event:
        length: timedelta = event["duration"].dt
        return length
    both: timedelta = event["dtend"].dt.astimezone(UTC) - event["dtstart"].dt.astimezone(UTC)
    return both


def excluded(event: Any) -> set[datetime]:
    listed = event.get("exdate", [])
    return {one.dt for dates in (listed if isinstance(listed, list) else [listed]) for one in dates.dts}


@st.composite
def series_with_changes(draw: st.DrawFn) -> Series:
    first = date(2026, 6, 1) + timedelta(days=draw(st.integers(0, 200)))
    until = draw(st.none() | st.integers(0, 600).map(lambda days: first + timedelta(days=days)))
    # Between one and four at night clocks skip or repeat an hour, and no two programs agree on that hour.
    minute = draw(st.integers(5 * 60, 23 * 60 + 30))
    rule = WeeklyRule(
        draw(st.sampled_from(ZONES)),
        draw(st.integers(0, 6)),
        minute,
        draw(st.integers(15, 240)),
        first,
        until,
    )
    due = first + timedelta(days=(rule.weekday - first.weekday()) % 7)
    weeks = draw(st.sets(st.integers(0, 70), max_size=5))
    return a_series(rule, *(draw(change_on(due + timedelta(weeks=week))) for week in sorted(weeks)))


def change_on(day: date) -> st.SearchStrategy[Change]:
    moved = st.builds(
        Change,
        st.just(day),
        new_date=st.none() | st.integers(-3, 3).map(lambda days: day + timedelta(days=days)),
        new_minute=st.none() | st.integers(5 * 60, 23 * 60),
    )
    return moved | st.just(Change(day, cancelled=True))


@given(series_with_changes())
def test_both_readers_see_what_the_rule_means(series: Series) -> None:
    content = render(Sheet("My dates", series=(series,)))
    assert instants(read_calendar(content), FROM, TO) == meant(series)
    assert read_with_icalendar(content) == meant(series)


@given(st.datetimes(datetime(2026, 12, 1), datetime(2028, 4, 1)), st.integers(5, 480))  # noqa: DTZ001
def test_an_appointment_is_one_instant_for_every_reader(at: datetime, minutes: int) -> None:
    starts_at = at.replace(tzinfo=UTC, microsecond=0)
    ends_at = starts_at + timedelta(minutes=minutes)
    content = render(Sheet("My dates", (an_entry(starts_at=starts_at, ends_at=ends_at),)))
    assert instants(read_calendar(content), FROM, TO) == [("one", starts_at, ends_at)]
    assert read_with_icalendar(content) == [("one", starts_at, ends_at)]


def test_a_weekly_seven_o_clock_stays_seven_o_clock() -> None:
    told = instants(read_calendar(render(Sheet("x", series=(a_series(),)))), FROM, TO)
    local = {start.astimezone(ZoneInfo("America/Los_Angeles")).strftime("%a %H:%M") for _, start, _ in told}
    assert local == {"Fri 19:00"}
    assert {start.hour for _, start, _ in told} == {2, 3}


def test_a_moved_date_is_an_override_of_the_same_event() -> None:
    moved = Change(date(2026, 11, 27), new_date=date(2026, 11, 28), new_minute=600)
    series, override = read_calendar(render(Sheet("x", series=(a_series(FRIDAYS, moved),)))).all("VEVENT")
    assert override.value("UID") == series.value("UID")
    assert int(override.value("SEQUENCE")) > int(series.value("SEQUENCE"))
    assert override.zone("RECURRENCE-ID") == override.zone("DTSTART") == series.zone("DTSTART")
    assert override.value("RECURRENCE-ID") == "20261127T190000"
    assert override.value("DTSTART") == "20261128T100000"


def test_a_cancelled_date_is_left_out_and_has_no_override() -> None:
    gone = Change(date(2026, 11, 27), cancelled=True, new_minute=600)
    (series,) = read_calendar(render(Sheet("x", series=(a_series(FRIDAYS, gone),)))).all("VEVENT")
    assert series.values("EXDATE") == ["20261127T190000"]
    assert series.zone("EXDATE") == "America/Los_Angeles"


def test_a_change_of_a_day_the_rule_does_not_fall_on_is_not_told() -> None:
    stray = Change(date(2026, 11, 26), new_minute=600), Change(date(2026, 11, 25), cancelled=True)
    (series,) = read_calendar(render(Sheet("x", series=(a_series(FRIDAYS, *stray),)))).all("VEVENT")
    assert series.values("EXDATE") == []


def test_the_last_date_is_said_in_utc_and_included() -> None:
    rule = WeeklyRule("America/Los_Angeles", 4, 19 * 60, 90, date(2026, 9, 4), date(2026, 12, 4))
    calendar = read_calendar(render(Sheet("x", series=(a_series(rule),))))
    assert "UNTIL=20261205T030000Z" in calendar.all("VEVENT")[0].value("RRULE")
    assert instants(calendar, FROM, TO)[-1][1] == datetime(2026, 12, 5, 3, tzinfo=UTC)


def test_a_rule_that_ends_before_its_first_date_says_nothing() -> None:
    rule = WeeklyRule("America/Los_Angeles", 4, 19 * 60, 90, date(2026, 9, 5), date(2026, 9, 6))
    assert read_calendar(render(Sheet("x", series=(a_series(rule),)))).all("VEVENT") == []


def test_the_same_facts_give_the_same_bytes() -> None:
    sheet = Sheet("My dates", (an_entry(),), (a_series(),))
    first = render(sheet)
    assert render(Sheet("My dates", (an_entry(),), (a_series(),))) == first
    assert b"DTSTAMP:20261120T093015Z\r\nLAST-MODIFIED:20261120T093015Z" in first


def test_words_cannot_break_out_of_their_line() -> None:
    name = "Piano; with, a\\b\r\nBEGIN:VEVENT " + "ü" * 60
    content = render(Sheet(name, (an_entry(summary=name),)))
    assert len(read_calendar(content).all("VEVENT")) == 1
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert str(event["summary"]).split() == name.split()


def test_R23_every_event_is_private_and_names_nobody() -> None:
    content = render(Sheet("x", (an_entry(),), (a_series(),))).decode()
    assert content.count("CLASS:PRIVATE") == content.count("BEGIN:VEVENT") == 2
    assert not [
        word for word in ("ATTENDEE", "ORGANIZER", "DESCRIPTION", "LOCATION", "METHOD") if word in content
    ]


def test_programs_are_told_the_name_and_how_often_to_look() -> None:
    calendar = read_calendar(render(Sheet("My dates")))
    hints = [calendar.value(name) for name in ("NAME", "X-WR-CALNAME", "REFRESH-INTERVAL", "X-PUBLISHED-TTL")]
    assert hints == ["My dates", "My dates", "PT1H", "PT1H"]
