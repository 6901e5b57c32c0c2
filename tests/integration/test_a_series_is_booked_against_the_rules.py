"""At the desk a series is booked against the rules: with a reason, date by date, never over something."""

from datetime import timedelta

from sqlalchemy import select

from foundation.audit import AuditEntry
from scheduling.blocks import add_block
from tests.builders.people import a_practitioner
from tests.clinic import NOW, TUESDAY_3PM, Clinic
from tests.pages import Page, Visit

SIX_PM = TUESDAY_3PM + timedelta(hours=5)
"""Tuesday six in the evening for Dana, who works until five."""
ALL_THE_SAME = "Book them all the same"


def address(clinic: Clinic) -> str:
    slot = f"{clinic.dana.id}.{SIX_PM:%Y%m%dT%H%MZ}"
    return f"/staff/book/{clinic.jonah.id}/follow-up/repeat?slot={slot}&count=3"


def planned(clinic: Clinic) -> tuple[Visit, Page]:
    dana = clinic.visit(clinic.dana)
    return dana, dana.open(address(clinic))


def block_the_second(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        start = SIX_PM + timedelta(weeks=1)
        end = start + timedelta(minutes=30)
        add_block(
            session, practitioner_id=clinic.dana.id, starts_at=start, ends_at=end, by=clinic.dana.id, now=NOW
        )


def set_aside(clinic: Clinic) -> object:
    with clinic.database.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "series.book")).one()
        return entry.detail["set_aside"]


def test_the_rules_in_the_way_are_named_for_each_date_and_it_asks_why(clinic: Clinic) -> None:
    dana, page = planned(clinic)
    assert "Tuesday 1 December: It is outside the working hours" in page.text
    assert "Tuesday 15 December: It is outside the working hours" in page.text
    assert not page.unlabelled
    unreasoned = dana.press(page, ALL_THE_SAME, note="See you then.")
    assert unreasoned.status == 422 and clinic.appointments() == []
    assert "Write one line: why this time" in unreasoned.text
    assert unreasoned.form_with(ALL_THE_SAME).fields["note"] == ["See you then."]
    done = dana.press(unreasoned, ALL_THE_SAME, reason="Works until half past five.")
    assert done.status == 200
    assert [one.override_reason for one in clinic.appointments()] == ["Works until half past five."] * 3
    assert set_aside(clinic) == {day: ["not_a_slot"] for day in ("2026-12-01", "2026-12-08", "2026-12-15")}


def test_without_it_nothing_is_booked_against_the_rules(clinic: Clinic) -> None:
    dana, page = planned(clinic)
    assert dana.press(page, "Book these dates", reason="").status == 409
    assert clinic.appointments() == []


def test_what_is_taken_stops_it_all_the_same(clinic: Clinic) -> None:
    block_the_second(clinic)
    dana, page = planned(clinic)
    assert "Tuesday 8 December: It is outside" not in page.text, "no rule, it is taken"
    refused = dana.press(page, ALL_THE_SAME, reason="A favour.")
    assert (refused.status, clinic.appointments()) == (409, [])
    assert "One date is taken: 8 December." in refused.text and "Against the rules" in refused.text
    assert refused.form_with(ALL_THE_SAME).fields["reason"] == ["A favour."]
    left = dana.press(refused, ALL_THE_SAME, **{"on-2026-12-08": "leave"})
    assert left.status == 200
    assert [one.starts_at.day for one in clinic.appointments()] == [2, 16], "in UTC it is the next day"


def test_a_colleagues_rules_are_the_colleagues(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        ines = a_practitioner(session, name="Ines Stone")
    visit = clinic.visit(ines)
    page = visit.open(address(clinic))
    assert ALL_THE_SAME not in page.text
    form = page.form_with("Book these dates")
    form.fields |= {"reason": ["A favour."], "do": ["anyway"]}
    assert visit.press(page, "Book these dates").status == 403
    assert clinic.appointments() == []


def test_dates_that_are_free_ask_for_no_reason(clinic: Clinic) -> None:
    dana = clinic.visit(clinic.dana)
    slot = f"{clinic.dana.id}.{TUESDAY_3PM:%Y%m%dT%H%MZ}"
    page = dana.open(f"/staff/book/{clinic.jonah.id}/follow-up/repeat?slot={slot}&count=3")
    assert ALL_THE_SAME not in page.text
