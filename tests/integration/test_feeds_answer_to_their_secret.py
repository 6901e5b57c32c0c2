"""A feed is read by whoever has its secret, and by nobody else; what it shows says little."""

import logging
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from auth.people import Person
from foundation.database import Database
from scheduling.appointments import Appointment, cancel, find_appointment, move
from scheduling.calendars.feeds import (
    MOST_FEEDS,
    BadWords,
    CalendarFeed,
    FeedKind,
    NotYourKind,
    TooManyFeeds,
    UnknownFeed,
    create_feed,
    find_feed,
    revoke,
    rotate,
)
from scheduling.meetings import change_occurrence
from tests.builders.people import a_member, a_moderator
from tests.builders.scheduling import a_booking, a_meeting, a_service, a_working_practitioner
from tests.calendar_reader import instants, read_calendar
from tests.conftest import Clock
from web.feed_copies import FeedCopies

STARTS = timedelta(days=3, hours=21)
AHEAD = timedelta(days=550)


@dataclass
class Story:
    """Ana has booked Dana; both have a feed."""

    database: Database
    clock: Clock
    ana: Person
    dana: Person
    appointment: Appointment
    feed: CalendarFeed
    secret: str
    her_secret: str

    def move(self) -> None:
        with self.database.write() as session:
            one = find_appointment(session, self.appointment.id)
            later = one.starts_at + timedelta(hours=2)
            self.appointment = move(
                session, one.id, later, revision=one.revision, by=self.ana.id, now=self.clock()
            )


@pytest.fixture
def story(database: Database, clock: Clock) -> Story:
    now = clock()
    with database.write() as session:
        dana = a_working_practitioner(session, name="Dana Osterhout")
        ana = a_member(session, name="Ana Lucia Zabala")
        service = a_service(session, dana, name="Aftercare follow-up")
        booked = a_booking(session, now + STARTS, now=now, member=ana, practitioner=dana, service=service)
        feed, secret = create_feed(session, owner_id=ana.id, kind=FeedKind.MEMBER, now=now)
        _hers, her_secret = create_feed(
            session, owner_id=dana.id, kind=FeedKind.PRACTITIONER, title="Work", now=now
        )
    return Story(database, clock, ana, dana, booked, feed, secret, her_secret)


def read(client: FlaskClient, secret: str, **headers: str) -> TestResponse:
    return client.get(f"/calendar/{secret}.ics", headers={k.replace("_", "-"): v for k, v in headers.items()})


def test_R23_a_member_sees_their_dates_under_a_word_that_says_nothing(
    client: FlaskClient, story: Story
) -> None:
    answer = read(client, story.secret)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    (event,) = read_calendar(answer.data).all("VEVENT")
    assert event.value("SUMMARY") == "Appointment"
    assert event.value("CLASS") == "PRIVATE"
    assert event.value("UID") == story.appointment.uid
    assert event.value("URL") == f"http://127.0.0.1:8000/appointments/{story.appointment.id}"
    assert not re.search("ana|zabala|dana|osterhout|follow-up|aftercare", answer.text, re.IGNORECASE)


def test_a_practitioner_sees_initials_and_no_names(client: FlaskClient, story: Story) -> None:
    answer = read(client, story.her_secret)
    (event,) = read_calendar(answer.data).all("VEVENT")
    assert event.value("SUMMARY") == "Appointment (AZ)"
    assert not re.search("ana|zabala|dana|osterhout", answer.text, re.IGNORECASE)


def test_a_practitioner_sees_the_meetings_they_host_as_time_taken(
    client: FlaskClient, story: Story, database: Database, clock: Clock
) -> None:
    with database.write() as session:
        a_meeting(session, hosts=[story.dana], title="Friday evening, first year")
        a_meeting(session, moderators=[story.dana], title="Another")
    calendar = read_calendar(read(client, story.her_secret).data)
    assert [one.value("SUMMARY") for one in calendar.all("VEVENT")] == ["Meeting", "Appointment (AZ)"]
    assert len(instants(calendar, clock(), clock() + timedelta(days=28))) == 5


