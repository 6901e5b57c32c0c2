"""Whoever has an alert falls silent: another one takes it over, and the calls go on until somebody speaks."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.actor import actor_for
from foundation.audit import AuditEntry
from foundation.database import Database
from foundation.outbox import Delivery
from realtime.alerts import claim_alert, hand_over_alert, take_alert
from realtime.lines import speak_to_person, speak_to_team
from safety.calls import MAIL, PAGE
from safety.flags import AboutYourself, Flag, FlagTaken, claim_flag, raise_flag
from safety.handing_on import NobodyToHandTo, release_flag
from safety.oncall import add_shift, on_call_order
from tests.builders.people import a_coordinator, a_practitioner
from tests.builders.rooms import Evening, an_evening
from tests.conftest import Browser, Clock
from tests.posting import send

WORDS = "I do not want to be here anymore"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def evening(database: Database, clock: Clock) -> Evening:
    return an_evening(database, now=clock(), members=2)


def a_claimed_alert(evening: Evening) -> str:
    evening.ask(evening.members[0], WORDS)
    with evening.database.write() as session:
        flag = session.scalars(select(Flag)).one()
        claim_alert(session, evening.room_id, evening.desk, flag.id, now=evening.now)
        return flag.id


def waiting_pages(session: Session) -> int:
    due = Delivery.kind == PAGE, Delivery.state == "waiting"
    return len(session.scalars(select(Delivery).where(*due)).all())


def test_words_without_an_answer_let_another_take_it_over_and_speak(evening: Evening) -> None:
    flag, now = a_claimed_alert(evening), evening.now
    with evening.database.write() as session:
        cora = actor_for(a_coordinator(session, name="Cora Lind"))
        speak_to_team(session, evening.members[0], flag, "Are you there?", now=now)
        with pytest.raises(FlagTaken):
            take_alert(session, cora, flag, now=now + MINUTE / 2)
        take_alert(session, cora, flag, now=now + MINUTE)
        speak_to_person(session, cora, flag, "I am here now.", now=now + MINUTE)
        acts = session.scalars(select(AuditEntry.action).where(AuditEntry.object_id == flag)).all()
        assert "flag.taken_over" in acts
        with pytest.raises(FlagTaken):
            take_alert(session, evening.desk, flag, now=now + MINUTE)


def test_a_claim_without_a_word_is_not_kept_for_ever(evening: Evening) -> None:
    flag, now = a_claimed_alert(evening), evening.now
    with evening.database.write() as session:
        cora = actor_for(a_coordinator(session, name="Cora Lind"))
        with pytest.raises(FlagTaken):
            take_alert(session, cora, flag, now=now + 4 * MINUTE)
        with pytest.raises((FlagTaken, AboutYourself)):
            claim_flag(session, flag, by=evening.members[0].person_id, now=now + 5 * MINUTE)
        take_alert(session, cora, flag, now=now + 5 * MINUTE)
        assert session.get_one(Flag, flag).claimed_by == cora.person_id


def test_ordinary_words_are_called_out_once_too_until_somebody_answers(evening: Evening) -> None:
    flag, now = a_claimed_alert(evening), evening.now
    with evening.database.write() as session:
        for said in ("Are you there?", "Hello?"):
            speak_to_team(session, evening.members[0], flag, said, now=now)
        assert waiting_pages(session) == 1
        speak_to_person(session, evening.desk, flag, "I am here.", now=now)
        assert waiting_pages(session) == 0


def test_taking_it_over_leaves_the_calls_until_words_are_said(evening: Evening) -> None:
    flag, now = a_claimed_alert(evening), evening.now
    with evening.database.write() as session:
        cora = actor_for(a_coordinator(session, name="Cora Lind"))
        speak_to_team(session, evening.members[0], flag, "Are you there?", now=now)
        take_alert(session, cora, flag, now=now + MINUTE)
        assert waiting_pages(session) == 1


def test_the_one_called_finds_the_button_on_the_page(evening: Evening, client: Browser, clock: Clock) -> None:
    flag = a_claimed_alert(evening)
    with evening.database.write() as session:
        cora = a_coordinator(session, name="Cora Lind")
    client.sign_in(cora)
    assert "Take it over" not in client.get(f"/staff/flags/{flag}").text
    clock.set(clock() + 6 * MINUTE)
    assert "Take it over" in client.get(f"/staff/flags/{flag}").text
    send(client, f"/staff/flags/{flag}/claim", page=f"/staff/flags/{flag}")
    with evening.database.read() as session:
        assert session.get_one(Flag, flag).claimed_by == cora.id


def test_a_helper_in_danger_is_not_the_one_who_is_called(database: Database, clock: Clock) -> None:
    with database.write() as session:
        maya, cora = a_practitioner(session, name="Maya Okafor"), a_coordinator(session, name="Cora Lind")
        add_shift(session, person_id=maya.id, starts_at=clock(), ends_at=clock() + 60 * MINUTE)
        raised = raise_flag(
            session, place="room:none", source="line", source_id=None, person_id=maya.id, known_as="Maya",
            text=WORDS, rule="", now=clock(),
        )  # fmt: skip
        assert raised.called_id == cora.id
        claim_flag(session, raised.id, by=cora.id, now=clock())
        assert release_flag(session, raised.id, by=cora.id, now=clock()).called_id == cora.id
        mails = session.scalars(select(Delivery).where(Delivery.kind == MAIL)).all()
        assert {one.refs["to"] for one in mails} == {cora.id}


def test_a_practitioner_is_called_when_the_only_coordinator_is_in_danger(
    database: Database, clock: Clock
) -> None:
    with database.write() as session:
        maya, cora = a_practitioner(session, name="Maya Okafor"), a_coordinator(session, name="Cora Lind")
        assert on_call_order(session, clock(), about=cora.id) == [maya]


def test_it_is_handed_to_nobody_outside_the_team(evening: Evening, database: Database) -> None:
    flag = a_claimed_alert(evening)
    with pytest.raises(NobodyToHandTo), database.write() as session:
        hand_over_alert(session, evening.desk, flag, evening.members[1].person_id, now=evening.now)
    with database.read() as session:
        assert session.get_one(Flag, flag).claimed_by == evening.desk.person_id
