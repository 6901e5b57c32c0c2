"""A contact left for a hard night: nobody sees it alone, the two who agreed do, and the person is told."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.actor import Actor, actor_for
from auth.consents import Consent, consent_of
from auth.people import Person
from foundation.audit import AuditEntry
from foundation.database import Database
from realtime.alerts import claim_alert, dispose_alert, release_alert, take_alert
from realtime.lines import ask_contact, open_contact
from safety.crisis_contact import (
    KIND,
    CrisisContact,
    NothingToCall,
    contact_of,
    leave_contact,
    take_contact_back,
)
from safety.flags import Flag, NotClaimedByYou, UnknownFlag
from safety.private_line import line_of
from safety.reveals import AskedAlready, NeedsAnother, NoContactLeft, NothingAsked, WhyMissing, see_contact
from tests.builders.people import a_moderator
from tests.builders.rooms import Evening, an_evening
from tests.conftest import Browser, Clock
from tests.posting import send

WORDS = "I do not want to be here anymore"
JUNE = CrisisContact(name="June", name_phone="+13125550142")


@pytest.fixture
def evening(database: Database, clock: Clock) -> Evening:
    evening = an_evening(database, now=clock(), members=2)
    with database.write() as session:
        leave_contact(session, evening.members[0].person_id, JUNE, now=clock())
    return evening


@pytest.fixture
def celeste(evening: Evening) -> Actor:
    with evening.database.write() as session:
        return actor_for(a_moderator(session, name="Celeste Ray"))


@pytest.fixture
def flag(evening: Evening) -> Flag:
    evening.ask(evening.members[0], WORDS)
    with evening.database.write() as session:
        raised = session.scalars(select(Flag)).one()
        claim_alert(session, evening.room_id, evening.desk, raised.id, now=evening.now)
    return raised


def do(evening: Evening, command: Callable[[Session], object]) -> object:
    with evening.database.write() as session:
        return command(session)


def ask(evening: Evening, flag: Flag, by: Actor | None = None, reason: str = "They stopped writing.") -> None:
    do(evening, lambda s: ask_contact(s, by or evening.desk, flag.id, reason, now=evening.now))


def answer(evening: Evening, flag: Flag, by: Actor, agreed: bool = True) -> None:
    do(evening, lambda s: open_contact(s, by, flag.id, agreed=agreed, now=evening.now))


def see(evening: Evening, flag: Flag, viewer: Actor) -> object:
    return do(evening, lambda s: see_contact(s, flag.id, viewer=viewer.person_id, now=evening.now))


def acts(evening: Evening) -> list[str]:
    with evening.database.read() as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("contact.")))
        return [one.action for one in sorted(found, key=lambda one: (one.at, one.id))]


def person(evening: Evening, who: Actor) -> Person:
    with evening.database.read() as session:
        return session.get_one(Person, who.person_id)


def test_one_alone_never_sees_it(evening: Evening, flag: Flag) -> None:
    with pytest.raises(UnknownFlag):
        see(evening, flag, evening.desk)
    ask(evening, flag)
    with pytest.raises(NeedsAnother):
        answer(evening, flag, evening.desk)
    with pytest.raises(UnknownFlag):
        see(evening, flag, evening.desk)


def test_the_same_one_in_two_browsers_is_still_one(evening: Evening, flag: Flag, client: Browser) -> None:
    here = f"/staff/flags/{flag.id}"
    client.sign_in(person(evening, evening.desk))
    asked = {"flag": flag.id, "action": "ask_contact", "reason": "They stopped writing."}
    send(client, f"{here}/act", asked, page=here)
    other = client.application.test_client()
    other.sign_in(person(evening, evening.desk))  # type: ignore[attr-defined]
    refused = send(other, f"{here}/act", {"flag": flag.id, "action": "agree_contact"}, page=here)
    assert refused.status_code == 422
    assert "nobody opens a contact alone" in refused.text
    assert other.get(f"{here}/contact").status_code == 404


def test_two_see_it_and_nobody_else_does(evening: Evening, flag: Flag, celeste: Actor) -> None:
    ask(evening, flag)
    answer(evening, flag, celeste)
    assert see(evening, flag, evening.desk) == JUNE
    assert see(evening, flag, celeste) == JUNE
    with evening.database.write() as session:
        third = actor_for(a_moderator(session, name="Teodor Marsh"))
    with pytest.raises(UnknownFlag):
        see(evening, flag, third)
    assert sorted(acts(evening)) == ["contact.agreed", "contact.asked", "contact.seen", "contact.seen"]


def test_a_refusal_shows_nothing_and_it_can_be_asked_again(
    evening: Evening, flag: Flag, celeste: Actor
) -> None:
    ask(evening, flag)
    answer(evening, flag, celeste, agreed=False)
    with pytest.raises(UnknownFlag):
        see(evening, flag, evening.desk)
    evening.now = evening.now.replace(minute=evening.now.minute + 1)
    ask(evening, flag, reason="They wrote goodbye.")
    with pytest.raises(AskedAlready):
        ask(evening, flag)


def test_it_closes_with_the_alert(evening: Evening, flag: Flag, celeste: Actor) -> None:
    ask(evening, flag)
    answer(evening, flag, celeste)
    do(evening, lambda s: dispose_alert(
        s, evening.room_id, evening.desk, flag.id, outcome="safe", reason="June came.", now=evening.now,
    ))  # fmt: skip
    for who in (evening.desk, celeste):
        with pytest.raises(UnknownFlag):
            see(evening, flag, who)


def test_only_whoever_is_with_them_asks_and_says_why(evening: Evening, flag: Flag, celeste: Actor) -> None:
    with pytest.raises(NotClaimedByYou):
        ask(evening, flag, by=celeste)
    with pytest.raises(WhyMissing):
        ask(evening, flag, reason="  ")
    with pytest.raises(NothingAsked):
        answer(evening, flag, celeste)


def test_without_a_contact_it_says_so_and_what_can_be_done(evening: Evening, celeste: Actor) -> None:
    evening.ask(evening.members[1], WORDS)
    with evening.database.write() as session:
        raised = session.scalars(select(Flag)).one()
        claim_alert(session, evening.room_id, evening.desk, raised.id, now=evening.now)
    with pytest.raises(NoContactLeft, match="988"):
        ask(evening, raised)


def test_taken_back_it_is_gone_also_for_those_who_had_agreed(
    evening: Evening, flag: Flag, celeste: Actor
) -> None:
    ask(evening, flag)
    answer(evening, flag, celeste)
    do(evening, lambda s: take_contact_back(s, evening.members[0].person_id, now=evening.now))
    with pytest.raises(NoContactLeft):
        see(evening, flag, celeste)
    with evening.database.read() as session:
        assert session.scalars(select(Consent)).one().detail is None


def test_the_person_reads_that_it_was_opened(
    evening: Evening, flag: Flag, celeste: Actor, client: Browser
) -> None:
    ask(evening, flag)
    answer(evening, flag, celeste)
    with evening.database.read() as session:
        assert "opened the contact" in line_of(session, flag.id)[-1].text
    client.sign_in(person(evening, evening.members[0]))
    assert "opened the contact" in client.get("/help/line").text
    assert "by Jonah and Celeste" in client.get("/account/contact").text


def test_it_is_left_changed_and_taken_back_on_a_page(evening: Evening, client: Browser) -> None:
    me = evening.members[1].person_id
    client.sign_in(person(evening, evening.members[1]))
    here = "/account/contact"
    empty = send(client, here, {"phone": "", "name": "", "name_phone": ""}, page=here)
    assert empty.status_code == 422
    half = send(client, here, {"name": "June", "name_phone": ""}, page=here)
    assert half.status_code == 422
    assert 'value="June"' in half.text
    send(client, here, {"phone": "312 555 0100", "name": "June", "name_phone": "312 555 0142"}, page=here)
    with evening.database.read() as session:
        assert contact_of(session, me) == CrisisContact("+13125550100", "June", "+13125550142")
    send(client, f"{here}/withdraw", page=here)
    with evening.database.read() as session:
        assert consent_of(session, me, KIND) is None


def test_an_empty_agreement_is_none(evening: Evening) -> None:
    me = evening.members[1].person_id
    for too_little in (CrisisContact(), CrisisContact(name="June"), CrisisContact(name_phone="+13125550142")):
        with pytest.raises(NothingToCall), evening.database.write() as session:
            leave_contact(session, me, too_little, now=evening.now)


def test_whoever_takes_it_over_asks_anew(evening: Evening, celeste: Actor, flag: Flag) -> None:
    now = evening.now
    with evening.database.write() as session:
        dana = actor_for(a_moderator(session, name="Dana Wu"))
        ask_contact(session, evening.desk, flag.id, "They stopped answering.", now=now)
        open_contact(session, celeste, flag.id, agreed=True, now=now)
        release_alert(session, evening.desk, flag.id, now=now)
        take_alert(session, dana, flag.id, now=now)
        with pytest.raises(UnknownFlag):
            see_contact(session, flag.id, viewer=dana.person_id, now=now)
        later = now + timedelta(seconds=1)
        ask_contact(session, dana, flag.id, "I have taken over.", now=later)
        with pytest.raises(NeedsAnother):
            open_contact(session, dana, flag.id, agreed=True, now=later)
        open_contact(session, celeste, flag.id, agreed=True, now=later)
        assert see_contact(session, flag.id, viewer=dana.person_id, now=later) == JUNE


def test_what_was_taken_back_meanwhile_is_not_said_to_be_opened(
    evening: Evening, celeste: Actor, flag: Flag
) -> None:
    with evening.database.write() as session:
        ask_contact(session, evening.desk, flag.id, "They stopped answering.", now=evening.now)
        take_contact_back(session, evening.members[0].person_id, now=evening.now)
        with pytest.raises(NoContactLeft):
            open_contact(session, celeste, flag.id, agreed=True, now=evening.now)
        assert line_of(session, flag.id) == []
