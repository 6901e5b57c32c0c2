"""What a mail puts into a calendar: the event of the feed, inside and as a file, each change a later word."""

from datetime import datetime

import pytest
from icalendar import Calendar

from foundation.database import Database
from foundation.settings import Settings
from scheduling.calendars.agenda import feed_sheet
from scheduling.calendars.feeds import FeedKind, create_feed
from scheduling.calendars.render import render as render_feed
from tests.builders.mailed import Story, a_story, text_of
from tests.calendar_reader import read_calendar


@pytest.fixture
def story(database: Database, settings: Settings, now: datetime) -> Story:
    return a_story(database, settings, now)


def test_the_mail_puts_the_same_event_into_the_calendar_as_the_feed(story: Story) -> None:
    with story.database.write() as session:
        feed, _secret = create_feed(session, owner_id=story.member.id, kind=FeedKind.MEMBER, now=story.now)
        sheet = feed_sheet(session, feed.showing, origin=story.settings.origin, now=story.now)
    fed = read_calendar(render_feed(sheet)).all("VEVENT")[0]
    mailed = read_calendar(
        text_of(story.told("appointment.booked"), "calendar").replace("\n", "\r\n").encode()
    )
    event = mailed.all("VEVENT")[0]
    for name in ("UID", "DTSTART", "DTEND", "SEQUENCE", "SUMMARY", "URL", "DTSTAMP"):
        assert fed.value(name) == event.value(name) != ""
    assert mailed.value("METHOD") == "REQUEST"
    assert event.value("SUMMARY") == "Appointment"
    assert event.value("ORGANIZER") == "mailto:hello@evenside.example"
    assert event.value("ATTENDEE") == "mailto:qz@example.org"


def test_the_calendar_object_comes_as_an_alternative_and_as_a_file(story: Story) -> None:
    mail = story.told("appointment.booked")
    assert mail is not None
    (part,) = [one for one in mail.walk() if one.get_content_type() == "text/calendar"]
    assert part["Content-Type"].params["method"] == "REQUEST"
    (file,) = list(mail.iter_attachments())
    assert file.get_filename() == "appointment.ics"
    assert file.get_content_type() == "application/ics"
    assert Calendar.from_ical(file.get_content()).walk("VEVENT")[0]["uid"] == story.appointment.uid


def test_each_change_is_a_later_word_on_the_same_event(story: Story) -> None:
    def event(kind: str) -> tuple[str, str, int, str]:
        calendar = read_calendar(text_of(story.told(kind), "calendar").replace("\n", "\r\n").encode())
        one = calendar.all("VEVENT")[0]
        return calendar.value("METHOD"), one.value("UID"), int(one.value("SEQUENCE")), one.value("STATUS")

    booked = event("appointment.booked")
    story.move()
    moved = event("appointment.moved")
    story.cancel(by=story.member)
    gone = event("appointment.cancelled")
    assert [one[0] for one in (booked, moved, gone)] == ["REQUEST", "REQUEST", "CANCEL"]
    assert booked[1] == moved[1] == gone[1]
    assert booked[2] < moved[2] < gone[2]
    assert gone[3] == "CANCELLED"
