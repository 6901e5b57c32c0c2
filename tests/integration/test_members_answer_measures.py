"""A member answers on a phone: kept as they go, scored once it is sent, never behind after quiet weeks."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text

from foundation.audit import AuditEntry
from foundation.database import Database
from scheduling.aftercare.measures.history import sittings_of, weeks_checked_in
from scheduling.aftercare.measures.measure import CHECK_IN
from scheduling.aftercare.measures.records import MeasureResponse
from scheduling.aftercare.measures.responses import due_measures, last_check_ins, scores_of
from scheduling.aftercare.plan_records import ContactKind, ContactState, PlannedContact
from tests.builders.measures import a_check_in, a_draft, a_sitting, answers_of
from tests.builders.measures import a_due_measure as due
from tests.clinic import NOW, Clinic
from tests.pages import Page

TODAY = date(2026, 11, 27)
WEEK = timedelta(weeks=1)


def sheet(code: str, points: int = 0, **given: str) -> dict[str, str]:
    """What the page's form sends."""
    return {f"q-{item}": answer for item, answer in answers_of(code, points, **given).items()}


def chosen(page: Page, button: str) -> dict[str, str]:
    fields = page.form_with(button).fields.items()
    return {name: "".join(values) for name, values in fields if name.startswith("q-") and "".join(values)}


def test_it_is_gone_on_with_where_it_was_left(clinic: Clinic) -> None:
    jonah = clinic.visit(clinic.jonah)
    page = jonah.open("/care/measures/phq-9")
    assert (page.status, page.unlabelled, page.h1) == (200, [], ["Mood, the last two weeks"])
    kept = jonah.press(page, "Keep it for later", **{"q-1": "2", "q-2": "0"})
    assert "Kept. Go on whenever you like." in kept.text
    clinic.set_clock(NOW + timedelta(days=2))
    again = jonah.open("/care/measures/phq-9")
    assert chosen(again, "Send") == {"q-1": "2", "q-2": "0"}
    assert again.link("Go on where you stopped") == "#q-3"


def test_it_is_scored_when_it_is_sent_and_told_without_shame(clinic: Clinic) -> None:
    jonah = clinic.visit(clinic.jonah)
    page = jonah.open("/care/measures/phq-9")
    sent = jonah.press(page, "Send", **sheet("phq-9", 1, q9="0"))
    assert sent.path == "/care/measures/phq-9/so-far"
    assert "8 of 27: mild" in sent.text
    assert "nothing about who you are" in sent.text
    assert not chosen(jonah.open("/care/measures/phq-9"), "Send"), "the next one begins empty"


def test_what_is_missing_is_said_and_what_was_answered_stays(clinic: Clinic) -> None:
    jonah = clinic.visit(clinic.jonah)
    page = jonah.open("/care/measures/gad-7")
    refused = jonah.press(page, "Send", **{"q-1": "3"})
    assert refused.status == 422
    assert "Six answers to go. What you answered is kept." in refused.text
    assert chosen(refused, "Send") == {"q-1": "3"}
    assert jonah.press(refused, "Send", **sheet("gad-7", 2)).path == "/care/measures/gad-7/so-far"


def test_sent_twice_is_sent_once_and_a_late_copy_opens_nothing(clinic: Clinic) -> None:
    jonah = clinic.visit(clinic.jonah)
    page = jonah.open("/care/check-in")
    for _touch in range(2):
        jonah.press(page, "Send", **sheet("check-in", 4))
    jonah.press(page, "Keep it for later", **sheet("check-in", 4))
    with clinic.database.read() as session:
        [only] = session.scalars(select(MeasureResponse)).all()
        assert only.completed_at == NOW


def test_what_was_kept_on_the_way_and_comes_in_last_opens_nothing(clinic: Clinic) -> None:
    """Over a slow line the page's own keeping may reach us after the button."""
    jonah = clinic.visit(clinic.jonah)
    page = jonah.open("/care/check-in")
    whole = sheet("check-in", 4) | {"q-line": "A quiet week."}
    jonah.press(page, "Send", **whole)
    some = list(whole)[:3]
    jonah.press(page, "Keep it for later", **{name: whole[name] for name in some}, **{"q-line": "A qui"})
    with clinic.database.read() as session:
        assert [one.completed_at for one in session.scalars(select(MeasureResponse))] == [NOW]
    jonah.press(page, "Keep it for later", **whole | {"q-line": "Another thing."})
    with clinic.database.read() as session:
        assert len(session.scalars(select(MeasureResponse)).all()) == 2


