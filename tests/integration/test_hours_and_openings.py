"""A practitioner's hours, and what of them is left to book."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from auth.people import BadZone, Person
from foundation.database import Database
from scheduling.availability import Override, Window
from scheduling.hours import BadHours, Hours, StaleHours, load_hours, save_hours
from scheduling.meetings import change_occurrence
from scheduling.occupancy import Occupancy, delete_expired
from scheduling.openings import Slot, openings
from scheduling.services import Service, UnknownService, find_service, list_services, practitioners_of
from tests.builders.people import a_member, a_practitioner
from tests.builders.scheduling import a_meeting, a_service, a_working_practitioner, weekdays, work_hours

CHICAGO = ZoneInfo("America/Chicago")
MONDAY = date(2026, 11, 30)


def test_hours_come_back_as_they_were_saved(database: Database, now: datetime) -> None:
    hours = Hours(
        "America/New_York",
        (Window(0, 540, 720), Window(0, 780, 1020), Window(4, 1320, 1560)),
        (Override(date(2026, 12, 24)), Override(date(2026, 12, 31), ((540, 720), (780, 840)))),
    )
    with database.write() as session:
        dana = a_practitioner(session)
        assert load_hours(session, dana.id) == Hours("America/Los_Angeles", revision=0)
        save_hours(session, dana.id, hours, now=now, by=dana.id)
    with database.read() as session:
        found = load_hours(session, dana.id)
    assert (found.timezone, found.windows, found.overrides) == (
        hours.timezone,
        hours.windows,
        hours.overrides,
    )
    assert found.revision == 1


def test_saving_over_somebody_elses_change_is_refused(database: Database, now: datetime) -> None:
    with database.write() as session:
        dana = work_hours(session, a_practitioner(session))
        seen = load_hours(session, dana.id)
        save_hours(session, dana.id, seen, now=now, by=dana.id)
        with pytest.raises(StaleHours):
            save_hours(session, dana.id, seen, now=now, by=dana.id)


@pytest.mark.parametrize(
    "hours",
    [
        Hours("UTC", (Window(0, 600, 600),)),
        Hours("UTC", (Window(0, 600, 540),)),
        Hours("UTC", (Window(0, -10, 540),)),
        Hours("UTC", (Window(0, 1500, 1600),)),
        Hours("UTC", (Window(0, 0, 1441),)),
        Hours("UTC", (Window(7, 0, 60),)),
        Hours("UTC", (Window(0, 540, 720), Window(0, 700, 800))),
        Hours("UTC", (), (Override(MONDAY, ((540, 720), (700, 800))),)),
        Hours("UTC", (), (Override(MONDAY), Override(MONDAY))),
        Hours("UTC", tuple(Window(0, 2 * n, 2 * n + 1) for n in range(201))),
    ],
)
def test_hours_that_do_not_fit_together_are_refused(database: Database, now: datetime, hours: Hours) -> None:
    with database.write() as session:
        dana = a_practitioner(session)
        with pytest.raises(BadHours):
            save_hours(session, dana.id, hours, now=now, by=dana.id)


def test_hours_in_no_known_zone_are_refused(database: Database, now: datetime) -> None:
    with database.write() as session:
        dana = a_practitioner(session)
        with pytest.raises(BadZone):
            save_hours(session, dana.id, Hours("Mars/Olympus"), now=now, by=dana.id)


def test_a_day_is_the_viewers_day(database: Database, now: datetime) -> None:
    """Nine to five in New York is eight to four in Chicago; slots of 50 minutes begin on the half hour."""
    with database.write() as session:
        dana = work_hours(session, a_practitioner(session), timezone="America/New_York")
        found = openings(session, a_service(session, dana), [dana.id], MONDAY, MONDAY, CHICAGO, now=now)
    local = [f"{slot.starts_at.astimezone(CHICAGO):%H:%M}" for slot in found]
    assert (local[0], local[1], local[-1], len(local)) == ("08:00", "08:30", "15:00", 15)


def test_notice_and_horizon_bound_what_is_listed(database: Database, now: datetime) -> None:
    with database.write() as session:
        dana = work_hours(session, a_practitioner(session))
        service = a_service(session, dana, notice_minutes=120, horizon_days=4)
        found = listed(session, service, dana, now, days=30)
    assert found[0] == now + timedelta(hours=2)
    assert now + timedelta(days=3) < found[-1] <= now + timedelta(days=4)


def test_dates_at_the_ends_of_the_calendar_are_no_trouble(database: Database, now: datetime) -> None:
    with database.write() as session:
        dana = work_hours(session, a_practitioner(session))
        service = a_service(session, dana)
        everything = openings(session, service, [dana.id], date.min, date.max, CHICAGO, now=now)
        assert len(everything) > 500
        assert not openings(session, service, [dana.id], date.max, date.max, CHICAGO, now=now)
        assert not openings(session, service, [dana.id], date.min, date.min, CHICAGO, now=now)


def test_several_practitioners_are_listed_by_time(database: Database, now: datetime) -> None:
    with database.write() as session:
        dana = work_hours(session, a_practitioner(session), weekdays(9, 11))
        lee = work_hours(session, a_practitioner(session, name="Lee"), weekdays(8, 10))
        idle = a_practitioner(session, name="Nobody's hours")
        service = a_service(session, dana, lee, idle)
        people = [dana.id, lee.id, idle.id]
        found = openings(session, service, people, MONDAY, MONDAY, dana_zone(dana), now=now)
        assert [person.name for person in practitioners_of(session, service)] == [
            "Dana",
            "Lee",
            "Nobody's hours",
        ]
    order = [(slot.starts_at.hour - 8, slot.starts_at.minute) for slot in found]
    assert order == sorted(order)
    assert {slot.practitioner_id for slot in found} == {dana.id, lee.id}


def test_imported_and_held_time_is_not_offered_and_expired_time_is(database: Database, now: datetime) -> None:
    ten = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
    with database.write() as session:
        dana = a_working_practitioner(session, timezone="UTC")
        service = a_service(session, dana, step_minutes=60, gap_minutes=0)
        for hour, kind, minutes in ((0, "external", None), (1, "hold", 5), (2, "hold", -5)):
            session.add(an_hour(dana, ten + timedelta(hours=hour), kind, now, minutes))
        session.flush()
        found = listed(session, service, dana, now, days=4)
        assert [ten + timedelta(hours=n) in found for n in range(3)] == [False, False, True]
        assert delete_expired(session, now=now) == 1


def test_a_member_is_not_offered_what_they_have_taken(database: Database, now: datetime) -> None:
    ten = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
    with database.write() as session:
        dana, ana = a_working_practitioner(session, timezone="UTC"), a_member(session)
        service = a_service(session, dana, step_minutes=60)
        session.add(
            Occupancy(member_id=ana.id, starts_at=ten, ends_at=ten + timedelta(hours=1), kind="group")
        )
        session.flush()
        everybody = openings(session, service, [dana.id], MONDAY, MONDAY, ZoneInfo("UTC"), now=now)
        for_ana = openings(
            session, service, [dana.id], MONDAY, MONDAY, ZoneInfo("UTC"), now=now, member_id=ana.id
        )
    assert {slot.starts_at for slot in everybody} - {slot.starts_at for slot in for_ana} == {ten}


def test_a_host_is_not_offered_during_their_meeting(database: Database, now: datetime) -> None:
    """Monday at ten in the host's zone; once that date is cancelled, the time is free again."""
    with database.write() as session:
        dana = a_working_practitioner(session)
        service = a_service(session, dana, step_minutes=60)
        meeting = a_meeting(session, hosts=[dana], weekday=0, minute_of_day=600, minutes=60)
        ten = datetime(2026, 11, 30, 18, 0, tzinfo=UTC)
        assert ten not in listed(session, service, dana, now, days=4)
        change_occurrence(session, meeting, MONDAY, cancelled=True, now=now)
        assert ten in listed(session, service, dana, now, days=4)


