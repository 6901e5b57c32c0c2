"""Groups and the waiting list as people meet them, without a script; and no member ever sees another."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from auth.people import Person
from foundation.audit import AuditEntry
from scheduling.appointments import book, cancel, of_member
from scheduling.group_dates import dates_of
from scheduling.groups import add_group, groups_of
from scheduling.memberships import join_group
from scheduling.series_records import Series
from scheduling.services import Service
from scheduling.waitlist import join_waitlist, waits_of
from tests.builders.people import a_member, a_practitioner
from tests.builders.scheduling import a_service, an_order
from tests.clinic import NOW, TUESDAY_3PM, Clinic

FIRST = date(2026, 12, 1)
HIDDEN = "Priya Quiet"


class Circle:
    """Dana's Tuesdays at six, three seats."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        with clinic.database.write() as session:
            self.service: Service = a_service(session, clinic.dana, name="Small group", seats=3)
            self.group: Series = add_group(
                session,
                service_id=self.service.id,
                practitioner_id=clinic.dana.id,
                title="Tuesday circle",
                timezone="America/Los_Angeles",
                weekday=1,
                minute_of_day=18 * 60,
                minutes=50,
                first_date=FIRST,
                by=clinic.dana.id,
                now=NOW,
            )

    @property
    def path(self) -> str:
        return f"/groups/{self.group.id}"

    @property
    def desk(self) -> str:
        return f"/staff/groups/{self.group.id}"

    def filled(self, count: int = 3) -> list[Person]:
        """So many members have joined, all with a name that nobody may see."""
        with self.clinic.database.write() as session:
            people = [a_member(session, name=f"{HIDDEN} {number}") for number in range(count)]
            for one in people:
                join_group(session, self.group.id, one.id, from_date=FIRST, by=one.id, now=NOW)
        return people

    def coming(self) -> list[datetime]:
        own = (one for one in self.clinic.appointments() if not one.is_cancelled)
        return [one.starts_at for one in own]


@pytest.fixture
def circle(clinic: Clinic) -> Circle:
    return Circle(clinic)


def test_a_member_finds_a_group_and_joins_it(clinic: Clinic, circle: Circle) -> None:
    circle.filled(2)
    visit = clinic.visit(clinic.jonah)
    listed = visit.open("/groups")
    assert "Seats free" in listed.text and HIDDEN not in listed.text
    page = visit.open(listed.link("Tuesday circle"))
    assert "Tuesday 1 December, 8:00 to 8:50 pm" in page.text and HIDDEN not in page.text
    joined = visit.press(page, "Come every week")
    assert (joined.status, len(circle.coming())) == (200, 12)
    assert "Your dates" in joined.text and "You have a seat every week." in joined.text
    left = visit.press(joined, "Leave it")
    assert circle.coming() == [] and "You have left." in left.text


def test_single_dates_can_be_ticked(clinic: Clinic, circle: Circle) -> None:
    visit = clinic.visit(clinic.jonah)
    page = visit.open(circle.path)
    booked = visit.press(page, "Only these dates", date=["2026-12-08", "2026-12-22"])
    assert booked.status == 200
    assert [one.day for one in circle.coming()] == [9, 23], "in UTC it is the next day"
    assert "your seat" in booked.text


def test_a_date_that_was_lost_meanwhile_is_named_and_nothing_is_booked(
    clinic: Clinic, circle: Circle
) -> None:
    visit = clinic.visit(clinic.jonah)
    page = visit.open(circle.path)
    with clinic.database.write() as session:
        there = dates_of(session, circle.group.id, after=NOW)[1].starts_at
        for number in range(3):
            one = a_member(session, name=f"{HIDDEN} {number}")
            book(session, an_order(circle.service, clinic.dana, one, there), now=NOW)
    answer = visit.press(page, "Come every week")
    assert answer.status == 409 and circle.coming() == []
    assert "8 December" in answer.text and "full" in answer.text and HIDDEN not in answer.text
    again = visit.press(answer, "Come every week")
    assert again.status == 200 and len(circle.coming()) == 11


