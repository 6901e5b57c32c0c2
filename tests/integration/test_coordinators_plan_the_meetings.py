"""Coordinators plan the weekly meetings: refusals at their fields, no evening lost, no edit undone unseen."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy import select

from auth.actor import actor_for
from auth.people import Person
from foundation.audit import AuditEntry
from foundation.database import Database
from realtime.joining import choose_name
from realtime.models import Participant, Room
from realtime.rescheduling import EveningUnderWay, set_date, set_meeting
from realtime.room import room_of
from scheduling.meeting_dates import BadNote, DateChange, DateOver, TooFarMoved
from scheduling.meeting_settings import BadMeeting, MeetingSettings, StaleMeeting, save_meeting, settings_of
from scheduling.meetings import Meeting, current_occurrence, find_meeting, hosts, occurrences_of
from tests.builders.people import a_coordinator, a_member, a_moderator, a_practitioner
from tests.builders.rooms import Evening, an_evening
from tests.builders.scheduling import a_meeting
from tests.pages import Page, Visit

FRIDAY = date(2026, 11, 27)
ONE_WEEK = timedelta(days=7)


@pytest.fixture
def cora(database: Database) -> Person:
    with database.write() as session:
        return a_coordinator(session, name="Cora Lind")


@pytest.fixture
def jonah(database: Database) -> Person:
    with database.write() as session:
        return a_moderator(session, name="Jonah Reed")


@pytest.fixture
def friday(database: Database, jonah: Person) -> Meeting:
    with database.write() as session:
        return a_meeting(session, title="Friday group", moderators=[jonah])


@pytest.fixture
def visit(app: Flask, cora: Person) -> Visit:
    app.config["WTF_CSRF_ENABLED"] = False
    browser: Any = cast(Any, app.test_client())
    browser.sign_in(cora)
    return Visit(browser)


def meeting_called(database: Database, slug: str) -> Meeting:
    with database.read() as session:
        return find_meeting(session, slug)


def led_by(page: Page, person: Person) -> Page:
    page.form_with("Add it").fields["moderator_ids"] = [person.id]
    return page


def test_a_meeting_is_added_and_stands_in_the_list(visit: Visit, database: Database, jonah: Person) -> None:
    page = visit.open(visit.open("/admin/meetings").link("Add a meeting"))
    kept = visit.press(
        led_by(page, jonah),
        "Add it",
        title="Tuesday morning",
        slug="tuesday-morning",
        weekday="1",
        time="08:30",
        minutes="60",
        timezone="America/Chicago",
        audience="open",
        call_kind="link",
        call_url="https://call.example.org/t",
        capacity="40",
        keep_days="14",
    )
    assert kept.path == "/admin/meetings"
    assert "Tuesdays at 8:30 am, Chicago, 60 minutes. With Jonah Reed." in kept.text
    made = meeting_called(database, "tuesday-morning")
    assert (made.call_url, made.capacity, made.keep_days) == ("https://call.example.org/t", 40, 14)
    assert "Tuesday morning" in visit.open("/meetings").text


def test_what_does_not_fit_is_said_at_its_field_and_stays(visit: Visit) -> None:
    refused = visit.press(
        visit.open("/admin/meetings/new"),
        "Add it",
        title="Tuesday morning",
        slug="Tuesday Morning",
        minutes="3",
        first_date="2026-12-01",
        until_date="2026-11-01",
        call_kind="link",
        call_url="http://call.example.org",
        capacity="1",
    )
    assert refused.status == 422
    for words in (
        "Write small letters, digits and single hyphens",
        "A meeting lasts 5 minutes to 12 hours.",
        "The last date is before the first one.",
        "beginning with https://",
        "The room holds 2 to 5000 members",
        "a room opens only with a moderator at the desk",
    ):
        assert words in refused.text
    assert refused.form_with("Add it").fields["call_url"] == ["http://call.example.org"]
    assert refused.unlabelled == []


def test_every_setting_is_shown_as_it_is_kept(visit: Visit, database: Database, friday: Meeting) -> None:
    columns = [column.name for column in Meeting.__table__.columns]
    before = {name: getattr(friday, name) for name in columns}
    visit.press(visit.open(f"/admin/meetings/{friday.id}"), "Keep these settings")
    after = meeting_called(database, friday.slug)
    assert {name: getattr(after, name) for name in columns} == before


def test_two_coordinators_do_not_undo_each_other(visit: Visit, database: Database, friday: Meeting) -> None:
    path = f"/admin/meetings/{friday.id}"
    mine, theirs = visit.open(path), visit.open(path)
    visit.press(theirs, "Keep these settings", minutes="75")
    late = visit.press(mine, "Keep these settings", title="Friday circle")
    assert late.status == 409
    assert "Somebody changed this meeting meanwhile." in late.text
    assert late.form_with("Keep").fields["title"] == ["Friday circle"]
    assert meeting_called(database, friday.slug).title == "Friday group"
    visit.press(late, "Keep these settings")
    assert meeting_called(database, friday.slug).title == "Friday circle"


def test_one_date_is_cancelled_moved_and_put_back(visit: Visit, friday: Meeting) -> None:
    dates = f"/admin/meetings/{friday.id}/dates/{FRIDAY + ONE_WEEK}"
    visit.press(visit.open(dates), "Keep this date", state="cancelled", note="Dana is away.")
    page = visit.open(f"/meetings/{friday.slug}").text
    assert "Not this time" in page
    assert "Dana is away." in page
    visit.press(visit.open(dates), "Keep this date", state="moved", day="2026-12-05", time="18:00")
    assert "Sat 5 Dec" in visit.open(f"/meetings/{friday.slug}").text
    visit.press(visit.open(dates), "Keep this date", state="planned", note="")
    again = visit.open(f"/meetings/{friday.slug}").text
    assert "Sat 5 Dec" not in again
    assert "Fri 4 Dec" in again


def test_a_date_that_is_stale_keeps_what_was_typed(visit: Visit, friday: Meeting) -> None:
    dates = f"/admin/meetings/{friday.id}/dates/{FRIDAY + ONE_WEEK}"
    mine = visit.open(dates)
    visit.press(visit.open(dates), "Keep this date", state="cancelled", note="Holiday.")
    late = visit.press(mine, "Keep this date", state="planned", note="It stays.")
    assert late.status == 409
    assert late.form_with("Keep").fields["note"] == ["It stays."]


@pytest.mark.parametrize("on", ["2026-11-26", "someday", "2026-02-30", "0001-01-01"])
def test_a_day_that_is_no_date_of_it_looks_missing(visit: Visit, friday: Meeting, on: str) -> None:
    assert visit.open(f"/admin/meetings/{friday.id}/dates/{on}").status == 404


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (DateChange(FRIDAY - ONE_WEEK, cancelled=True), DateOver),
        (DateChange(FRIDAY, new_date=FRIDAY - ONE_WEEK), DateOver),
        (DateChange(FRIDAY, new_date=FRIDAY + 20 * ONE_WEEK), TooFarMoved),
        (DateChange(FRIDAY, note="x" * 301), BadNote),
        (DateChange(FRIDAY, note="a\u202eb"), BadNote),
    ],
)
def test_a_date_goes_neither_back_nor_far(
    database: Database,
    friday: Meeting,
    cora: Person,
    now: datetime,
    change: DateChange,
    refusal: type[Exception],
) -> None:
    with database.write() as session, pytest.raises(refusal):
        set_date(session, friday.id, change, revision=0, by=cora.id, now=now)


def test_a_new_weekday_takes_coming_names_and_exceptions_along(
    database: Database, friday: Meeting, cora: Person, now: datetime
) -> None:
    """A name is chosen for tonight, and next week is cancelled; then it becomes a Saturday group."""
    with database.write() as session:
        meeting = find_meeting(session, friday.slug)
        alma = actor_for(a_member(session))
        room = room_of(session, current_occurrence(session, meeting, now=now), now=now)
        choose_name(session, room.id, alma, "Night Owl", now=now)
        off = DateChange(FRIDAY + ONE_WEEK, cancelled=True, note="Holiday.")
        set_date(session, meeting.id, off, revision=0, by=cora.id, now=now)
    with database.write() as session:
        meeting = find_meeting(session, friday.slug)
        wanted = replace(settings_of(session, meeting), weekday=5)
        set_meeting(session, wanted, meeting.id, revision=meeting.revision, by=cora.id, now=now)
    with database.write() as session:
        meeting = find_meeting(session, friday.slug)
        tonight, next_week = occurrences_of(meeting, now, now + timedelta(days=10))
        again = room_of(session, tonight, now=now)
        assert (tonight.date.isoweekday(), again.id) == (6, room.id)
        assert again.starts_at == tonight.starts_at
        names = [one.pseudonym for one in session.scalars(select(Participant))]
        assert "Night Owl" in names
        assert (next_week.date, next_week.cancelled, next_week.note) == (date(2026, 12, 5), True, "Holiday.")


def test_an_open_room_is_never_pulled_away(
    app: Flask, database: Database, cora: Person, now: datetime
) -> None:
    evening: Evening = an_evening(database, now=now)
    with database.read() as session:
        meeting = find_meeting(session, evening.meeting.slug)
        kept = settings_of(session, meeting)
        room = session.get_one(Room, evening.room_id)
    sent: dict[str, Any] = {"revision": meeting.revision, "by": cora.id, "now": now}
    with database.write() as session, pytest.raises(EveningUnderWay):
        set_meeting(session, replace(kept, minute_of_day=60), meeting.id, **sent)
    with database.write() as session, pytest.raises(EveningUnderWay):
        set_date(session, meeting.id, DateChange(room.date, cancelled=True), **sent)
    with database.write() as session:
        set_meeting(
            session, replace(kept, call_kind="link", call_url="https://c.example/x"), meeting.id, **sent
        )
    assert meeting_called(database, meeting.slug).call_url == "https://c.example/x"


def test_who_leads_and_what_changed_is_kept_in_the_audit(
    database: Database, friday: Meeting, cora: Person, now: datetime
) -> None:
    with database.write() as session:
        dana = a_practitioner(session, name="Dana Whitlock")
        wanted = replace(settings_of(session, friday), host_ids=frozenset({dana.id}), title="Friday circle")
        set_meeting(session, wanted, friday.id, revision=0, by=cora.id, now=now)
    with database.read() as session:
        assert [one.name for one in hosts(session, friday.id)] == ["Dana Whitlock"]
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "meeting.set")).one()
        assert entry.actor_id == cora.id
        assert entry.detail == {"revision": 1, "changed": ["title", "leaders"]}


def test_nobody_but_staff_leads_and_nobody_takes_anothers_address(
    database: Database, friday: Meeting, cora: Person, now: datetime
) -> None:
    with database.write() as session:
        stranger = a_member(session).id
        wanted = MeetingSettings(
            friday.slug, "Another", "America/Chicago", FRIDAY, moderator_ids=frozenset({stranger})
        )
        with pytest.raises(BadMeeting) as refused:
            save_meeting(session, wanted, by=cora.id, now=now)
        assert set(refused.value.problems) == {"slug", "moderator_ids"}


def test_a_stale_edit_is_refused_before_anything_is_written(
    database: Database, friday: Meeting, cora: Person, now: datetime
) -> None:
    with database.write() as session:
        wanted = replace(settings_of(session, friday), title="Mine")
        set_meeting(session, wanted, friday.id, revision=0, by=cora.id, now=now)
    with database.write() as session, pytest.raises(StaleMeeting):
        set_meeting(session, replace(wanted, title="Theirs"), friday.id, revision=0, by=cora.id, now=now)
    assert meeting_called(database, friday.slug).title == "Mine"