def test_a_service_is_found_by_its_name_in_the_address(database: Database) -> None:
    with database.write() as session:
        service = a_service(session, slug="first-talk", name="First talk")
        gone = a_service(session, slug="old", active=False)
        assert find_service(session, "first-talk") is service
        assert list_services(session) == [service]
        with pytest.raises(UnknownService):
            find_service(session, gone.slug)


def test_somebody_who_left_is_not_offered(database: Database, now: datetime) -> None:
    with database.write() as session:
        dana = a_working_practitioner(session, departed_at=now)
        assert practitioners_of(session, a_service(session, dana)) == []


def listed(session: Session, service: Service, who: Person, now: datetime, *, days: int) -> list[datetime]:
    last = now.date() + timedelta(days=days)
    found: list[Slot] = openings(session, service, [who.id], now.date(), last, ZoneInfo("UTC"), now=now)
    return [slot.starts_at for slot in found]


def dana_zone(person: Person) -> ZoneInfo:
    return ZoneInfo(person.timezone)


def an_hour(who: Person, starts_at: datetime, kind: str, now: datetime, expires_in: int | None) -> Occupancy:
    return Occupancy(
        practitioner_id=who.id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        kind=kind,
        expires_at=None if expires_in is None else now + timedelta(minutes=expires_in),
    )