def test_a_full_group_offers_to_wait(clinic: Clinic, circle: Circle) -> None:
    people = circle.filled()
    visit = clinic.visit(clinic.jonah)
    assert "Full" in visit.open("/groups").text
    waiting = visit.press(visit.open(circle.path), "Wait for a seat")
    assert waiting.path == "/waitlist" and "Tuesday circle" in waiting.text
    assert HIDDEN not in waiting.text
    other = clinic.visit(people[0])
    other.press(other.open(circle.path), "Leave it")
    offered = visit.open("/appointments")
    assert "A time has come free: Tuesday 1 December" in offered.text
    assert "11 more dates" in offered.text and HIDDEN not in offered.text
    visit.press(offered, "Take it")
    assert len(circle.coming()) == 12


def test_waiting_from_the_page_of_times(clinic: Clinic) -> None:
    visit = clinic.visit(clinic.jonah)
    page = visit.open(clinic.path)
    listed = visit.press(page, "Put me on the list", until="2026-12-24")
    assert "Until Thursday 24 December" in listed.text and "with Dana" in listed.text
    assert visit.press(visit.open(clinic.path), "Put me on the list", until="2020-01-01").status == 422
    empty = visit.press(listed, "Stop waiting")
    assert "You wait for nothing" in empty.text


def test_an_offer_is_taken_with_one_tap(clinic: Clinic) -> None:
    offer_to_jonah(clinic)
    visit = clinic.visit(clinic.jonah)
    page = visit.open("/waitlist")
    assert "Tuesday 1 December" in page.text and "Kept for you until" in page.text
    taken = visit.press(page, "Take it")
    assert taken.path.endswith("/booked") and len(clinic.appointments()) == 1


def test_an_offer_that_has_ended_says_so(clinic: Clinic) -> None:
    offer_to_jonah(clinic)
    visit = clinic.visit(clinic.jonah)
    page = visit.open("/waitlist")
    clinic.set_clock(NOW + timedelta(hours=3))
    answer = visit.press(page, "Take it")
    assert answer.status == 409 and "That offer has ended" in answer.text
    assert clinic.appointments() == []


def test_letting_an_offer_go_keeps_the_place_on_the_list(clinic: Clinic) -> None:
    offer_to_jonah(clinic)
    visit = clinic.visit(clinic.jonah)
    page = visit.press(visit.open("/waitlist"), "Let it go")
    assert "you stay on the list" in page.text and "Follow-up" in page.text


@pytest.mark.parametrize("act", ["accept", "decline", "leave"])
def test_nobody_answers_for_somebody_else(clinic: Clinic, act: str) -> None:
    entry_id = offer_to_jonah(clinic)
    with clinic.database.write() as session:
        stranger = a_member(session, name="Stranger")
    visit = clinic.visit(stranger)
    page = visit.open("/book/" + clinic.service.slug)
    token = page.form_with("Put me on the list").fields["csrf_token"][0]
    answer = visit.client.post(f"/waitlist/{entry_id}/{act}", data={"csrf_token": token})
    assert answer.status_code == 404


def test_a_practitioner_adds_a_group(clinic: Clinic, circle: Circle) -> None:
    visit = clinic.visit(clinic.dana)
    page = visit.open("/staff/groups/new")
    empty = visit.press(page, "Add it", title="")
    assert empty.status == 422 and "Write something here." in empty.text
    added = visit.press(empty, "Add it", title="Thursday evening", weekday="3", first_date="2026-12-03")
    assert added.status == 200, added.text
    assert added.h1 == ["Thursday evening"]
    with clinic.database.read() as session:
        assert [one.title for one in groups_of(session, today=FIRST)] == [
            "Tuesday circle",
            "Thursday evening",
        ]


def test_the_desk_sees_names_and_that_is_noted(clinic: Clinic, circle: Circle) -> None:
    people = circle.filled(1)
    visit = clinic.visit(clinic.dana)
    assert HIDDEN in visit.open(circle.desk).text
    with clinic.database.read() as session:
        notes = session.scalars(select(AuditEntry).where(AuditEntry.action == "group.read")).all()
    assert [one.detail["people"] for one in notes] == [[people[0].id]]


