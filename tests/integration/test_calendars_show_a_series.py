"""A series in calendars: one event that repeats, and the same UID for whatever is different about a date."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from itertools import pairwise
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar

from auth.people import Person
from foundation.database import Database
from foundation.settings import Settings
from scheduling.appointments import cancel, move
from scheduling.calendars.agenda import feed_sheet
from scheduling.calendars.feeds import FeedKind, create_feed
from scheduling.calendars.render import render as render_feed
from scheduling.series_changes import cancel_following, change_following
from scheduling.series_dates import series_appointments
from scheduling.series_records import Series
from tests.builders.mailed import render
from tests.builders.post import owed
from tests.builders.scheduling import a_booking
from tests.builders.series import DECEMBER, FEB_15, FEB_22, MARCH_1, MONDAYS, Practice, at, dates_of
from tests.calendar_reader import Part, instants, read_calendar

ORIGIN = "https://evenside.example"


@pytest.fixture
def practice(database: Database) -> Practice:
    with database.write() as session:
        return Practice(session)


@pytest.fixture
def case_9(database: Database, practice: Practice) -> Series:
    """Weekly Monday 17:00 from 2027-01-04; 02-15 moved to 02-16, 02-22 cancelled; from 03-01 at 18:00."""
    with database.write() as session:
        series = practice.series(session, MONDAYS)
        rows = dates_of(session, series)
        given: dict[str, Any] = {"by": practice.dana.id, "now": DECEMBER}
        move(session, rows[FEB_15].id, at(2027, 2, 16, 17), revision=0, **given)
        cancel(session, rows[FEB_22].id, **given)
        change_following(session, series.id, MARCH_1, at(2027, 3, 1, 18), **given)
    return series


def feed(database: Database, person: Person, kind: FeedKind = FeedKind.MEMBER) -> bytes:
    with database.write() as session:
        made, _ = create_feed(session, owner_id=person.id, kind=kind, now=DECEMBER)
        return render_feed(feed_sheet(session, made.showing, origin=ORIGIN, now=DECEMBER))


def live(database: Database, series: Series) -> list[tuple[datetime, datetime]]:
    with database.read() as session:
        rows = series_appointments(session, series.id)
    return sorted((one.starts_at, one.ends_at) for one in rows if not one.is_cancelled)


def expanded(content: bytes) -> list[tuple[datetime, datetime]]:
    found = instants(read_calendar(content), at(2026, 11, 1), at(2027, 12, 1))
    return sorted((start, end) for _, start, end in found)


def test_case_9_the_feed_keeps_one_uid_and_tells_each_exception(
    database: Database, practice: Practice, case_9: Series
) -> None:
    calendar = read_calendar(feed(database, practice.ana))
    master, *overrides = calendar.all("VEVENT")
    assert {one.value("UID") for one in (master, *overrides)} == {case_9.uid}
    assert master.value("RRULE") == "FREQ=WEEKLY;UNTIL=20270322T210000Z;BYDAY=MO"
    assert (master.value("DTSTART"), master.zone("DTSTART")) == ("20270104T170000", "America/New_York")
    assert master.values("EXDATE") == ["20270222T170000"]
    assert [one.value("RECURRENCE-ID") for one in overrides] == [
        f"2027{day}T170000" for day in ("0215", "0301", "0308", "0315", "0322")
    ]
    sequences = [int(one.value("SEQUENCE")) for one in (master, *overrides)]
    assert sequences == [3, 4, 4, 4, 4, 4]


def test_case_9_two_readers_see_what_takes_place(
    database: Database, practice: Practice, case_9: Series
) -> None:
    content = feed(database, practice.ana)
    assert expanded(content) == live(database, case_9)
    assert [start for start, _ in live(database, case_9)] == read_with_dateutil(content)


def test_a_therapists_feed_tells_initials_and_single_appointments_beside_it(
    database: Database, practice: Practice, case_9: Series
) -> None:
    with database.write() as session:
        single = a_booking(session, at(2027, 1, 5, 10), now=DECEMBER, **practice.with_ben)
    content = feed(database, practice.dana, FeedKind.PRACTITIONER)
    assert expanded(content) == sorted([*live(database, case_9), (single.starts_at, single.ends_at)])
    summaries = {one.value("SUMMARY") for one in read_calendar(content).all("VEVENT")}
    assert summaries == {"Appointment (AR)", "Appointment (BO)"}
    assert b"Ana" not in content


def test_a_date_left_out_from_the_start_is_left_out_of_the_calendar(
    database: Database, practice: Practice
) -> None:
    with database.write() as session:
        series = practice.series(session, MONDAYS, skip=frozenset({FEB_22}), every_weeks=1)
        fortnights = practice.series(session, at(2027, 1, 5, 9), count=4, every_weeks=2)
    content = feed(database, practice.ana)
    assert expanded(content) == sorted([*live(database, series), *live(database, fortnights)])


def test_the_mail_about_a_series_puts_all_of_it_into_the_calendar(
    database: Database, practice: Practice, settings: Settings
) -> None:
    with database.write() as session:
        series = practice.series(session, MONDAYS)
    mails = sent(database, settings, "series.booked")
    assert {str(one["To"]) for one in mails} == {practice.ana.email, practice.dana.email}
    for mail in mails:
        method, content = enclosure(mail)
        assert method == "REQUEST"
        assert expanded(content) == live(database, series)
        assert str(mail["Subject"]) == "Your appointments are booked"
        assert not {"Ana", "Ruiz"} & set(text_of(mail).replace(",", " ").split())
    to_ana = next(one for one in mails if str(one["To"]) == practice.ana.email)
    assert text_of(to_ana).count("Chicago (CST)") == 10
    assert text_of(to_ana).count("Chicago (CDT)") == 2
    assert "With Dana, by video." in text_of(to_ana)


def test_case_9_the_mail_about_one_date_names_the_series_and_the_original_time(
    database: Database, practice: Practice, settings: Settings
) -> None:
    with database.write() as session:
        series = practice.series(session, MONDAYS)
        one = dates_of(session, series)[FEB_15]
        move(session, one.id, at(2027, 2, 16, 17), revision=0, by=practice.dana.id, now=DECEMBER)
    for mail in sent(database, settings, "appointment.moved"):
        method, content = enclosure(mail)
        (event,) = read_calendar(content).all("VEVENT")
        assert (method, event.value("UID"), event.value("SEQUENCE")) == ("REQUEST", series.uid, "2")
        assert event.value("RECURRENCE-ID") == "20270215T170000"
        assert event.value("DTSTART") == "20270216T220000Z"
    with database.write() as session:
        cancel(session, dates_of(session, series)[FEB_22].id, by=practice.ana.id, now=DECEMBER)
    for mail in sent(database, settings, "appointment.cancelled"):
        method, content = enclosure(mail)
        (event,) = read_calendar(content).all("VEVENT")
        assert (method, event.value("UID"), event.value("SEQUENCE")) == ("CANCEL", series.uid, "3")
        assert event.value("RECURRENCE-ID") == "20270222T170000"


def test_case_9_the_mail_about_what_follows_is_one_and_whole(
    database: Database, case_9: Series, settings: Settings
) -> None:
    mails = sent(database, settings, "series.changed")
    assert len(mails) == 2
    for mail in mails:
        method, content = enclosure(mail)
        assert (method, expanded(content)) == ("REQUEST", live(database, case_9))
        assert "They are now at:" in text_of(mail)
        assert "15 February" not in text_of(mail)


def test_the_mail_about_the_end_of_a_series_leaves_what_was(
    database: Database, practice: Practice, case_9: Series, settings: Settings
) -> None:
    with database.write() as session:
        cancel_following(session, case_9.id, MARCH_1, by=practice.ana.id, now=DECEMBER)
    for mail in sent(database, settings, "series.cancelled"):
        method, content = enclosure(mail)
        assert (method, expanded(content)) == ("REQUEST", live(database, case_9))
        assert "These appointments are cancelled." in text_of(mail)
    with database.write() as session:
        cancel_following(session, case_9.id, MONDAYS.date(), by=practice.ana.id, now=DECEMBER)
    mails = sent(database, settings, "series.cancelled")[-2:]
    assert [enclosure(mail)[0] for mail in mails] == ["CANCEL", "CANCEL"]
    assert read_calendar(feed(database, practice.ana)).all("VEVENT") == []


def test_sequences_never_fall_from_one_word_to_the_next(
    database: Database, practice: Practice, settings: Settings
) -> None:
    """For each date, whatever was said of it later has a number at least as high."""
    with database.write() as session:
        series = practice.series(session, MONDAYS)
    said = [feed(database, practice.ana)]
    for act in acts(practice, series):
        with database.write() as session:
            act(session)
        said.append(feed(database, practice.ana))
    numbers = [numbers_of(read_calendar(content)) for content in said]
    for before, after in pairwise(numbers):
        assert all(after[day] >= number for day, number in before.items() if day in after)
        assert after["master"] > before["master"]


def acts(practice: Practice, series: Series) -> list[Callable[[Any], object]]:
    given: dict[str, Any] = {"by": practice.dana.id, "now": DECEMBER}
    return [
        lambda s: move(s, dates_of(s, series)[FEB_15].id, at(2027, 2, 16), revision=0, **given),
        lambda s: move(s, dates_of(s, series)[FEB_15].id, at(2027, 2, 17), revision=1, **given),
        lambda s: change_following(s, series.id, MARCH_1, at(2027, 3, 1, 18), **given),
        lambda s: cancel(s, dates_of(s, series)[FEB_22].id, **given),
        lambda s: change_following(s, series.id, FEB_22 + timedelta(weeks=2), at(2027, 3, 9, 9), **given),
    ]


def numbers_of(calendar: Part) -> dict[str, int]:
    return {
        one.value("RECURRENCE-ID") or "master": int(one.value("SEQUENCE")) for one in calendar.all("VEVENT")
    }


def sent(database: Database, settings: Settings, kind: str) -> list[EmailMessage]:
    """What the worker would send of that kind now."""
    with database.read() as session:
        mails = [render(session, one, settings, now=DECEMBER) for one in owed(session, [kind])]
    return [mail for mail in mails if mail is not None]


def enclosure(mail: EmailMessage) -> tuple[str, bytes]:
    part = next(one for one in mail.walk() if one.get_content_type() == "text/calendar")
    content = part.get_content()
    return str(part.get_param("method")), content.replace("\r\n", "\n").replace("\n", "\r\n").encode()


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def read_with_dateutil(content: bytes) -> list[datetime]:
    """The starts as icalendar and dateutil see them: the rule without EXDATEs and overridden dates."""
    master, *overrides = Calendar.from_ical(content).walk("VEVENT")
    weekly: Any = master["RRULE"]
    left_out: Any = master["EXDATE"]
    rule = rrulestr(str(weekly.to_ical(), "ascii"), dtstart=master.decoded("DTSTART"))
    out = {left_out.dts[0].dt} | {one.decoded("RECURRENCE-ID") for one in overrides}
    regular = [one.astimezone(UTC) for one in rule if one not in out]
    return sorted([*regular, *(one.decoded("DTSTART") for one in overrides)])
