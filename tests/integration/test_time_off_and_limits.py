"""Days off in one go, with what is booked on them; limits; a colleague's hours for coordinators."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from auth.people import Role
from foundation.audit import AuditEntry
from scheduling.availability import Override
from scheduling.hours import Hours, load_hours, save_hours
from tests.builders.people import a_person, a_practitioner
from tests.clinic import NOW, TUESDAY_3PM, Clinic

OFF = "/staff/availability/off"
HOURS = "/staff/availability"
FIRST, LAST = date(2026, 11, 30), date(2026, 12, 4)


def hours(clinic: Clinic) -> Hours:
    with clinic.database.read() as session:
        return load_hours(session, clinic.dana.id)


def days_off(clinic: Clinic) -> list[date]:
    return [one.date for one in hours(clinic).overrides if not one.ranges]


def test_a_week_off_is_written_at_once_and_lists_what_is_booked(clinic: Clinic) -> None:
    one = clinic.booked()
    later = clinic.booked(TUESDAY_3PM + timedelta(days=7))
    dana = clinic.visit(clinic.dana)
    page = dana.press(dana.open(OFF), "Take these days off", first=str(FIRST), last=str(LAST))
    assert "Monday 30 November to Friday 4 December are off" in page.text
    assert "Booked on these days, 1" in page.text
    assert page.link("Move, Jonah Reed") == f"/appointments/{one.id}/move"
    assert page.link("Cancel, Jonah Reed") == f"/appointments/{one.id}/cancel"
    assert later.id not in str(page.links)
    assert days_off(clinic) == [FIRST + timedelta(days=number) for number in range(5)]
    picker = clinic.visit(clinic.jonah).open(clinic.path)
    with pytest.raises(LookupError):
        picker.form_with("4:00 pm, Tuesday 1 December")
    assert picker.form_with("4:00 pm, Monday 7 December")


def test_other_dates_and_the_limits_stay_and_the_days_come_back(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        before = load_hours(session, clinic.dana.id)
        others = (Override(date(2026, 12, 3), ((600, 720),)), Override(date(2026, 12, 24)))
        kept = Hours(before.timezone, before.windows, others, daily_limit=5)
        save_hours(session, clinic.dana.id, kept, now=NOW, by=clinic.dana.id)
    dana = clinic.visit(clinic.dana)
    page = dana.press(dana.open(OFF), "Take these days off", first=str(FIRST), last="2026-12-02")
    assert hours(clinic).daily_limit == 5
    assert len(hours(clinic).overrides) == 5
    dana.press(page, "Work on these days after all")
    assert hours(clinic).overrides == others


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        ("2026-12-04", "2026-11-30", "The last day cannot come before the first."),
        ("2026-11-26", "2026-11-30", "The first day is over."),
        ("2026-12-01", "2027-12-01", "That is more than three months."),
        ("2036-12-01", "2036-12-01", "Look at the year again."),
        ("9999-12-31", "9999-12-31", "Look at the year again."),
        ("soon", "2026-12-01", "That is not a day."),
        ("", "", "Choose a day."),
    ],
)
def test_days_that_make_no_sense_are_sent_back(clinic: Clinic, first: str, last: str, says: str) -> None:
    dana = clinic.visit(clinic.dana)
    page = dana.press(dana.open(OFF), "Take these days off", first=first, last=last)
    assert page.status == 422
    assert says in page.text
    assert page.form_with("Take these days off").fields["first"] == [first]
    assert days_off(clinic) == []


def test_a_strange_address_is_only_a_form(clinic: Clinic) -> None:
    dana = clinic.visit(clinic.dana)
    for asked in ("first=0001-01-01&last=0001-01-01", "first=x", "first=2026-12-01&last=9999-12-31"):
        assert dana.open(f"{OFF}?{asked}").status == 200


def test_limits_are_saved_kept_and_left_out(clinic: Clinic) -> None:
    dana = clinic.visit(clinic.dana)
    dana.press(dana.open(HOURS), "Save these hours", daily_limit="2", weekly_limit="8")
    assert (hours(clinic).daily_limit, hours(clinic).weekly_limit) == (2, 8)
    page = dana.open(HOURS)
    assert page.form_with("Save").fields["daily-limit"] == ["2"]
    dana.press(page, "Save these hours", from_0="10:00")
    assert hours(clinic).daily_limit == 2
    dana.press(dana.open(HOURS), "Save these hours", daily_limit="", weekly_limit="")
    assert (hours(clinic).daily_limit, hours(clinic).weekly_limit) == (None, None)


@pytest.mark.parametrize("typed", ["0", "-1", "many", "1.5", "101", "٣", "9" * 40])
def test_a_limit_that_is_no_number_is_said_at_its_field(clinic: Clinic, typed: str) -> None:
    dana = clinic.visit(clinic.dana)
    refused = dana.press(dana.open(HOURS), "Save these hours", daily_limit=typed)
    assert refused.status == 422
    assert "Write a whole number from 1 to 100" in refused.text
    assert refused.form_with("Save").fields["daily-limit"] == [typed]


def test_a_week_below_one_of_its_days_is_said(clinic: Clinic) -> None:
    dana = clinic.visit(clinic.dana)
    refused = dana.press(dana.open(HOURS), "Save these hours", daily_limit="5", weekly_limit="4")
    assert "A week cannot have fewer" in refused.text


def test_a_coordinator_keeps_a_colleagues_hours_and_it_is_recorded(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        ruth = a_person(session, Role.COORDINATOR, name="Ruth")
        ines = a_practitioner(session, name="Ines")
    visit = clinic.visit(ruth)
    assert visit.open(HOURS).h1 == ["Whose calendar?"]
    page = visit.open(f"{HOURS}?who={clinic.dana.id}")
    assert page.h1 == ["Hours of Dana Whitlock"]
    page = visit.press(page, "Add hours on Saturday", until_0="12:00")
    saved = visit.press(page, "Save these hours", from_5="10:00", until_5="12:00")
    assert "Dana’s hours are saved." in saved.text
    off = visit.open(saved.link("Time off"))
    visit.press(off, "Take these days off", first=str(FIRST), last=str(FIRST))
    assert days_off(clinic) == [FIRST]
    with clinic.database.read() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.actor_id == ruth.id)).all()
    done = {(entry.action, entry.object_id) for entry in entries}
    assert {("hours.read", clinic.dana.id), ("hours.save", clinic.dana.id)} <= done
    other = clinic.visit(ines)
    for path in (HOURS, OFF):
        assert other.open(f"{path}?who={clinic.dana.id}").status == 404
