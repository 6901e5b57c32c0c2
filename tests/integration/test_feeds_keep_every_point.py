"""The points of the calendar requirements, 1 to 13, one story each; and judges for every kind of feed.

One engine is enough here: what the engines differ in is told where feeds are read by their secret.
"""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from auth.people import Person
from foundation.database import Database
from scheduling.appointments import cancel, find_appointment, move
from scheduling.calendars.feeds import CalendarFeed, FeedKind, revoke, rotate
from scheduling.calendars.showing import Detail
from tests.builders.calendar_clinic import NEXT_18_MONTHS, Clinic, Told, sequences, stamp
from tests.builders.series import DECEMBER, FEB_15, at, dates_of
from tests.calendar_reader import Part, instants, read_calendar
from tests.conftest import Clock
from tests.js_readers import instants_by_others
from tests.libical import LibIcal
from tests.node import Node

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def clinic(database: Database, clock: Clock) -> Clinic:
    clock.set(DECEMBER)
    with database.write() as session:
        return Clinic(session)


@pytest.fixture
def hers(clinic: Clinic, database: Database) -> str:
    with database.write() as session:
        return clinic.feed(session, clinic.ana, FeedKind.MEMBER)


def made(
    database: Database, clinic: Clinic, who: Person, kind: FeedKind, detail: Detail | None = None
) -> str:
    with database.write() as session:
        return clinic.feed(session, who, kind, detail)


def read(client: FlaskClient, path: str) -> Part:
    return read_calendar(client.get(path).data)


def of_mondays(calendar: Part, clinic: Clinic) -> list[Part]:
    return [one for one in calendar.all("VEVENT") if one.value("UID") == clinic.mondays.uid]


def test_1_one_uid_for_a_series_and_all_that_is_different_in_it(
    client: FlaskClient, clinic: Clinic, hers: str
) -> None:
    master, *overrides = of_mondays(read(client, hers), clinic)
    assert master.value("RRULE") and len(overrides) == 5
    assert all(one.value("RECURRENCE-ID") for one in overrides)


def test_2_the_stamp_is_the_last_change_and_the_same_state_is_the_same_bytes(
    client: FlaskClient, clinic: Clinic, hers: str, clock: Clock
) -> None:
    first = client.get(hers).data
    stamps = {
        stamp(one.value(name))
        for one in read_calendar(first).all("VEVENT")
        for name in ("DTSTAMP", "LAST-MODIFIED")
    }
    assert stamps == {DECEMBER}
    clock.set(DECEMBER + timedelta(days=20))
    assert client.get(hers).data == first


def test_3_sequence_rises_with_each_change(
    client: FlaskClient, clinic: Clinic, hers: str, database: Database
) -> None:
    before = of_mondays(read(client, hers), clinic)
    with database.write() as session:
        row = dates_of(session, clinic.mondays)[FEB_15]
        move(session, row.id, at(2027, 2, 17, 9), revision=row.revision, by=clinic.dana.id, now=DECEMBER)
    after = of_mondays(read(client, hers), clinic)
    assert int(after[0].value("SEQUENCE")) > int(before[0].value("SEQUENCE"))
    assert min(sequences(read(client, hers))) >= 0


def test_4_what_repeats_is_local_time_in_a_true_zone(client: FlaskClient, clinic: Clinic, hers: str) -> None:
    master = of_mondays(read(client, hers), clinic)[0]
    assert (master.zone("DTSTART"), master.value("DTSTART")) == ("America/New_York", "20270104T170000")


def test_5_zones_are_rules_and_not_lists(client: FlaskClient, hers: str) -> None:
    (zone,) = read(client, hers).all("VTIMEZONE")
    assert zone.value("TZID") == "America/New_York"
    assert [one.value("RRULE")[:11] for one in zone.parts] == ["FREQ=YEARLY"] * 2
    assert b"RDATE" not in client.get(hers).data


def test_6_until_is_an_instant(client: FlaskClient, clinic: Clinic, hers: str) -> None:
    assert "UNTIL=20270322T210000Z" in of_mondays(read(client, hers), clinic)[0].value("RRULE")