def test_the_desk_adds_and_removes_a_member(clinic: Clinic, circle: Circle) -> None:
    with clinic.database.write() as session:
        there = dates_of(session, circle.group.id, after=NOW)[1]
        for number in range(3):
            one = a_member(session, name=f"Guest {number}")
            book(session, an_order(circle.service, clinic.dana, one, there.starts_at), now=NOW)
    visit = clinic.visit(clinic.dana)
    found = visit.press(visit.open(circle.desk), "Find somebody", name="jonah")
    named = visit.press(found, "Every week")
    assert named.status == 409 and "Tuesday 8 December: no seat is left" in named.text
    added = visit.press(named, "Add Jonah Reed without these dates")
    assert added.status == 200 and len(circle.coming()) == 11
    assert visit.press(added, "Remove Jonah Reed").status == 200
    assert circle.coming() == []


def test_the_desk_moves_and_cancels_a_date(clinic: Clinic, circle: Circle) -> None:
    circle.filled(1)
    visit = clinic.visit(clinic.dana)
    date_page = visit.open(visit.open(circle.desk).link("Tue 8 Dec"))
    wrong = visit.press(date_page, "Move this date", day="", time="18:00")
    assert wrong.status == 422 and "Choose a day." in wrong.text
    moved = visit.press(date_page, "Move this date", day="2026-12-09", time="18:30")
    assert moved.h1 == ["Wednesday 9 December, 6:30 to 7:20 pm"]
    gone = visit.press(moved, "Cancel this date")
    assert "Cancelled" in gone.text


def test_the_desk_changes_what_follows_and_ends_it(clinic: Clinic, circle: Circle) -> None:
    circle.filled(1)
    visit = clinic.visit(clinic.dana)
    page = visit.open(circle.desk)
    later = {"follow-from_date": "2026-12-08", "follow-day": "2026-12-08", "follow-time": "19:00"}
    changed = visit.press(page, "Change these dates", **later)
    assert "Tue 1 Dec, 6:00 pm" in changed.text and "Tue 8 Dec, 7:00 pm" in changed.text
    seats = visit.press(changed, "Save", capacity="2")
    assert seats.status == 422 and "A group has 3 to 500 seats." in seats.text
    ended = visit.press(changed, "End it", **{"end-from_date": "2026-12-15"})
    assert "Tue 8 Dec" in ended.text and "Tue 15 Dec" not in ended.text


def test_a_colleagues_group_is_not_there(clinic: Clinic, circle: Circle) -> None:
    with clinic.database.write() as session:
        ines = a_practitioner(session, name="Ines")
    visit = clinic.visit(ines)
    assert visit.open(circle.desk).status == 404
    assert "Tuesday circle" not in visit.open("/staff/groups").text


def test_the_desk_sees_who_waits(clinic: Clinic) -> None:
    entry_id = offer_to_jonah(clinic)
    visit = clinic.visit(clinic.dana)
    page = visit.open("/staff/waitlist")
    assert "Jonah Reed" in page.text and "Asked: Tue 1 Dec, 1:00 pm" in page.text
    assert "They are off the list." in visit.press(page, "Take off the list").text
    with clinic.database.read() as session:
        assert entry_id not in [one.id for one in waits_of(session, clinic.jonah.id, now=NOW)]


def offer_to_jonah(clinic: Clinic) -> str:
    """Somebody had Tuesday at three, Jonah waited, and now it is his to take."""
    with clinic.database.write() as session:
        other = a_member(session, name=HIDDEN)
        taken = book(session, an_order(clinic.service, clinic.dana, other, TUESDAY_3PM), now=NOW)
        entry = join_waitlist(
            session, member_id=clinic.jonah.id, service_id=clinic.service.id, by=clinic.jonah.id, now=NOW
        )
        cancel(session, taken.id, by=other.id, now=NOW)
        assert of_member(session, clinic.jonah.id) == []
        return entry.id