def test_R24_the_answer_is_kept_by_no_cache_and_has_a_version(client: FlaskClient, story: Story) -> None:
    answer = read(client, story.secret)
    assert {"private", "no-store"} <= set(answer.headers["Cache-Control"].split(", "))
    assert answer.headers["ETag"].startswith('"')
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Content-Disposition"] == 'inline; filename="calendar.ics"'


def test_an_unchanged_feed_answers_304_without_being_rendered(
    client: FlaskClient, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = read(client, story.secret)
    monkeypatch.setattr("web.feeds.render", None)
    monkeypatch.setattr("web.feeds.feed_sheet", None)
    again = read(client, story.secret, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    monkeypatch.undo()
    story.move()
    changed = read(client, story.secret, If_None_Match=first.headers["ETag"])
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


def test_the_same_state_gives_the_same_bytes_weeks_later(
    client: FlaskClient, story: Story, clock: Clock
) -> None:
    first = read(client, story.secret)
    rooms = client.application.extensions
    rooms["evenside"] = replace(rooms["evenside"], feed_copies=FeedCopies())
    clock.set(clock() + timedelta(days=3))
    later = read(client, story.secret)
    assert (later.data, later.headers["ETag"]) == (first.data, first.headers["ETag"])


def test_a_move_raises_the_sequence_of_the_same_event(
    client: FlaskClient, story: Story, clock: Clock
) -> None:
    (before,) = read_calendar(read(client, story.secret).data).all("VEVENT")
    clock.set(clock() + timedelta(minutes=5))
    story.move()
    (after,) = read_calendar(read(client, story.secret).data).all("VEVENT")
    assert after.value("UID") == before.value("UID")
    assert int(after.value("SEQUENCE")) > int(before.value("SEQUENCE"))
    assert after.value("LAST-MODIFIED") > before.value("LAST-MODIFIED")
    assert after.value("DTSTART") > before.value("DTSTART")


def test_a_cancelled_appointment_is_left_out(client: FlaskClient, story: Story) -> None:
    with story.database.write() as session:
        cancel(session, story.appointment.id, by=story.ana.id, now=story.clock())
    assert read_calendar(read(client, story.secret).data).all("VEVENT") == []


def test_R21_every_wrong_secret_gets_the_very_same_answer(
    client: FlaskClient, story: Story, clock: Clock
) -> None:
    with story.database.write() as session:
        ben = a_member(session, name="Ben")
        _gone, left = create_feed(session, owner_id=ben.id, kind=FeedKind.MEMBER, now=clock())
        ben.departed_at = clock()
        lee = a_member(session, name="Lee")
        _feed, changed_role = create_feed(session, owner_id=lee.id, kind=FeedKind.MEMBER, now=clock())
        lee.role_rows.clear()
        _again, _fresh = rotate(session, story.feed.id, story.ana.id, now=clock())
        other, off = create_feed(session, owner_id=story.ana.id, kind=FeedKind.MEMBER, now=clock())
        revoke(session, other.id, story.ana.id, now=clock())
    answers = [
        read(client, one) for one in (story.secret, off, left, changed_role, "x", "x" * 500, "%00", "é", "..")
    ]
    assert {(one.status_code, one.data) for one in answers} == {(404, b"There is nothing at this address.\n")}
    ours = [{k: v for k, v in one.headers if k not in {"Date"}} for one in answers]
    assert all(one == ours[0] for one in ours)


def test_R22_a_renewed_secret_works_at_once_and_shows_the_same(client: FlaskClient, story: Story) -> None:
    before = read(client, story.secret).data
    with story.database.write() as session:
        _feed, fresh = rotate(session, story.feed.id, story.ana.id, now=story.clock())
    assert read(client, fresh).data == before
    assert read(client, story.secret).status_code == 404


def test_R21_only_reading_is_possible(client: FlaskClient, story: Story) -> None:
    for send in (client.post, client.put, client.delete, client.patch):
        assert send(f"/calendar/{story.secret}.ics").status_code in {400, 405}
    assert read(client, story.secret).status_code == 200


def test_R24_the_secret_is_in_no_log_and_not_in_the_database(
    client: FlaskClient, story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        read(client, story.secret)
        client.post(f"/calendar/{story.secret}.ics")
    assert caplog.records
    assert story.secret not in "".join(str(record.__dict__) for record in caplog.records)
    with story.database.read() as session:
        kept = session.get_one(CalendarFeed, story.feed.id)
        assert story.secret not in str(vars(kept))
        assert len(story.secret) * 6 >= 128


def test_a_reading_is_noted_but_not_each_one(client: FlaskClient, story: Story, clock: Clock) -> None:
    def noted() -> object:
        with story.database.read() as session:
            return session.get_one(CalendarFeed, story.feed.id).last_read_at

    assert noted() is None
    first = clock()
    read(client, story.secret)
    clock.set(first + timedelta(minutes=4))
    read(client, story.secret)
    assert noted() == first
    clock.set(first + timedelta(minutes=6))
    read(client, story.secret)
    assert noted() == clock()


def test_a_feed_is_for_those_who_have_such_dates(story: Story, clock: Clock) -> None:
    with story.database.write() as session, pytest.raises(NotYourKind):
        create_feed(session, owner_id=story.ana.id, kind=FeedKind.PRACTITIONER, now=clock())
    with story.database.write() as session:
        desk = a_moderator(session)
        with pytest.raises(NotYourKind):
            create_feed(session, owner_id=desk.id, kind=FeedKind.MEMBER, now=clock())


@pytest.mark.parametrize("words", ["", "  ", "x" * 61, "two\nlines", "turned\u202eround"])
def test_words_are_one_plain_line(story: Story, clock: Clock, words: str) -> None:
    with story.database.write() as session, pytest.raises(BadWords):
        create_feed(session, owner_id=story.ana.id, kind=FeedKind.MEMBER, wording=words, now=clock())


def test_there_is_an_end_to_how_many(story: Story, clock: Clock) -> None:
    with story.database.write() as session:
        for _ in range(MOST_FEEDS - 1):
            create_feed(session, owner_id=story.ana.id, kind=FeedKind.MEMBER, now=clock())
        with pytest.raises(TooManyFeeds):
            create_feed(session, owner_id=story.ana.id, kind=FeedKind.MEMBER, now=clock())


def test_somebody_elses_feed_looks_like_none(story: Story, clock: Clock) -> None:
    with story.database.write() as session:
        for change in (rotate, revoke):
            with pytest.raises(UnknownFeed):
                change(session, story.feed.id, story.dana.id, now=clock())
        assert find_feed(session, story.secret).feed_id == story.feed.id


def test_open_meetings_are_for_everybody_and_members_meetings_are_not(
    client: FlaskClient, database: Database, clock: Clock
) -> None:
    with database.write() as session:
        a_meeting(
            session,
            title="Open Friday",
            audience="open",
            slug="open-friday",
            call_url="https://call.example/x",
        )
        a_meeting(session, title="Inner circle", audience="members")
    answer = client.get("/meetings.ics")
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert "Inner circle" not in answer.text and "call.example" not in answer.text
    calendar = read_calendar(answer.data)
    (event,) = calendar.all("VEVENT")
    assert (event.value("SUMMARY"), event.value("URL")) == (
        "Open Friday",
        "http://127.0.0.1:8000/meetings/open-friday",
    )
    weeks = instants(calendar, clock(), clock() + AHEAD)
    assert len(weeks) == AHEAD.days // 7 + 1
    assert client.get("/meetings.ics", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_a_changed_evening_is_told_with_the_series(
    client: FlaskClient, database: Database, clock: Clock
) -> None:
    with database.write() as session:
        meeting = a_meeting(session, audience="open")
        before = meeting.sequence
        change_occurrence(session, meeting, date(2026, 12, 4), new_minute=18 * 60, now=clock())
        change_occurrence(session, meeting, date(2026, 12, 11), cancelled=True, now=clock())
    series, override = read_calendar(client.get("/meetings.ics").data).all("VEVENT")
    assert int(series.value("SEQUENCE")) > before
    assert override.value("RECURRENCE-ID") == "20261204T190000"
    assert override.value("DTSTART") == "20261204T180000"
    assert series.values("EXDATE") == ["20261211T190000"]
