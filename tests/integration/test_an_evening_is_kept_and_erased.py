"""What stays of an evening, for whom, and that nothing of what was written is left when its days are over."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import LargeBinary, select
from sqlalchemy.orm import Session

from auth.actor import actor_for
from auth.permissions import NotAllowed, NotYours
from foundation.audit import AuditEntry
from foundation.columns import Encrypted
from foundation.database import Base, Database
from foundation.settings import Settings, SettingsError, read_settings
from jobs.sweep import sweep
from realtime.alerts import claim_alert, dispose_alert
from realtime.asking import edit
from realtime.evenings import (
    Erased,
    NoEvening,
    StillOpen,
    acts_of,
    allow_record,
    evening_on,
    take_transcript,
)
from realtime.figures import fairness_of
from realtime.models import Room
from realtime.persons import act_on_person
from realtime.room import find_participant
from realtime.snapshot import Seat, catch_up
from realtime.taking_part import chat, speak_backstage, voice_concern
from realtime.transcript import Transcript, as_text
from scheduling.meeting_records import Meeting
from tests.builders.people import a_coordinator, a_practitioner
from tests.builders.rooms import Evening, an_evening, later

DAY = timedelta(days=1)
MARK = "heron"


@pytest.fixture
def evening(database: Database, now: datetime) -> Evening:
    return an_evening(database, now=now, members=4)


def an_evening_that_was(evening: Evening) -> Evening:
    """Answered, not reached, returned, edited, merged, replied to, chatted, noted; then closed."""
    ana, ben, cleo, dee = evening.members
    room, now = evening.room_id, evening.now
    evening.steer(chat=True)
    second = evening.approved(ben, f"What about {MARK} number two?")
    evening.moderate(evening.ask(ana, f"A {MARK} in my street?")["question"], "approve", text="A bird?")
    left = evening.ask(cleo, f"The {MARK} again, write to {MARK}@example.org?", anonymous=False)["question"]
    evening.moderate(left, "approve")
    returned = evening.ask(dee, f"Which {MARK} do you mean?")["question"]
    evening.moderate(returned, "reject", reason="time")
    evening.moderate(returned, "reply", text=f"Another {MARK} another time.")
    evening.moderate(second, "answer")
    evening.moderate(second, "done")
    with evening.database.write() as session:
        chat(session, room, ana, client_id=f"{MARK}-1", text=f"A {MARK} said.", now=now)
        speak_backstage(session, room, evening.desk, client_id="b", text=f"That {MARK}.", now=now)
        act_on_person(session, room, evening.desk, "Late Train", "note", text=f"Saw a {MARK}.", now=now)
    evening.steer(close=True)
    return evening


def transcript(evening: Evening) -> Transcript:
    with evening.database.write() as session:
        room = session.get_one(Room, evening.room_id)
        return take_transcript(session, evening.meeting, room, evening.desk, now=evening.now)


def every_sealed_word(session: Session) -> list[str]:
    """Every sealed value of every table, opened; and every other value as it stands."""
    found = []
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            is_text = isinstance(column.type, Encrypted) or not isinstance(column.type, LargeBinary)
            values: Iterable[object] = session.scalars(select(column)) if is_text else []
            found += [f"{table.name}.{column.name}: {value}" for value in values]
    return found


def words_left(evening: Evening, word: str = MARK) -> list[str]:
    with evening.database.read() as session:
        return [one.split(":")[0] for one in every_sealed_word(session) if word in one]


# ---- the transcript


def test_a_transcript_holds_what_was_public_and_nobodys_name(evening: Evening) -> None:
    taken = transcript(an_evening_that_was(evening))
    assert [(one.number, one.answered_by) for one in taken.answered] == [(1, "Jonah")]
    assert next((one.number, one.text) for one in taken.not_reached) == (2, "A bird?")
    said = as_text(taken)
    assert "do you mean" not in said
    assert "in my street" not in said
    assert f"{MARK}@example.org" not in said
    for name in ("Second Cup", "North Porch", "Late Train", "Tin Roof", "Member", ":"):
        assert name not in said


def test_what_its_author_changed_after_it_was_brought_back_was_never_public(evening: Evening) -> None:
    author = evening.members[0]
    asked = evening.approved(author)
    evening.moderate(asked, "reject", reason="names")
    evening.moderate(asked, "restore")
    with evening.database.write() as session:
        edit(session, evening.room_id, author, asked, text=f"Now with a {MARK}?", now=evening.now)
    evening.steer(close=True)
    assert transcript(evening).not_reached == []


def test_a_transcript_is_taken_after_the_room_is_closed_and_that_is_noted(evening: Evening) -> None:
    evening.approved(evening.members[0])
    with pytest.raises(StillOpen):
        transcript(evening)
    evening.steer(close=True)
    transcript(evening)
    with evening.database.read() as session:
        noted = select(AuditEntry).where(AuditEntry.action == "room.transcript")
        assert [one.actor_id for one in session.scalars(noted)] == [evening.desk.person_id]


def test_only_those_who_lead_the_meeting_take_it(evening: Evening) -> None:
    evening.steer(close=True)
    with evening.database.write() as session:
        room = session.get_one(Room, evening.room_id)
        for other in (actor_for(a_coordinator(session, name="Ruth Vale")), evening.members[0]):
            with pytest.raises(NotAllowed):
                take_transcript(session, evening.meeting, room, other, now=evening.now)


# ---- the record


def test_the_record_says_who_did_what_and_no_member_by_name(evening: Evening) -> None:
    with an_evening_that_was(evening).database.read() as session:
        acts = acts_of(session, session.get_one(Room, evening.room_id))
    assert ("Jonah", "question.reject", "Held 4") in [(one.by, one.action, one.about) for one in acts]
    assert ("Jonah", "person.note", "Late Train") in [(one.by, one.action, one.about) for one in acts]
    assert not any("Member" in str(one) or MARK in str(one) for one in acts)
    assert [one.at for one in acts] == sorted(one.at for one in acts)


def test_the_record_is_for_those_who_lead_and_for_coordinators(evening: Evening) -> None:
    with evening.database.write() as session:
        allow_record(session, evening.meeting, evening.desk)
        allow_record(session, evening.meeting, actor_for(a_coordinator(session, name="Ruth Vale")))
        for other in (actor_for(a_practitioner(session, name="Dana Poe")), evening.members[0]):
            with pytest.raises(NotYours):
                allow_record(session, evening.meeting, other)


def test_a_date_without_an_evening_is_said(evening: Evening) -> None:
    with evening.database.read() as session:
        assert evening_on(session, evening.meeting, None, now=evening.now).id == evening.room_id
        with pytest.raises(NoEvening):
            evening_on(session, evening.meeting, evening.now.date() - DAY * 700, now=evening.now)


# ---- erasure


def test_after_thirty_days_no_word_of_it_is_left_in_any_table(evening: Evening) -> None:
    an_evening_that_was(evening)
    assert len(set(words_left(evening))) >= 5
    later(evening, days=30, seconds=-1)
    assert sweep(evening.database, now=evening.now)["words of rooms"] == 0
    later(evening, seconds=1)
    assert sweep(evening.database, now=evening.now)["words of rooms"] == 1
    assert words_left(evening) == []
    assert words_left(evening, "A bird?") == []
    for name in ("Second Cup", "North Porch", "Late Train", "Tin Roof"):
        assert words_left(evening, name) == []
    assert sweep(evening.database, now=evening.now)["words of rooms"] == 0


def test_the_figures_and_the_trail_stay(evening: Evening) -> None:
    an_evening_that_was(evening)
    with evening.database.read() as session:
        before = fairness_of(session, evening.room_id, now=evening.now)
    later(evening, days=31)
    sweep(evening.database, now=evening.now)
    with evening.database.read() as session:
        room = session.get_one(Room, evening.room_id)
        assert fairness_of(session, room.id, now=evening.now) == before
        acts = acts_of(session, room)
    assert acts[-1].action == "room.erased"
    assert "somebody" in {one.about for one in acts}
    with pytest.raises(Erased):
        transcript(evening)


def test_somebody_with_the_old_numbers_gets_a_fresh_start_not_a_gap(evening: Evening) -> None:
    an_evening_that_was(evening)
    epoch = evening.room().epoch
    later(evening, days=31)
    sweep(evening.database, now=evening.now)
    with evening.database.moment() as session:
        place = find_participant(session, evening.room_id, evening.members[0].person_id)
        assert place is not None
        room = session.get_one(Room, evening.room_id)
        answer = catch_up(session, room, Seat(place, False), {"pub": 1}, epoch)
    assert "snapshot" in answer
    assert MARK not in json.dumps(answer)


@pytest.mark.parametrize(("own", "gone_after"), [(3, 3), (90, 90), (0, 0)])
def test_a_meeting_keeps_its_evenings_for_as_long_as_it_says(
    evening: Evening, own: int, gone_after: int
) -> None:
    an_evening_that_was(evening)
    with evening.database.write() as session:
        session.get_one(Meeting, evening.meeting.id).keep_days = own
    closed = evening.now
    if gone_after:
        assert (
            sweep(evening.database, now=closed + DAY * gone_after - timedelta(seconds=1))["words of rooms"]
            == 0
        )
    assert sweep(evening.database, now=closed + DAY * gone_after)["words of rooms"] == 1


def test_nothing_is_erased_while_somebody_still_needs_a_person(evening: Evening) -> None:
    ana = evening.members[0]
    an_evening_that_was(evening)
    with evening.database.write() as session:
        voice_concern(session, evening.room_id, ana, about="", text="I worry.", now=evening.now)
    later(evening, days=40)
    assert sweep(evening.database, now=evening.now)["words of rooms"] == 0
    assert words_left(evening) != []
    with evening.database.write() as session:
        from safety.flags import open_flags

        (flag,) = open_flags(session, f"room:{evening.room_id}")
        claim_alert(session, evening.room_id, evening.desk, flag.id, now=evening.now)
        dispose_alert(
            session, evening.room_id, evening.desk, flag.id, outcome="safe", reason="Spoken with.",
            now=evening.now,
        )  # fmt: skip
    assert sweep(evening.database, now=evening.now)["words of rooms"] == 1


def test_an_open_evening_is_never_erased(evening: Evening) -> None:
    evening.ask(evening.members[0], f"A {MARK}?")
    with evening.database.write() as session:
        session.get_one(Meeting, evening.meeting.id).keep_days = 0
    sweep(evening.database, now=evening.now)
    assert words_left(evening) != []


def test_the_days_are_a_setting(settings: Settings, evening: Evening) -> None:
    assert settings.keep_questions_days == 30
    environ = {"EVENSIDE_DATA": str(settings.data)}
    assert read_settings(environ | {"EVENSIDE_KEEP_QUESTIONS_DAYS": "7"}).keep_questions_days == 7
    for wrong in ("soon", "-1", "99999"):
        with pytest.raises(SettingsError, match="KEEP_QUESTIONS_DAYS"):
            read_settings(environ | {"EVENSIDE_KEEP_QUESTIONS_DAYS": wrong})
    an_evening_that_was(evening)
    week = replace(settings, keep_questions_days=7).keep_questions_days
    assert sweep(evening.database, now=evening.now + DAY * 7, keep_days=week)["words of rooms"] == 1
