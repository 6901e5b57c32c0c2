"""A therapist books somebody in with a colleague: that succeeds, and is then the colleague's to see."""

from flask import Flask

from foundation.database import Database
from tests.builders.people import a_practitioner
from tests.builders.scheduling import a_service, work_hours
from tests.clinic import TUESDAY_3PM, open_clinic
from tests.posting import browser_of, send
from web.slot_days import write_choice


def test_it_ends_on_a_page_that_is_there_and_not_on_what_is_the_colleagues(
    app: Flask, database: Database
) -> None:
    clinic = open_clinic(app, database)
    with database.write() as session:
        ruth = work_hours(session, a_practitioner(session, name="Ruth Abelson"))
        a_service(session, clinic.dana, ruth, slug="either", step_minutes=60)
    browser, page = browser_of(app, clinic.dana), f"/staff/book/{clinic.jonah.id}/either"
    answer = send(browser, page, {"slot": write_choice(ruth.id, TUESDAY_3PM), "key": "once"}, page=page)
    assert answer.status_code == 303
    after = browser.get(answer.headers["Location"])
    assert after.status_code == 200
    assert "Booked. They get a mail with the time." in after.text
    (one,) = clinic.appointments()
    assert browser.get(f"/staff/appointments/{one.id}").status_code == 404
    assert browser_of(app, ruth).get(f"/staff/appointments/{one.id}").status_code == 200


def test_a_time_in_somebodys_calendar_leads_to_what_they_give(app: Flask, database: Database) -> None:
    clinic = open_clinic(app, database)
    with database.write() as session:
        ruth = work_hours(session, a_practitioner(session, name="Ruth Abelson"))
        for slug, who in {"danas": clinic.dana, "ruths": ruth, "both": ruth}.items():
            a_service(session, who, slug=slug)
    page = f"/staff/book/{clinic.jonah.id}?slot={write_choice(ruth.id, TUESDAY_3PM)}"
    offered = browser_of(app, clinic.dana).get(page).text
    assert "/ruths?slot=" in offered
    assert "/both?slot=" in offered
    assert "/danas?slot=" not in offered
