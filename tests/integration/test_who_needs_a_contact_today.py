"""The worklist: who needs a contact today and why, in order; one touch notes it, another takes it back."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from auth.people import Person, Role
from foundation.audit import AuditEntry
from safety.flags import Flag, raise_flag
from scheduling.aftercare.checkup_records import Outcome
from scheduling.aftercare.concern_records import Concern
from scheduling.aftercare.contacts import ContactGone, note_contact
from scheduling.aftercare.plan_records import CarePlan, ContactKind, PlannedContact
from scheduling.aftercare.worklist import UNREADABLE
from tests.builders.aftercare import a_concern, a_contact_due, in_care
from tests.builders.people import a_member, a_person, a_practitioner
from tests.clinic import NOW, Clinic
from tests.pages import Page

TODAY = date(2026, 11, 27)
LIST = "/staff/worklist"


def ago(number: int) -> date:
    return TODAY - timedelta(days=number)


def plan_for(clinic: Clinic, member: Person, phone: str = "") -> CarePlan:
    with clinic.database.write() as session:
        return in_care(session, session.merge(member), clinic.dana, began=ago(60), phone=phone)


def due(clinic: Clinic, plan: CarePlan, last: date, kind: ContactKind = ContactKind.CALL) -> PlannedContact:
    with clinic.database.write() as session:
        return a_contact_due(session, plan, ago(5), last, kind)


def state_of(clinic: Clinic, contact: PlannedContact) -> str:
    with clinic.database.read() as session:
        return session.get_one(PlannedContact, contact.id).state


def names_in_order(page: Page) -> list[str]:
    buttons = [one.text for form in page.forms for one in form.buttons]
    return [words.removeprefix("Reached: ") for words in buttons if words.startswith("Reached: ")]


def test_everybody_stands_in_the_order_in_which_they_are_needed(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        named = {
            name: a_member(session, name=name) for name in ("Ann", "Bea", "Cal", "Dee", "Eli", "Fay", "Gus")
        }
        plans = {name: in_care(session, one, clinic.dana, began=ago(60)) for name, one in named.items()}
        a_contact_due(session, plans["Ann"], ago(1), TODAY + timedelta(days=3))
        a_contact_due(session, plans["Bea"], ago(1), TODAY)
        a_contact_due(session, plans["Cal"], ago(9), ago(2))
        a_concern(session, plans["Dee"], "Nothing heard for 15 days", now=NOW)
        a_concern(session, plans["Eli"], "PHQ-9 stands at 17", now=NOW, weight=1)
        raise_flag(
            session, place=f"member:{named['Fay'].id}", source="measure", source_id=None,
            person_id=named["Fay"].id, known_as="Fay", text="", rule="", now=NOW,
        )  # fmt: skip
        a_contact_due(session, plans["Gus"], ago(1), ago(1), ContactKind.CHECK_IN)
    page = clinic.visit(clinic.dana).open(LIST)
    assert names_in_order(page) == ["Fay", "Eli", "Cal", "Dee", "Bea", "Ann"]
    assert "Call was due by Wed 25 Nov" in page.text
    assert "Call due today" in page.text
    assert "Five people wait today, one more is due by a later day, of 7 in your care" in page.text
    assert page.text.index("Bea") < page.text.index("Due by a later day") < page.text.index("Ann")
    assert page.link("An alert is open").startswith("/staff/flags/")


def test_a_concern_that_does_not_open_hides_nobody(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        for name in ("Ann Falk", "Bea Holm"):
            plan = in_care(session, a_member(session, name=name), clinic.dana, began=ago(60))
            concern = a_concern(session, plan, "Nothing heard for 15 days", now=NOW)
        broken = text("UPDATE care_concern SET grounds = :sealed WHERE id = :id")
        session.execute(broken, {"sealed": b"what somebody wrote over it", "id": concern.id})
    page = clinic.visit(clinic.dana).open(LIST)
    assert names_in_order(page) == ["Ann Falk", "Bea Holm"]
    assert "Nothing heard for 15 days" in page.text
    assert UNREADABLE in page.text


def test_one_call_is_lit_and_it_is_the_first_of_today(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        for name, last in (("Ann Falk", 0), ("Bea Holm", 0), ("Cal Rand", 3)):
            member = a_member(session, name=name)
            plan = in_care(session, member, clinic.dana, began=ago(9), phone="+13125550147")
            a_contact_due(session, plan, ago(1), TODAY + timedelta(days=last))
    html = clinic.visit(clinic.dana).client.get(LIST).get_data(as_text=True)
    assert html.count('<a class="btn btn--s" href="tel:') == 1
    assert html.count('<a class="btn btn--plain btn--s" href="tel:') == 2
    assert html.index("Ann Falk") < html.index('<a class="btn btn--s" href="tel:') < html.index("Bea Holm")


def test_a_day_on_which_everybody_can_wait_says_so(clinic: Clinic) -> None:
    due(clinic, plan_for(clinic, clinic.jonah), TODAY + timedelta(days=3))
    page = clinic.visit(clinic.dana).open(LIST)
    assert "Nobody waits today, one is due by a later day, of 1 in your care" in page.text
    assert names_in_order(page) == ["Jonah Reed"]


def test_only_ways_that_were_agreed_to_are_offered(clinic: Clinic) -> None:
    due(clinic, plan_for(clinic, clinic.jonah, phone="+13125550147"), TODAY)
    with clinic.database.write() as session:
        silent = a_member(session, name="Noa Lind", phone="+13125550148")
        a_contact_due(session, in_care(session, silent, clinic.dana, began=ago(9)), ago(1), TODAY)
    page = clinic.visit(clinic.dana).open(LIST)
    assert page.link("Call Jonah Reed (312) 555-0147") == "tel:+13125550147"
    assert page.link("Text Jonah Reed") == "sms:+13125550147"
    assert "mailto:" not in str(page.links)
    assert "555-0148" not in page.text


def test_reached_is_one_touch_and_one_more_takes_it_back(clinic: Clinic) -> None:
    plan = plan_for(clinic, clinic.jonah)
    call = due(clinic, plan, TODAY)
    with clinic.database.write() as session:
        a_concern(session, plan, "Nothing heard for 15 days", now=NOW)
    dana = clinic.visit(clinic.dana)
    page = dana.press(dana.open(LIST), "Reached: Jonah Reed")
    assert state_of(clinic, call) == "done"
    assert "Noted: you reached Jonah Reed." in page.text
    assert "Nobody waits for you now" in page.text
    page = dana.press(page, "That was a slip")
    assert state_of(clinic, call) == "due"
    assert names_in_order(page) == ["Jonah Reed"]
    assert "Nothing heard for 15 days" in page.text


def test_one_call_settles_what_had_run_out_before(clinic: Clinic) -> None:
    plan = plan_for(clinic, clinic.jonah)
    older, newer = due(clinic, plan, ago(3), ContactKind.CHECKUP), due(clinic, plan, TODAY)
    dana = clinic.visit(clinic.dana)
    page = dana.press(dana.open(LIST), "Reached: Jonah Reed")
    assert (state_of(clinic, older), state_of(clinic, newer)) == ("missed", "done")
    assert names_in_order(page) == []
    dana.press(page, "That was a slip")
    assert (state_of(clinic, older), state_of(clinic, newer)) == ("due", "due")


def test_the_form_for_a_note_means_the_same_contact_as_one_touch(clinic: Clinic) -> None:
    plan = plan_for(clinic, clinic.jonah)
    older, newer = due(clinic, plan, ago(3), ContactKind.CHECKUP), due(clinic, plan, TODAY)
    dana = clinic.visit(clinic.dana)
    page = dana.open(f"/staff/people/{clinic.jonah.id}/contacts")
    dana.press(page, "Note it", outcome="reached", note="He found a new flat.")
    assert (state_of(clinic, older), state_of(clinic, newer)) == ("missed", "done")
    assert names_in_order(dana.open(LIST)) == []


def test_word_left_waits_for_tomorrow(clinic: Clinic) -> None:
    call = due(clinic, plan_for(clinic, clinic.jonah), TODAY)
    dana = clinic.visit(clinic.dana)
    page = dana.press(dana.open(LIST), "Left word: Jonah Reed")
    assert names_in_order(page) == []
    assert "Tried today" in page.text
    assert state_of(clinic, call) == "due"
    clinic.set_clock(NOW + timedelta(hours=20))
    page = clinic.visit(clinic.dana).open(LIST)
    assert names_in_order(page) == ["Jonah Reed"]
    assert "Call was due by Fri 27 Nov" in page.text


def test_what_arises_after_word_was_left_is_there_at_once(clinic: Clinic) -> None:
    plan = plan_for(clinic, clinic.jonah)
    due(clinic, plan, TODAY)
    dana = clinic.visit(clinic.dana)
    dana.press(dana.open(LIST), "Left word: Jonah Reed")
    with clinic.database.write() as session:
        a_concern(session, plan, "Asks to be rung", now=NOW + timedelta(minutes=5), weight=1)
    assert names_in_order(clinic.visit(clinic.dana).open(LIST)) == ["Jonah Reed"]


def test_who_declines_is_asked_no_more_for_this_one(clinic: Clinic) -> None:
    call = due(clinic, plan_for(clinic, clinic.jonah), TODAY)
    dana = clinic.visit(clinic.dana)
    dana.press(dana.open(LIST), "Declined: Jonah Reed")
    assert state_of(clinic, call) == "dropped"


def test_calling_somebody_out_needs_words_and_goes_the_way_of_danger(clinic: Clinic) -> None:
    due(clinic, plan_for(clinic, clinic.jonah), TODAY)
    dana = clinic.visit(clinic.dana)
    page = dana.open(dana.open(LIST).link("More: a note, or call somebody out"))
    refused = dana.press(page, "Note it", outcome="escalate", note="")
    assert refused.status == 422
    assert "Say in a sentence what happened" in refused.text
    page = dana.press(refused, "Note it", outcome="escalate", note="He sounded far away and hung up.")
    assert page.link("An alert is open").startswith("/staff/flags/")
    with clinic.database.read() as session:
        flag = session.scalars(select(Flag)).one()
        assert (flag.place, flag.text) == (f"member:{clinic.jonah.id}", "He sounded far away and hung up.")
    assert names_in_order(page) == ["Jonah Reed"]


def test_what_is_noted_is_sealed_and_read_on_the_members_page(clinic: Clinic) -> None:
    plan_for(clinic, clinic.jonah)
    dana = clinic.visit(clinic.dana)
    where = f"/staff/people/{clinic.jonah.id}/contacts"
    page = dana.press(dana.open(where), "Note it", outcome="reached", note="He found a new flat.")
    assert "He found a new flat." in page.text
    assert "Reached" in dana.open(f"/staff/people/{clinic.jonah.id}").text
    with clinic.database.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT note FROM checkup").scalar_one()
    assert b"flat" not in bytes(kept)


def test_a_concern_can_be_seen_to_with_a_reason(clinic: Clinic) -> None:
    plan = plan_for(clinic, clinic.jonah)
    with clinic.database.write() as session:
        a_concern(session, plan, "Nothing heard for 15 days", now=NOW)
    dana = clinic.visit(clinic.dana)
    where = f"/staff/people/{clinic.jonah.id}/contacts"
    refused = dana.press(dana.open(where), "Take it off the list", reason=" ")
    assert refused.status == 422
    assert "Say why in a sentence" in refused.text
    page = dana.press(refused, "Take it off the list", reason="He told us that he travels until Sunday.")
    assert "He told us that he travels until Sunday." in page.text
    with clinic.database.read() as session:
        assert session.scalars(select(Concern)).one().ended_by == clinic.dana.id


def test_two_at_once_note_one_contact(clinic: Clinic) -> None:
    """The second learns that it is done; nothing is noted twice."""
    call = due(clinic, plan_for(clinic, clinic.jonah), TODAY)
    dana, other = clinic.visit(clinic.dana), clinic.visit(clinic.dana)
    first, second = dana.open(LIST), other.open(LIST)
    dana.press(first, "Reached: Jonah Reed")
    page = other.press(second, "Reached: Jonah Reed")
    assert page.status == 409
    assert "That contact is no longer open" in page.text
    assert state_of(clinic, call) == "done"


def test_a_form_of_the_members_own_is_not_for_the_team_to_finish(clinic: Clinic) -> None:
    check_in = due(clinic, plan_for(clinic, clinic.jonah), TODAY, ContactKind.CHECK_IN)
    with pytest.raises(ContactGone), clinic.database.write() as session:
        note_contact(
            session,
            clinic.jonah.id,
            Outcome.REACHED,
            planned_contact_id=check_in.id,
            by=clinic.dana.id,
            now=NOW,
        )


def test_others_members_are_nobodys_here(clinic: Clinic) -> None:
    plan = plan_for(clinic, clinic.jonah)
    due(clinic, plan, TODAY)
    with clinic.database.write() as session:
        ines = a_practitioner(session, name="Ines Roth")
        concern = a_concern(session, plan, "Nothing heard for 15 days", now=NOW)
    visit = clinic.visit(ines)
    assert names_in_order(visit.open(LIST)) == []
    for path in ("contacts", "step", f"contacts/concerns/{concern.id}"):
        where = f"/staff/people/{clinic.jonah.id}/{path}"
        assert visit.client.post(where, data={"outcome": "reached", "reason": "x"}).status_code in {404, 400}
    assert visit.open(f"/staff/people/{clinic.jonah.id}/contacts").status == 404
    assert visit.open(f"/staff/people/{clinic.jonah.id}/step").status == 404
    assert visit.open(f"{LIST}?who={clinic.dana.id}").status == 404
    assert clinic.visit(clinic.jonah).open(LIST).status == 403


def test_a_coordinator_looks_after_a_colleagues_list_and_it_is_noted(clinic: Clinic) -> None:
    due(clinic, plan_for(clinic, clinic.jonah), TODAY)
    with clinic.database.write() as session:
        ruth = a_person(session, Role.COORDINATOR, name="Ruth")
    visit = clinic.visit(ruth)
    page = visit.open(f"{LIST}?who={clinic.dana.id}")
    assert page.h1 == ["Today for Dana Whitlock"]
    page = visit.press(page, "Left word: Jonah Reed")
    assert page.h1 == ["Today for Dana Whitlock"]
    with clinic.database.read() as session:
        noted = session.scalars(select(AuditEntry).where(AuditEntry.actor_id == ruth.id)).all()
    assert {"worklist.read", "contact.made"} <= {one.action for one in noted}
    assert all("Jonah" not in str(one.detail) for one in noted)