def test_7_a_moved_date_is_known_by_its_old_time_and_a_cancelled_one_is_left_out(
    client: FlaskClient, clinic: Clinic, hers: str
) -> None:
    master, moved, *_ = of_mondays(read(client, hers), clinic)
    assert master.values("EXDATE") == ["20270222T170000"]
    assert (moved.value("RECURRENCE-ID"), moved.zone("RECURRENCE-ID")) == (
        "20270215T170000",
        "America/New_York",
    )
    assert int(moved.value("SEQUENCE")) > int(master.value("SEQUENCE"))
    assert not [
        one for one in of_mondays(read(client, hers), clinic) if one.value("RECURRENCE-ID")[:8] == "20270222"
    ]


def test_8_its_name_and_how_often_to_look_are_hints(client: FlaskClient, hers: str) -> None:
    calendar = read(client, hers)
    hints = [calendar.value(name) for name in ("NAME", "X-WR-CALNAME", "REFRESH-INTERVAL", "X-PUBLISHED-TTL")]
    assert hints == ["My dates", "My dates", "PT1H", "PT1H"]


def test_9_the_type_the_version_and_what_caches_may_do(client: FlaskClient, hers: str) -> None:
    answer = client.get(hers)
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-store"
    again = client.get(hers, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", answer.headers["ETag"])
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n"))


def test_10_the_address_is_a_secret_that_ends_at_once(
    client: FlaskClient, clinic: Clinic, hers: str, database: Database
) -> None:
    assert len(re.findall(r"/calendar/([\w-]+)\.ics", hers)[0]) * 6 >= 128
    with database.write() as session:
        feed = session.query(CalendarFeed).filter_by(owner_id=clinic.ana.id).one()
        _, secret = rotate(session, feed.id, clinic.ana.id, now=DECEMBER)
        feed_id = feed.id
    missing = client.get("/calendar/x.ics")
    assert (client.get(hers).status_code, client.get(hers).data) == (404, missing.data)
    assert client.get(f"/calendar/{secret}.ics").status_code == 200
    with database.write() as session:
        revoke(session, feed_id, clinic.ana.id, now=DECEMBER)
    assert client.get(f"/calendar/{secret}.ics").status_code == 404


@pytest.mark.parametrize(
    ("kind", "who"), [(FeedKind.MEMBER, "ana"), (FeedKind.PRACTITIONER, "dana"), (FeedKind.TEAM, "cora")]
)
def test_11_nobody_is_named_and_nothing_said_unless_it_was_chosen(
    client: FlaskClient, clinic: Clinic, database: Database, kind: FeedKind, who: str
) -> None:
    """The words of the clinic here: Follow-up, Small group; Ruiz, Oduya, Whitlock, Pike."""
    text = client.get(made(database, clinic, getattr(clinic, who), kind, Detail.WORD)).text
    assert not re.search("Ana|Ben|Dana|Ruiz|Oduya|Whitlock|Pike|Follow|Small|Wednesday|year", text)
    assert text.count("CLASS:PRIVATE") == text.count("BEGIN:VEVENT")
    assert not re.search("ATTENDEE|ORGANIZER|DESCRIPTION|LOCATION", text)
    urls = set(re.findall("URL:(http://127.0.0.1:8000/[a-z]+)", text))
    assert urls <= {f"http://127.0.0.1:8000/{place}" for place in ("appointments", "meetings", "staff")}


def test_12_robots_may_read_feeds(client: FlaskClient) -> None:
    lines = client.get("/robots.txt").text.splitlines()
    assert {"Allow: /calendar/", "Allow: /meetings.ics", "Disallow: /"} <= set(lines)


SAID = {
    (FeedKind.MEMBER, Detail.INITIALS): {"Appointment (DW)"},
    (FeedKind.MEMBER, Detail.FULL): {"Follow-up, Dana Whitlock", "Small group, Dana Whitlock"},
    (FeedKind.PRACTITIONER, Detail.INITIALS): {
        "Appointment (AR)",
        "Appointment (BO)",
        "Appointment",
        "Meeting",
    },
    (FeedKind.PRACTITIONER, Detail.FULL): {
        "Follow-up, Ana Ruiz",
        "Follow-up, Ben Oduya",
        "Small group",
        "Meeting",
    },
    (FeedKind.TEAM, Detail.INITIALS): {"Appointment (DW)", "Meeting"},
    (FeedKind.TEAM, Detail.FULL): {"Appointment, Dana Whitlock", "Meeting"},
}


@pytest.mark.parametrize(("kind", "detail"), list(SAID))
def test_13_a_calendar_for_each_says_as_much_as_was_chosen(
    client: FlaskClient, clinic: Clinic, database: Database, kind: FeedKind, detail: Detail
) -> None:
    who = {FeedKind.MEMBER: clinic.ana, FeedKind.PRACTITIONER: clinic.dana, FeedKind.TEAM: clinic.cora}[kind]
    calendar = read(client, made(database, clinic, who, kind, detail))
    told = {
        re.sub(r"(Follow-up) \d+", r"\1", one.value("SUMMARY").replace("\\,", ","))
        for one in calendar.all("VEVENT")
    }
    assert told == SAID[kind, detail]


def test_13_the_open_meetings_go_by_their_public_titles(client: FlaskClient, clinic: Clinic) -> None:
    told = {one.value("SUMMARY") for one in read(client, "/meetings.ics").all("VEVENT")}
    assert told == {"Friday evening\\, first year"}


def test_a_group_is_one_session_for_who_leads_it_and_a_seat_for_who_comes(
    client: FlaskClient, clinic: Clinic, database: Database
) -> None:
    led = read(client, made(database, clinic, clinic.dana, FeedKind.PRACTITIONER))
    evening = [one for one in led.all("VEVENT") if one.value("DTSTART") == "20261202T230000Z"]
    assert [one.value("SUMMARY") for one in evening] == ["Appointment"]
    assert f"/staff/groups/{clinic.group.id}/dates/" in evening[0].value("URL")


def test_judges_agree_with_the_house_on_every_kind_of_feed(
    client: FlaskClient,
    clinic: Clinic,
    database: Database,
    node: Node,
    libical: LibIcal,
    tmp_path: Path,
) -> None:
    with database.read() as session:
        meant: dict[str, Told] = {
            "member": clinic.of_ana(session),
            "practitioner": clinic.of_dana(session),
            "team": clinic.of_dana(session),
            "meetings": clinic.of_evenings(),
        }
    paths = {
        "member": made(database, clinic, clinic.ana, FeedKind.MEMBER),
        "practitioner": made(database, clinic, clinic.dana, FeedKind.PRACTITIONER),
        "team": made(database, clinic, clinic.cora, FeedKind.TEAM),
        "meetings": "/meetings.ics",
    }
    files = {name: client.get(path).data for name, path in paths.items()}
    others = instants_by_others(node, files, *NEXT_18_MONTHS, tmp_path)
    for name, content in files.items():
        ours = [one for one in meant[name] if one[0] < NEXT_18_MONTHS[1]]
        assert len(ours) > 20
        told = {
            "ours": instants(read_calendar(content), *NEXT_18_MONTHS),
            "libical": libical.instants(content, *NEXT_18_MONTHS),
            **others[name],
        }
        for reader, events in told.items():
            assert sorted((start, end) for _, start, end in events) == ours, (name, reader)


def test_a_change_of_anything_shown_is_a_new_version_and_of_nothing_else(
    client: FlaskClient, clinic: Clinic, database: Database, hers: str
) -> None:
    def version() -> str:
        return client.get(hers).headers["ETag"]

    before = version()
    with database.write() as session:
        cancel(session, clinic.single.id, by=clinic.ben.id, now=DECEMBER)  # Ben's: none of hers
    assert version() == before
    with database.write() as session:
        own = next(one for one in dates_of(session, clinic.mondays).values() if one.status == "booked")
        cancel(session, find_appointment(session, own.id).id, by=clinic.ana.id, now=DECEMBER)
    assert version() != before


def test_wrong_revoked_cut_and_long_secrets_are_the_same_nothing(client: FlaskClient, hers: str) -> None:
    secret = re.findall(r"/calendar/([\w-]+)\.ics", hers)[0]
    answers: list[Any] = [
        client.get(f"/calendar/{one}.ics") for one in ("x", secret[:-1], secret + "x", "x" * 10_000)
    ]
    told = {(one.status_code, one.data, str(sorted(one.headers))) for one in answers}
    assert len(told) == 1
    assert answers[0].status_code == 404


def test_times_are_told_in_utc_beside_the_rule(client: FlaskClient, hers: str) -> None:
    single = [one for one in read(client, hers).all("VEVENT") if not one.value("RRULE")]
    assert all(one.value("DTSTART").endswith("Z") for one in single)
    assert datetime(2026, 12, 2, 23, tzinfo=UTC) in {stamp(one.value("DTSTART")) for one in single}
