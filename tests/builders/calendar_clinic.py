"""A clinic whose calendars have a bit of everything: a series, a single date, a group, an evening."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.people import Person
from scheduling.appointments import Appointment, cancel, move
from scheduling.calendars.accounts import open_account
from scheduling.calendars.feeds import FeedKind, create_feed
from scheduling.calendars.showing import Detail
from scheduling.group_records import GroupOccurrence
from scheduling.groups import add_group
from scheduling.meetings import change_occurrence
from scheduling.memberships import join_group
from scheduling.occurrences import occurrences_of
from scheduling.series_changes import change_following
from tests.builders.people import a_coordinator
from tests.builders.scheduling import a_booking, a_meeting, a_service
from tests.builders.series import DECEMBER, FEB_15, FEB_22, MARCH_1, MONDAYS, Practice, at, dates_of
from tests.calendar_reader import Part

NEXT_18_MONTHS = DECEMBER, DECEMBER + timedelta(days=548)
Told = list[tuple[datetime, datetime]]


class Clinic(Practice):
    """Ana's Mondays, one moved, one cancelled, later from March; Ben once; a group; Fridays."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.cora = a_coordinator(session, name="Cora Pike")
        self.mondays = self.series(session, MONDAYS)
        rows = dates_of(session, self.mondays)
        given: dict[str, Any] = {"by": self.dana.id, "now": DECEMBER}
        move(session, rows[FEB_15].id, at(2027, 2, 16, 17), revision=0, **given)
        cancel(session, rows[FEB_22].id, **given)
        change_following(session, self.mondays.id, MARCH_1, at(2027, 3, 1, 18), **given)
        self.single = a_booking(session, at(2027, 1, 5, 10), now=DECEMBER, **self.with_ben)
        self.group = self._group(session)
        self.evening = a_meeting(
            session, hosts=[self.dana], audience="open", title="Friday evening, first year"
        )
        change_occurrence(session, self.evening, date(2027, 1, 8), new_minute=18 * 60, now=DECEMBER)
        change_occurrence(session, self.evening, date(2027, 3, 12), cancelled=True, now=DECEMBER)

    def _group(self, session: Session) -> Any:
        circle = a_service(session, self.dana, name="Small group", seats=4)
        terms: dict[str, Any] = {
            "weekday": 2,
            "minute_of_day": 18 * 60,
            "minutes": 50,
            "first_date": date(2026, 12, 2),
        }
        by: dict[str, Any] = {"by": self.dana.id, "now": DECEMBER}
        group = add_group(
            session,
            service_id=circle.id,
            practitioner_id=self.dana.id,
            title="Wednesday circle",
            timezone="America/New_York",
            **terms,
            **by,
        )
        for member in (self.ana, self.ben):
            join_group(session, group.id, member.id, from_date=date(2026, 12, 2), **by)
        return group

    def feed(
        self, session: Session, owner: Person, kind: FeedKind, detail: Detail | None = None, **more: Any
    ) -> str:
        """The path of a new feed."""
        _, secret = create_feed(session, owner_id=owner.id, kind=kind, detail=detail, now=DECEMBER, **more)
        return f"/calendar/{secret}.ics"

    def password(self, session: Session, owner: Person, detail: Detail = Detail.WORD) -> str:
        """An app password for a phone."""
        words: dict[str, Any] = {"title": "Phone", "wording": "Appointment"}
        return open_account(session, owner.id, detail=detail, now=DECEMBER, **words)[1]

    def of_ana(self, session: Session) -> Told:
        """What takes place for Ana, as the house itself has it."""
        return _told(session.scalars(select(Appointment).where(Appointment.member_id == self.ana.id)))

    def of_dana(self, session: Session) -> Told:
        """Her sessions one by one, each group once, and the evenings she hosts."""
        own = Appointment.practitioner_id == self.dana.id, Appointment.occurrence_id.is_(None)
        sessions = session.scalars(select(GroupOccurrence).where(GroupOccurrence.status == "active"))
        led = [(one.starts_at, one.ends_at) for one in sessions]
        return sorted([*_told(session.scalars(select(Appointment).where(*own))), *led, *self.of_evenings()])

    def of_evenings(self) -> Told:
        found = occurrences_of(self.evening, *NEXT_18_MONTHS)
        return [(one.starts_at, one.ends_at) for one in found if not one.cancelled]


def _told(rows: Any) -> Told:
    return sorted((one.starts_at, one.ends_at) for one in rows if one.status != "cancelled")


def sequences(calendar: Part) -> list[int]:
    return [int(one.value("SEQUENCE")) for one in calendar.all("VEVENT")]


def stamp(text: str) -> datetime:
    """`20261201T150000Z` as an instant."""
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
