"""What is kept elsewhere, for the pages that show it: a broken calendar, and a list of other meetings."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from auth.people import Person
from scheduling.calendars.importing.leases import Validators, note_broken
from scheduling.calendars.importing.reading import Reading
from scheduling.calendars.importing.records import WholeDays
from scheduling.calendars.importing.sources import add_address, keep
from scheduling.meeting_guide.sources import add_directory, keep_meetings
from scheduling.seconds import seconds_at


def a_calendar_elsewhere(session: Session, owner: Person, *, now: datetime) -> str:
    """Read three hours ago, broken since: everything that its card can say."""
    source = add_address(
        session,
        owner.id,
        title="Private",
        address="https://calendar.example.org/secret.ics",
        whole_days=WholeDays.BUSY,
        now=now,
    )
    start = seconds_at(now + timedelta(days=1))
    reading = Reading([(start, start + 3600)], [], 3, 1, ["The clock in the hall"])
    keep(session, source, reading, Validators("1"), now=now - timedelta(hours=3))
    note_broken(source, "a web page came instead of a calendar", now=now - timedelta(days=2))
    source.next_at = now + timedelta(days=1)
    return source.id


def a_list_of_meetings(session: Session, by: Person, *, now: datetime) -> str:
    """One meeting each day, an hour from now, online."""
    soon = now + timedelta(hours=1)
    row = {"slug": "early", "name": "Early birds", "minute": soon.hour * 60 + soon.minute, "minutes": 60}
    row |= {"timezone": "UTC", "types": ["O", "S"], "url": "https://call.example.org/early", "phone": ""}
    row |= {"place": "", "address": "", "notes": "Coffee is on.", "link": ""}
    source = add_directory(
        session,
        name="Elm Street",
        address="https://lists.example.org/m.json",
        program="aa",
        by=by.id,
        now=now,
    )
    keep_meetings(session, source, [row | {"day": day} for day in range(7)], {"no time zone": 2})
    source.fresh_at, source.next_at = now, now + timedelta(days=1)
    return source.id
