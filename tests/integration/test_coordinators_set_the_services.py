"""Coordinators say what can be booked: each refusal at its field, and nothing lost that was typed."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select

from auth.people import Person
from foundation.audit import AuditEntry
from foundation.database import Database
from scheduling.appointments import find_appointment
from scheduling.service_settings import BadService, ServiceSettings, StaleService, save_service, settings_of
from scheduling.services import Service, list_services
from tests.builders.people import a_coordinator, a_member, a_practitioner
from tests.builders.scheduling import a_booking
from tests.clinic import TUESDAY_3PM, Clinic
from tests.pages import Page, Visit


@pytest.fixture
def cora(database: Database) -> Person:
    with database.write() as session:
        return a_coordinator(session)


def wanted(practitioner: Person, **changes: object) -> ServiceSettings:
    chosen = ServiceSettings("first-talk", "First talk", practitioner_ids=frozenset({practitioner.id}))
    return replace(chosen, **changes)  # type: ignore[arg-type]


def offered_by(page: Page, practitioner: Person) -> Page:
    """The page with that box ticked."""
    page.form_with("Add it").fields["practitioner_ids"] = [practitioner.id]
    return page


def services(database: Database) -> dict[str, Service]:
    with database.read() as session:
        return {one.slug: one for one in session.scalars(select(Service))}


def test_a_service_is_added_and_can_be_booked(clinic: Clinic, cora: Person) -> None:
    visit = clinic.visit(cora)
    page = visit.open(visit.open("/admin/services").link("Add a service"))
    kept = visit.press(
        offered_by(page, clinic.dana),
        "Add it",
        name="First talk",
        slug="first-talk",
        minutes="40",
        notice="3",
        notice_unit="days",
        seats="couple",
    )
    assert kept.path == "/admin/services"
    assert "First talk, 40 minutes, by video, for two" in kept.text
    assert "At least 3 days before" in kept.text
    made = services(clinic.database)["first-talk"]
    assert (made.minutes, made.notice_minutes, made.seats) == (40, 3 * 24 * 60, 2)


def test_what_does_not_fit_is_said_at_its_field_and_stays(clinic: Clinic, cora: Person) -> None:
    visit = clinic.visit(cora)
    refused = visit.press(
        offered_by(visit.open("/admin/services/new"), clinic.dana),
        "Add it",
        name="First talk",
        slug="Follow up",
        minutes="1000",
        step_minutes="many",
    )
    assert refused.status == 422
    assert "Write a whole number, like 50." in refused.text
    again = visit.press(refused, "Add it", step_minutes="30")
    assert "A session lasts 5 minutes to 8 hours." in again.text
    assert "Write small letters, digits and single hyphens" in again.text
    assert again.form_with("Add it").fields["minutes"] == ["1000"]
    assert again.form_with("Add it").fields["practitioner_ids"] == [clinic.dana.id]


def test_every_setting_is_shown_as_it_is_kept(clinic: Clinic, cora: Person) -> None:
    before = services(clinic.database)["follow-up"]
    visit = clinic.visit(cora)
    visit.press(visit.open(f"/admin/services/{before.id}"), "Keep these settings")
    after = services(clinic.database)["follow-up"]
    columns = [column.name for column in Service.__table__.columns]
    assert {name: getattr(after, name) for name in columns} == {
        name: getattr(before, name) for name in columns
    }


def test_two_coordinators_do_not_undo_each_other(clinic: Clinic, cora: Person) -> None:
    first, second = clinic.visit(cora), clinic.visit(cora)
    path = f"/admin/services/{clinic.service.id}"
    mine, theirs = first.open(path), second.open(path)
    second.press(theirs, "Keep these settings", minutes="45")
    late = first.press(mine, "Keep these settings", name="Second talk")
    assert late.status == 409
    assert "Somebody changed this service meanwhile." in late.text
    assert late.form_with("Keep").fields["name"] == ["Second talk"]
    first.press(late, "Keep these settings")
    assert services(clinic.database)["follow-up"].name == "Second talk"


def test_closing_a_service_keeps_what_is_booked(clinic: Clinic, cora: Person) -> None:
    one = clinic.booked()
    visit = clinic.visit(cora)
    page = visit.open(f"/admin/services/{clinic.service.id}")
    page.form_with("Keep").fields.pop("active")
    visit.press(page, "Keep these settings")
    jonah = clinic.visit(clinic.jonah)
    assert jonah.open(clinic.path).status == 404
    assert jonah.open(f"/appointments/{one.id}").status == 200
    moved = jonah.press(jonah.open(f"/appointments/{one.id}/move"), "4:00 pm, Tuesday 1 December")
    jonah.press(moved, "Move it here")
    with clinic.database.read() as session:
        assert find_appointment(session, one.id).revision == 1


def test_only_coordinators_set_services(clinic: Clinic) -> None:
    for person in (clinic.dana, clinic.jonah):
        assert clinic.visit(person).open("/admin/services").status == 403


def test_a_change_is_noted_by_name_and_the_wrong_revision_refused(
    database: Database, now: datetime, cora: Person
) -> None:
    with database.write() as session:
        dana = a_practitioner(session)
        made = save_service(session, wanted(dana), by=cora.id, now=now)
        changed = save_service(
            session, wanted(dana, minutes=40), service_id=made.id, revision=0, by=cora.id, now=now
        )
        assert settings_of(session, changed) == wanted(dana, minutes=40)
        with pytest.raises(StaleService):
            save_service(session, wanted(dana), service_id=made.id, revision=0, by=cora.id, now=now)
    with database.read() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.object_kind == "service"))
        assert {one.action: one.detail["changed"] for one in entries}["service.change"] == ["minutes"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"slug": "first--talk"}, "slug"),
        ({"slug": "you"}, "slug"),
        ({"name": " "}, "name"),
        ({"minutes": 481}, "minutes"),
        ({"gap_minutes": 241}, "gap_minutes"),
        ({"horizon_days": 0}, "horizon_days"),
        ({"seats": 0}, "seats"),
        ({"offer_minutes": 4}, "offer_minutes"),
        ({"mode": "letter"}, "mode"),
        ({"mode": "in_person"}, "place"),
        ({"audience": "some"}, "audience"),
        ({"intake_id": "nothing"}, "intake_id"),
        ({"practitioner_ids": frozenset()}, "practitioner_ids"),
        ({"practitioner_ids": frozenset({"nobody"})}, "practitioner_ids"),
    ],
)
def test_each_setting_is_checked(
    database: Database, now: datetime, cora: Person, change: dict[str, object], field: str
) -> None:
    with database.write() as session:
        dana = a_practitioner(session)
        with pytest.raises(BadService) as refused:
            save_service(session, wanted(dana, **change), by=cora.id, now=now)
        assert set(refused.value.problems) == {field}
        assert list_services(session) == []


def test_sessions_of_one_do_not_turn_into_a_group(clinic: Clinic, cora: Person, now: datetime) -> None:
    with clinic.database.write() as session:
        a_booking(
            session,
            TUESDAY_3PM,
            now=now,
            member=a_member(session),
            practitioner=clinic.dana,
            service=session.get_one(Service, clinic.service.id),
        )
        service = session.get_one(Service, clinic.service.id)
        group = replace(settings_of(session, service), seats=8)
        with pytest.raises(BadService) as refused:
            save_service(session, group, service_id=service.id, revision=0, by=cora.id, now=now)
    assert set(refused.value.problems) == {"seats"}


def test_the_form_page_has_one_heading_and_names_its_controls(clinic: Clinic, cora: Person) -> None:
    visit: Visit = clinic.visit(cora)
    for path in ("/admin/services", "/admin/services/new", f"/admin/services/{clinic.service.id}"):
        page = visit.open(path)
        assert (len(page.h1), page.unlabelled) == (1, []), path
