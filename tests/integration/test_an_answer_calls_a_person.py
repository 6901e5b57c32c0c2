"""An answer that sounds like danger is with a person the same moment, whether the sheet is sent or not."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from auth.people import Person
from foundation.database import Database
from safety.flags import PATIENCE, Flag, claim_flag, dispose_flag
from scheduling.aftercare.measures.scoring import LONGEST_LINE
from tests.builders.measures import a_draft, a_sitting, answers_of
from tests.builders.people import a_coordinator, a_practitioner
from tests.builders.post import owed
from tests.clinic import NOW, Clinic

DANGER = "I want to kill myself tonight."


@pytest.fixture(autouse=True)
def cora(database: Database) -> Person:
    with database.write() as session:
        return a_coordinator(session)


def flags(clinic: Clinic) -> list[Flag]:
    with clinic.database.read() as session:
        return list(session.scalars(select(Flag).order_by(Flag.raised_at)))


def form(code: str, points: int = 0, **given: str) -> dict[str, str]:
    return {f"q-{item}": answer for item, answer in answers_of(code, points, **given).items()}


def test_the_ninth_question_raises_a_flag_and_shows_who_answers_now(clinic: Clinic, cora: Person) -> None:
    jonah = clinic.visit(clinic.jonah)
    sent = jonah.press(jonah.open("/care/measures/phq-9"), "Send", **form("phq-9", 0, q9="1"))
    assert "We are getting a person for you now." in sent.text
    assert "988" in sent.text
    assert "Little of this weighs on you" not in sent.text, "a small sum says nothing about this answer"
    assert not [page.path for page in (sent, jonah.open("/care/measures")) if "minimal" in page.text]
    [flag] = flags(clinic)
    assert (flag.person_id, flag.raised_at, flag.rule, flag.called_id) == (
        clinic.jonah.id,
        NOW,
        "phq-9-question-9",
        cora.id,
    )
    assert flag.text.endswith("Answer: “Several days”")
    with clinic.database.read() as session:
        assert {one.refs["flag"] for one in owed(session)} == {flag.id}, "Cora is called in a minute"
    assert flag.call_at == NOW + PATIENCE
    assert "Jonah Reed" in clinic.visit(cora).open(f"/staff/flags/{flag.id}").text
    assert jonah.open("/help/line").status == 200


def test_nobody_has_to_finish_a_sheet_to_be_noticed(clinic: Clinic) -> None:
    jonah = clinic.visit(clinic.jonah)
    page = jonah.open("/care/measures/phq-9")
    by_itself = {**form("phq-9", 0, q9="2"), "act": "by itself", "csrf_token": _token(page)}
    del by_itself["q-3"]
    told = jonah.client.post("/care/measures/phq-9", data=by_itself)
    assert told.get_json() == {"needs_somebody": True}
    assert len(flags(clinic)) == 1
    refused = jonah.press(page, "Send", **{"q-9": "2"})
    assert refused.status == 422
    assert "We are getting a person for you now." in refused.text
    assert len(flags(clinic)) == 1, "the same answer of one sitting calls nobody twice"


def test_a_line_of_ones_own_is_heard_as_in_the_room(clinic: Clinic) -> None:
    jonah = clinic.visit(clinic.jonah)
    page = jonah.open("/care/check-in")
    sent = jonah.press(page, "Keep it for later", **{"q-line": DANGER})
    assert "We are getting a person for you now." in sent.text
    assert [flag.text for flag in flags(clinic)] == [DANGER]
    calm = jonah.press(page, "Send", **form("check-in", 3, line="Can you hear me?"))
    assert calm.status == 200
    assert len(flags(clinic)) == 1


def test_what_grows_while_somebody_types_is_one_cry(clinic: Clinic) -> None:
    said = "I want to kill myself", "I want to kill myself tonight", "I want to kill myself tonight. Sorry."
    with clinic.database.write() as session:
        for line in said:
            a_draft(session, clinic.jonah.id, "check-in", now=NOW, line=line)
        for chosen in "132":
            a_draft(session, clinic.jonah.id, "phq-9", now=NOW, q9=chosen)
    told = sorted(flag.text for flag in flags(clinic))
    assert told[0] == said[-1]
    assert len(told) == 2
    assert told[1].endswith("“More than half the days”"), "as it was last"


def test_a_line_that_is_too_long_is_heard_all_the_same(clinic: Clinic) -> None:
    jonah = clinic.visit(clinic.jonah)
    long = f"{'It was an ordinary week with ordinary days. ' * 60}{DANGER}"
    refused = jonah.press(jonah.open("/care/check-in"), "Send", **form("check-in", 3, line=long))
    assert refused.status == 422
    assert len(flags(clinic)) == 1


def test_what_is_added_to_a_full_line_is_heard_after_it_was_sent(clinic: Clinic) -> None:
    """What can be kept of it is what was sent just now: all that is new is what cannot."""
    jonah = clinic.visit(clinic.jonah)
    page = jonah.open("/care/check-in")
    full = (
        ("It was an ordinary week with ordinary days. " * 60)[:LONGEST_LINE].strip().ljust(LONGEST_LINE, ".")
    )
    jonah.press(page, "Send", **form("check-in", 4, line=full))
    assert flags(clinic) == []
    refused = jonah.press(page, "Send", **form("check-in", 4, line=f"{full} {DANGER}"))
    assert (refused.status, len(flags(clinic))) == (422, 1)


def test_the_next_month_calls_anew_also_after_an_ending(clinic: Clinic, cora: Person) -> None:
    jonah = clinic.jonah.id
    with clinic.database.write() as session:
        a_sitting(session, jonah, "phq-9", now=NOW, q9="1")
        a_sitting(session, jonah, "phq-9", now=NOW + timedelta(weeks=4), q9="1")
    first, second = flags(clinic)
    assert first.text == second.text
    with clinic.database.write() as session:
        for flag in (first, second):
            claim_flag(session, flag.id, by=cora.id, now=NOW)
            dispose_flag(session, flag.id, by=cora.id, outcome="safe", reason="We spoke.", now=NOW)
        a_sitting(session, jonah, "phq-9", now=NOW + timedelta(weeks=8), q9="1")
    assert [flag.state for flag in flags(clinic)] == ["disposed", "disposed", "raised"]


def test_no_other_answer_of_these_sheets_calls_anybody(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        a_sitting(session, clinic.jonah.id, "phq-9", 3, now=NOW, q9="0")
        a_sitting(session, clinic.jonah.id, "gad-7", 3, now=NOW)
        a_sitting(session, clinic.jonah.id, "check-in", 10, now=NOW)
    assert flags(clinic) == []


def test_whoever_looks_after_the_member_answers_too(clinic: Clinic) -> None:
    clinic.booked()
    with clinic.database.write() as session:
        a_sitting(session, clinic.jonah.id, "phq-9", now=NOW, q9="3")
        ines = a_practitioner(session, name="Ines")
    [flag] = flags(clinic)
    dana = clinic.visit(clinic.dana)
    alert = dana.open(dana.open(f"/staff/people/{clinic.jonah.id}/measures").link("Nobody has answered yet"))
    assert "Thoughts that you would be better off dead" in alert.text
    assert dana.press(alert, "I have it").status == 200
    assert clinic.visit(ines).open(f"/staff/flags/{flag.id}").status == 404


def _token(page: object) -> str:
    return str(page.form_with("Send").fields["csrf_token"][0])  # type: ignore[attr-defined]