def test_the_check_in_shows_how_it_went_and_how_often(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        for week, pull in ((8, 7), (7, 6), (5, 4), (1, 3)):
            a_check_in(session, clinic.jonah.id, now=NOW - week * WEEK, pull=pull, line="A quiet week.")
    jonah = clinic.visit(clinic.jonah)
    told = jonah.press(jonah.open("/care/check-in"), "Send", **sheet("check-in", 2))
    assert "5 of the last 9 weeks" in told.text
    assert "A dark one is only a week" in told.text
    assert "Pull: from 7 to 2, between 2 and 7." in told.text
    overview = jonah.open("/care/measures")
    assert (overview.status, len(overview.h1), overview.unlabelled) == (200, 1, [])
    assert "This week’s check-in" in overview.text


def test_a_plan_asks_for_the_newest_and_lets_quiet_weeks_go(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        for week in (2, 1, 0):
            due(session, clinic, CHECK_IN, TODAY - week * WEEK)
        due(session, clinic, "phq-9", TODAY - WEEK, until=TODAY + 2 * WEEK)
        due(session, clinic, "csbd-19", TODAY)
        due(session, clinic, "gad-7", TODAY + timedelta(days=1))
        waiting = due_measures(session, clinic.jonah.id, today=TODAY)
        assert [(one.code, one.is_started) for one in waiting] == [("check-in", False), ("phq-9", False)]
        a_check_in(session, clinic.jonah.id, now=NOW)
        a_draft(session, clinic.jonah.id, "phq-9", now=NOW, q1="1")
        [phq] = due_measures(session, clinic.jonah.id, today=TODAY)
        assert (phq.code, phq.is_started) == ("phq-9", True)
        ins = select(PlannedContact.state).where(PlannedContact.kind == ContactKind.CHECK_IN)
        states = list(session.scalars(ins.order_by(PlannedContact.due_from)))
    assert states == [ContactState.MISSED, ContactState.MISSED, ContactState.DONE]


def test_what_is_answered_is_sealed_and_what_was_done_is_on_record(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        a_check_in(session, clinic.jonah.id, now=NOW, line="My sister visited.")
        a_sitting(session, clinic.jonah.id, "phq-9", 2, now=NOW, q9="0")
    with clinic.database.read() as session:
        raw = session.execute(text("SELECT answers, score FROM measure_response")).all()
        sealed = b"".join(bytes(part) for row in raw for part in row)
        noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "measure.sent")).all()
    assert b"sister" not in sealed and b"moderate" not in sealed and b"value" not in sealed
    assert sorted(json.dumps(one.detail) for one in noted) == ['{"code": "check-in"}', '{"code": "phq-9"}']


def test_scores_are_had_for_many_at_once(clinic: Clinic) -> None:
    jonah = clinic.jonah.id
    with clinic.database.write() as session:
        a_sitting(session, jonah, "phq-9", 3, now=NOW - 4 * WEEK, q9="0")
        a_sitting(session, jonah, "phq-9", 1, now=NOW, q9="0")
        a_draft(session, jonah, "gad-7", now=NOW, q1="1")
        a_check_in(session, jonah, now=NOW - WEEK, pull=9)
    everybody = [jonah, *(f"nobody{number}" for number in range(1200))]
    with clinic.database.read() as session:
        found = scores_of(session, everybody, ["phq-9", "gad-7", CHECK_IN], since=NOW - 8 * WEEK)
        lately = scores_of(session, everybody, ["phq-9"], since=NOW - WEEK)
        assert last_check_ins(session, everybody) == {jonah: NOW - WEEK}
        assert [one.response_id for one in sittings_of(session, jonah, "phq-9", most=1)]
        weeks = weeks_checked_in(session, jonah, now=NOW, zone=NOW.tzinfo)  # type: ignore[arg-type]
    assert [(one.value, one.band, one.level) for one in found[jonah, "phq-9"]] == [
        (24, "severe", 4),
        (8, "mild", 1),
    ]
    assert [one.value for one in found[jonah, CHECK_IN]] == [9]
    assert set(found) == {(jonah, "phq-9"), (jonah, CHECK_IN)}
    assert [one.value for one in lately[jonah, "phq-9"]] == [8]
    assert weeks.lit == (True,)


def test_two_devices_share_one_sheet(clinic: Clinic, database: Database) -> None:
    phone, desk = clinic.visit(clinic.jonah), clinic.visit(clinic.jonah)
    one, other = phone.open("/care/measures/gad-7"), desk.open("/care/measures/gad-7")
    phone.press(one, "Keep it for later", **{"q-1": "1"})
    desk.press(other, "Keep it for later", **{"q-1": "2", "q-2": "2"})
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(MeasureResponse)) == 1


@pytest.mark.parametrize("rest", ["csbd-19", "nonsense", "nonsense/so-far"])
def test_there_is_nothing_at_other_addresses(clinic: Clinic, rest: str) -> None:
    assert clinic.visit(clinic.jonah).open(f"/care/measures/{rest}").status == 404
    assert clinic.visit(clinic.dana).open("/care/check-in").status == 403
