"""The crisis lane: held from the room, seen by all moderators, claimed by one, called out if by none."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from auth.actor import actor_for
from auth.people import Person
from foundation.database import Database
from foundation.errors import DomainError
from foundation.outbox import Delivery, claim
from foundation.settings import Settings
from mail.messages.flags import unclaimed
from realtime.alerts import claim_alert, dispose_alert
from realtime.asking import edit
from realtime.errors import Undisposed
from realtime.eventlog import MOD, PUB, events_after, payload
from realtime.joining import choose_name
from realtime.models import Room
from realtime.persons import act_on_person
from realtime.taking_part import chat, voice_concern
from safety.flags import Flag, FlagTaken, NotClaimedByYou, ReasonMissing, open_flags
from safety.oncall import add_shift, who_answers
from safety.silence import SILENT
from tests.builders.people import a_coordinator, a_moderator, a_practitioner
from tests.builders.rooms import Evening, an_evening, later

WORDS = "I do not want to be here anymore"


def flags(evening: Evening) -> list[Flag]:
    with evening.database.read() as session:
        return open_flags(session, f"room:{evening.room_id}")


def kinds(evening: Evening, stream: str) -> list[str]:
    with evening.database.read() as session:
        return [
            str(payload(one)["kind"]) for one in events_after(session, evening.room_id, stream, 0, limit=99)
        ]


def calls(evening: Evening) -> list[Delivery]:
    with evening.database.read() as session:
        return list(session.scalars(select(Delivery).where(Delivery.kind == "flag.unclaimed")))


def take(evening: Evening, flag: Flag, by: object = None) -> None:
    with evening.database.write() as session:
        claim_alert(session, evening.room_id, by or evening.desk, flag.id, now=evening.now)  # type: ignore[arg-type]


def finish(
    evening: Evening, flag: Flag, outcome: str = "safe", reason: str = "We spoke; a sister is with them."
) -> None:
    with evening.database.write() as session:
        dispose_alert(
            session, evening.room_id, evening.desk, flag.id, outcome=outcome, reason=reason, now=evening.now
        )


def test_words_of_danger_never_enter_the_room_and_alert_every_moderator(evening: Evening) -> None:
    before = kinds(evening, PUB)
    assert evening.ask(evening.members[0], WORDS)["state"] == "escalated"
    assert kinds(evening, PUB) == before
    assert kinds(evening, MOD)[-2:] == ["alert", "question"]
    (flag,) = flags(evening)
    assert (flag.state, flag.known_as, flag.text) == ("raised", "Second Cup", WORDS)


def test_neither_silence_nor_a_closed_door_nor_a_limit_hides_them(evening: Evening) -> None:
    who = evening.members[0]
    evening.steer(policy="closed", slow=900)
    with evening.database.write() as session:
        act_on_person(session, evening.room_id, evening.desk, "Second Cup", "mute", now=evening.now)
    assert evening.ask(who, WORDS)["state"] == "escalated"
    assert evening.ask(who, "k.i.l.l m y s e l f " + "x" * 900)["state"] == "escalated"
    evening.steer(panic=True)
    assert evening.ask(who, WORDS + " at all")["state"] == "escalated"
    assert len(flags(evening)) == 3


def test_they_are_heard_before_the_room_opens(database: Database, now: datetime) -> None:
    evening = an_evening(database, now=now, opened=False)
    assert evening.ask(evening.members[0], WORDS)["state"] == "escalated"
    assert len(flags(evening)) == 1


def test_an_edit_a_line_of_chat_and_a_name_are_heard_too(evening: Evening) -> None:
    who = evening.members[0]
    asked = evening.ask(who, "How do I sleep?")
    evening.steer(chat=True)
    with evening.database.write() as session:
        changed = edit(
            session, evening.room_id, who, asked["question"], text=WORDS, version=1, now=evening.now
        )
        said = chat(session, evening.room_id, who, client_id="c", text=WORDS, now=evening.now)
        named = choose_name(session, evening.room_id, who, "want to die", now=evening.now)
    assert {changed["state"], said["state"], named["state"]} == {"escalated"}
    assert {flag.source for flag in flags(evening)} == {"question", "chat", "name"}
    assert "chat" not in kinds(evening, PUB)


def test_whoever_is_on_call_is_called_when_nobody_claims_within_a_minute(evening: Evening) -> None:
    with evening.database.write() as session:
        ruth = a_practitioner(session, name="Ruth Abelson")
        add_shift(session, person_id=ruth.id, starts_at=evening.now, ends_at=evening.now + timedelta(hours=8))
        on_call = who_answers(session, evening.now)
        assert on_call is not None
        assert on_call.id == ruth.id
    evening.ask(evening.members[0], WORDS)
    (flag,) = flags(evening)
    (call,) = calls(evening)
    assert call.refs == {"flag": flag.id, "to": ruth.id}
    assert call.due_at == evening.now + timedelta(seconds=60)
    with evening.database.write() as session:
        assert claim(session, now=evening.now + timedelta(seconds=59)) == []
        assert [one.kind for one in claim(session, now=evening.now + timedelta(seconds=60))] == [
            "flag.unclaimed",
            "flag.page",
        ]
        assert session.get_one(Flag, flag.id).state == "raised"


def test_without_a_shift_a_coordinator_is_called_and_nobody_who_has_left(evening: Evening) -> None:
    with evening.database.write() as session:
        a_coordinator(session, name="Gone Away", departed_at=evening.now)
        cora = a_coordinator(session, name="Cora Lind")
    evening.ask(evening.members[0], WORDS)
    assert calls(evening)[0].refs["to"] == cora.id


def test_a_claim_takes_the_call_back_and_only_one_moderator_has_it(evening: Evening) -> None:
    with evening.database.write() as session:
        celeste = actor_for(a_moderator(session, name="Celeste Ray"))
    evening.ask(evening.members[0], WORDS)
    (flag,) = flags(evening)
    take(evening, flag)
    take(evening, flag)
    dropped, about_silence = sorted(calls(evening), key=lambda call: call.due_at)
    assert (dropped.state, about_silence.state) == ("dropped", "waiting")
    assert about_silence.due_at == evening.now + SILENT
    with pytest.raises(FlagTaken):
        take(evening, flag, by=celeste)


def test_claiming_the_question_claims_its_alert(evening: Evening) -> None:
    asked = evening.ask(evening.members[0], WORDS)
    evening.moderate(asked["question"], "claim")
    assert [flag.claimed_by for flag in flags(evening)] == [evening.desk.person_id]


def test_it_ends_only_with_a_reason_by_whoever_claimed_it(evening: Evening) -> None:
    evening.ask(evening.members[0], WORDS)
    (flag,) = flags(evening)
    with pytest.raises(NotClaimedByYou):
        finish(evening, flag)
    take(evening, flag)
    for outcome, reason in (("", "fine"), ("safe", "  "), ("no_such", "fine")):
        with pytest.raises(ReasonMissing):
            finish(evening, flag, outcome, reason)
    finish(evening, flag)
    assert flags(evening) == []


def test_neither_the_room_nor_the_question_can_be_put_away_before(evening: Evening) -> None:
    asked = evening.ask(evening.members[0], WORDS)
    (flag,) = flags(evening)
    with pytest.raises(Undisposed):
        evening.steer(close=True)
    with pytest.raises(Undisposed):
        evening.moderate(asked["question"], "restore")
    with pytest.raises(DomainError):
        evening.moderate(asked["question"], "approve")
    take(evening, flag)
    with pytest.raises(Undisposed):
        evening.steer(close=True)
    finish(evening, flag)
    assert evening.moderate(asked["question"], "restore")["state"] == "pending"
    assert evening.steer(close=True)["room"]["state"] == "closed"


def test_a_moderator_can_call_for_a_person_too(evening: Evening) -> None:
    asked = evening.ask(evening.members[0], "It is all very quiet here now.")
    assert evening.moderate(asked["question"], "escalate")["state"] == "escalated"
    assert [flag.rule for flag in flags(evening)] == ["a moderator"]


def test_a_concern_about_another_goes_to_the_desk_and_to_nobody_else(evening: Evening) -> None:
    question = evening.approved(evening.members[0], "What do you do on Sundays?")
    public = kinds(evening, PUB)
    with evening.database.write() as session:
        voice_concern(
            session,
            evening.room_id,
            evening.members[1],
            about=question,
            text="They sound alone.",
            now=evening.now,
        )
    (flag,) = flags(evening)
    assert flag.known_as == "Second Cup"
    assert "They sound alone." in flag.text
    assert kinds(evening, PUB) == public
    with evening.database.read() as session:
        author = session.get_one(Person, evening.members[0].person_id)
    assert flag.person_id == author.id


def test_a_concern_may_name_somebody_or_nobody(evening: Evening) -> None:
    for n, about in enumerate(("north porch", "nobody here by that name", "")):
        with evening.database.write() as session:
            voice_concern(
                session, evening.room_id, evening.members[0], about=about, client_id=f"k{n}", now=evening.now
            )
    assert sorted(flag.known_as for flag in flags(evening)) == ["North Porch", "Second Cup", "Second Cup"]


def test_an_alert_keeps_the_room_from_being_swept_away(evening: Evening) -> None:
    from realtime.lifecycle import sweep

    evening.ask(evening.members[0], WORDS)
    later(evening, hours=14)
    with evening.database.write() as session:
        sweep(session, evening.now)
        assert session.get_one(Room, evening.room_id).state == "paused"


def test_the_call_goes_to_nobody_who_has_left(evening: Evening, settings: Settings) -> None:
    with evening.database.write() as session:
        ruth, cora = a_practitioner(session, name="Ruth Abelson"), a_coordinator(session, name="Cora Lind")
        add_shift(session, person_id=ruth.id, starts_at=evening.now, ends_at=evening.now + timedelta(hours=8))
    evening.ask(evening.members[0], WORDS)
    with evening.database.write() as session:
        session.get_one(Person, ruth.id).departed_at = evening.now
        assert who_answers(session, evening.now) is None
    (call,) = calls(evening)
    with evening.database.read() as session:
        letter = unclaimed(session, call.refs, settings, evening.now)
    assert letter is not None
    assert letter.to == cora.email
