"""The worker looks at what is kept elsewhere: a good copy, no change, a break, and the one mail about it."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from sqlalchemy import select

from auth.people import Person
from foundation.database import Database
from foundation.outbox import claim, deliveries_of
from foundation.settings import Settings
from jobs.deliver import Post
from jobs.fetching.calendars import look_at_one
from jobs.fetching.directory import look_at_one as look_at_directory
from jobs.fetching.fetch import Fetcher
from mail.send import sender_for
from scheduling.calendars.importing.health import BROKEN, State, health_of
from scheduling.calendars.importing.leases import claim_next
from scheduling.calendars.importing.records import BusySource, WholeDays
from scheduling.calendars.importing.sources import add_address, remove_source
from scheduling.meeting_guide.records import DirectoryMeeting, DirectorySource
from scheduling.meeting_guide.sources import add_directory
from scheduling.occupancy import Occupancy
from tests.browsing import words_of
from tests.builders.calendars import NOW, calendar_of, event
from tests.builders.mailed import render
from tests.builders.people import a_practitioner
from tests.builders.tls import Answer, Elsewhere, elsewhere
from tests.conftest import Clock

SIGN_IN = Answer(b"<!doctype html><title>Sign in</title>", headers={"Content-Type": "text/html"})


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Elsewhere]:
    with elsewhere(tmp_path) as found:
        yield found


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def post(database: Database, settings: Settings, clock: Clock) -> Post:
    return Post(database, settings, sender_for(settings), clock, threading.Event())


@pytest.fixture
def dana(database: Database) -> Person:
    with database.write() as session:
        return a_practitioner(session, name="Dana")


def add(post: Post, owner: Person, address: str) -> str:
    with post.database.write() as session:
        days = WholeDays.BUSY
        return add_address(session, owner.id, title="Private", address=address, whole_days=days, now=NOW).id


def source(post: Post, source_id: str) -> BusySource:
    with post.database.read() as session:
        return session.get_one(BusySource, source_id)


def busy(post: Post) -> int:
    with post.database.read() as session:
        rows = select(Occupancy).where(Occupancy.kind == "external", Occupancy.status == "active")
        return len(session.scalars(rows).all())


def test_a_good_copy_is_kept_until_a_better_one_and_through_a_break(
    post: Post, clock: Clock, server: Elsewhere, dana: Person
) -> None:
    fetcher = Fetcher(server.reach)
    mine = add(post, dana, server.url())
    server.answers["/calendar.ics"] = Answer(calendar_of(event()), headers={"ETag": '"1"'})
    assert look_at_one(post, fetcher)
    assert not look_at_one(post, fetcher)
    assert busy(post) == 1
    assert health_of(source(post, mine), now=NOW).state == State.GOOD
    assert timedelta(minutes=20) < (source(post, mine).next_at or NOW) - NOW < timedelta(minutes=40)

    clock.set(NOW + timedelta(hours=1))
    server.answers["/calendar.ics"] = Answer(status=304)
    look_at_one(post, fetcher)
    assert server.asked[-1][1]["If-None-Match"] == '"1"'
    assert source(post, mine).fresh_at == clock()
    assert busy(post) == 1

    clock.set(NOW + timedelta(hours=2))
    server.answers["/calendar.ics"] = SIGN_IN
    look_at_one(post, fetcher)
    broken = health_of(source(post, mine), now=clock())
    assert (broken.state, broken.broken_since) == (State.BROKEN, clock())
    assert "a web page, perhaps one to sign in" in broken.problem
    assert busy(post) == 1
    with post.database.read() as session:
        assert len(deliveries_of(session, BROKEN)) == 1

    clock.set(NOW + timedelta(hours=9))
    server.answers["/calendar.ics"] = Answer(
        calendar_of(event(), event(uid="two", start="20261202T100000Z", end="20261202T110000Z"))
    )
    look_at_one(post, fetcher)
    assert "If-None-Match" in server.asked[-1][1]
    assert busy(post) == 2
    assert health_of(source(post, mine), now=clock()).state == State.GOOD


@pytest.mark.parametrize("rule", ["INTERVAL=\0", "COUNT=\0\x1b[31m", "UNTIL=\0"])
def test_what_nobody_can_see_in_a_file_stops_no_note_of_it(
    post: Post, server: Elsewhere, dana: Person, rule: str
) -> None:
    """PostgreSQL takes no NUL, and the note quotes the rule that was refused."""
    mine = add(post, dana, server.url())
    server.answers["/calendar.ics"] = Answer(calendar_of(event(f"RRULE:FREQ=DAILY;{rule}")))
    assert look_at_one(post, Fetcher(server.reach))
    noted = source(post, mine)
    assert noted.looked_at == NOW
    assert (noted.problem or "").isprintable()


def test_a_copy_of_last_week_is_read_again_whole(
    post: Post, clock: Clock, server: Elsewhere, dana: Person
) -> None:
    add(post, dana, server.url())
    server.answers["/calendar.ics"] = Answer(calendar_of(event()), headers={"ETag": '"1"'})
    look_at_one(post, Fetcher(server.reach))
    clock.set(NOW + timedelta(days=8))
    look_at_one(post, Fetcher(server.reach))
    assert "If-None-Match" not in server.asked[-1][1]


def test_what_may_pass_is_told_at_the_third_time_and_in_neutral_words(
    post: Post, clock: Clock, server: Elsewhere, dana: Person, settings: Settings
) -> None:
    mine = add(post, dana, server.url())
    server.answers["/calendar.ics"] = Answer(status=503)
    for hours in (0, 2, 6):
        clock.set(NOW + timedelta(hours=hours))
        assert look_at_one(post, Fetcher(server.reach))
    with post.database.write() as session:
        [owed] = deliveries_of(session, BROKEN)
        [claimed] = [one for one in claim(session, now=clock()) if one.id == owed.id]
    with post.database.read() as session:
        mail = render(session, claimed, settings, now=clock())
    assert mail is not None
    assert mail["Subject"] == "A calendar needs another look"
    words = words_of(mail)
    assert "Friday 27 November, 12:00 pm" in words
    assert "Private" not in words
    assert "calendar.example.org" not in words
    with post.database.write() as session:
        remove_source(session, mine, dana.id, now=clock())
    with post.database.read() as session:
        assert render(session, claimed, settings, now=clock()) is None


def test_a_calendar_removed_while_it_is_fetched_stays_removed(
    post: Post, server: Elsewhere, dana: Person
) -> None:
    mine = add(post, dana, server.url())

    def take_away(handler: BaseHTTPRequestHandler) -> None:
        with post.database.write() as session:
            remove_source(session, mine, dana.id, now=NOW)
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(calendar_of(event()))

    server.answers["/calendar.ics"] = Answer(write=take_away)
    assert look_at_one(post, Fetcher(server.reach))
    assert busy(post) == 0


def test_what_comes_after_the_lease_has_ended_is_left_to_whoever_has_it(
    post: Post, clock: Clock, server: Elsewhere, dana: Person
) -> None:
    add(post, dana, server.url())

    def be_slow(handler: BaseHTTPRequestHandler) -> None:
        clock.set(NOW + timedelta(minutes=4))
        with post.database.write() as session:
            assert claim_next(session, BusySource, now=clock()) is not None
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(calendar_of(event()))

    server.answers["/calendar.ics"] = Answer(write=be_slow)
    assert look_at_one(post, Fetcher(server.reach))
    assert busy(post) == 0


def test_nobody_who_has_left_is_looked_after(post: Post, server: Elsewhere, dana: Person) -> None:
    add(post, dana, server.url())
    with post.database.write() as session:
        session.get_one(Person, dana.id).departed_at = NOW
    assert not look_at_one(post, Fetcher(server.reach))
    assert server.asked == []


def test_a_feed_of_meetings_is_kept_and_its_bad_rows_are_counted(
    post: Post, server: Elsewhere, dana: Person
) -> None:
    good = '{"name":"<b>Early</b> birds","slug":"e","day":[1,2],"time":"06:30","timezone":"Europe/Rome"}'
    body = f'[{good},{{"name":"x"}},7,{{"name":"y","slug":"y","day":9,"time":"06:30"}}]'
    server.answers["/meetings.json"] = Answer(body.encode())
    with post.database.write() as session:
        add_directory(
            session, name="Elsewhere", address=server.url("/meetings.json"), program="aa", by=dana.id, now=NOW
        )
    assert look_at_directory(post, Fetcher(server.reach))
    with post.database.read() as session:
        listed = session.scalars(select(DirectoryMeeting)).all()
        kept = session.scalars(select(DirectorySource)).one()
    assert [(one.name, one.day) for one in listed] == [("Early birds", 1), ("Early birds", 2)]
    assert kept.skipped == {"no name or no slug": 1, "not a meeting": 1, "no day or no time": 1}
    server.answers["/meetings.json"] = Answer(b"[" * 100_000)
    with post.database.write() as session:
        session.scalars(select(DirectorySource)).one().next_at = NOW
    look_at_directory(post, Fetcher(server.reach))
    with post.database.read() as session:
        assert len(session.scalars(select(DirectoryMeeting)).all()) == 2
        assert (
            session.scalars(select(DirectorySource)).one().problem
            == "what came is not JSON, or breaks off in the middle"
        )
