"""The running plan as staff see it: what comes, what was missed, what was agreed, and how it ends."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from foundation.audit import AuditEntry
from scheduling.aftercare.plans import active_plan
from tests.builders.people import a_practitioner
from tests.builders.plans import a_month_begun
from tests.clinic import NOW, Clinic
from tests.pages import Page, Visit

DISCHARGE = date(2026, 11, 27)


def page_of(clinic: Clinic) -> str:
    return f"/staff/people/{clinic.jonah.id}/plan"


def open_plan(clinic: Clinic, **chosen: object) -> tuple[Visit, Page]:
    services = {"regular_service": clinic.service.id, "follow_up_service": clinic.service.id}
    with clinic.database.write() as session:
        told: dict[str, object] = {**services, "goals": "Back to work.", **chosen}
        a_month_begun(session, clinic.jonah, clinic.dana, DISCHARGE, now=NOW, **told)
    visit = clinic.visit(clinic.dana)
    return visit, visit.open(page_of(clinic))


def test_it_shows_what_comes_by_day_and_what_was_agreed(clinic: Clinic) -> None:
    _visit, page = open_plan(clinic)
    assert page.h1 == ["Plan"]
    assert "Back to work." in page.text
    assert "Mon 30 Nov 2026, 10:00 am Booked" in page.text
    assert page.text.index("Mon 30 Nov 2026, 10:00 am") < page.text.index("Tue 1 Dec 2026, 10:00 am")
    assert "Days are those of Chicago, times for Los Angeles (PST)." in page.text


def test_what_was_not_done_or_not_noted_stands_first(clinic: Clinic) -> None:
    visit, page = open_plan(clinic)
    assert "To see to" not in page.text
    clinic.set_clock(NOW + timedelta(days=5))
    page = clinic.visit(clinic.dana).open(page_of(clinic))
    assert page.text.index("To see to") < page.text.index("The next eight weeks")
    assert "Mon 30 Nov 2026, 10:00 am Did they come?" in page.text
    assert visit.open(f"/staff/people/{clinic.jonah.id}").status == 200


def test_a_year_later_its_dates_say_their_own_year(clinic: Clinic) -> None:
    clinic.set_clock(datetime(2026, 12, 28, 20, 0, tzinfo=UTC))
    with clinic.database.write() as session:
        now = datetime(2026, 12, 28, 20, 0, tzinfo=UTC)
        chosen = {"regular_service": clinic.service.id}
        a_month_begun(session, clinic.jonah, clinic.dana, date(2026, 12, 28), now=now, **chosen)
    page = clinic.visit(clinic.dana).open(page_of(clinic))
    assert "Mon 4 Jan 2027, 10:00 am" in page.text


def test_each_reading_is_noted(clinic: Clinic) -> None:
    open_plan(clinic)
    with clinic.database.read() as session:
        read = select(AuditEntry).where(AuditEntry.action == "plan.read")
        assert [one.actor_id for one in session.scalars(read)] == [clinic.dana.id]


def test_ending_it_early_needs_a_reason(clinic: Clinic) -> None:
    visit, page = open_plan(clinic)
    page = visit.press(page, "End the plan", status="revoked")
    assert page.status == 422
    assert "Say why in a line or two." in page.text
    page = visit.press(page, "End the plan", status="revoked", reason="Moves away.")
    assert page.path == f"/staff/people/{clinic.jonah.id}"
    with clinic.database.read() as session:
        assert active_plan(session, clinic.jonah.id) is None
    assert "Moves away." in visit.open(page_of(clinic)).text


def test_nobody_else_learns_that_there_is_one(clinic: Clinic) -> None:
    open_plan(clinic)
    with clinic.database.write() as session:
        lee = a_practitioner(session, name="Lee")
    assert clinic.visit(lee).open(page_of(clinic)).status == 404


def test_without_a_plan_there_is_nothing(clinic: Clinic) -> None:
    assert clinic.visit(clinic.dana).open(page_of(clinic)).status == 404


def test_its_words_are_changed_while_it_runs(clinic: Clinic) -> None:
    """Once they could be written only at discharge."""
    visit, page = open_plan(clinic)
    words = visit.open(page.link("Change the words"))
    assert (words.h1, words.unlabelled) == (["What was agreed"], [])
    kept = visit.press(words, "Keep these words", assessment="Sleeps again.", goals="A flat of her own.")
    assert "Kept. Whoever looks after them reads it" in kept.text
    assert "Sleeps again." in kept.text
    assert "Back to work." not in kept.text
    with clinic.database.read() as session:
        rewording = AuditEntry.action == "plan.reword"
        [noted] = session.scalars(select(AuditEntry).where(rewording)).all()
        sealed = session.connection().exec_driver_sql("select assessment from care_plan").scalar_one()
    assert noted.detail["changed"] == ["assessment", "goals"]
    assert b"Sleeps" not in bytes(sealed)


def test_two_who_write_at_once_see_each_others_words(clinic: Clinic) -> None:
    visit, _page = open_plan(clinic)
    hers, his = (visit.open(f"{page_of(clinic)}/words") for _sheet in range(2))
    visit.press(hers, "Keep these words", goals="A flat of her own.")
    late = visit.press(his, "Keep these words", goals="A choir.")
    assert late.status == 409
    assert "A flat of her own." in late.text
    assert late.form_with("Keep these words").fields["goals"] == ["A choir."]
    assert "A choir." in visit.press(late, "Keep these words").text


def test_the_words_of_a_plan_that_is_over_stay(clinic: Clinic) -> None:
    visit, page = open_plan(clinic)
    words = visit.open(f"{page_of(clinic)}/words")
    visit.press(page, "End the plan", status="completed")
    assert visit.press(words, "Keep these words", goals="A choir.").status == 404
    assert "Change the words" not in visit.open(page_of(clinic)).links
