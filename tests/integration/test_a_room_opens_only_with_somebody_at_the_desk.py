"""Opening, holding and closing: never without a moderator, never for ever."""

from datetime import datetime, timedelta

import pytest

from auth.actor import actor_for
from auth.permissions import NotAllowed
from foundation.database import Database
from realtime.errors import (
    AskingClosed,
    ChatOff,
    Muted,
    NameLikeStaff,
    NameTaken,
    NoModerator,
    Removed,
    RoomClosed,
    RoomNotOpen,
    SlowDown,
)
from realtime.joining import choose_name, join
from realtime.lifecycle import sweep
from realtime.models import Presence
from realtime.persons import act_on_person
from realtime.presence import be_seen, leave
from realtime.steering import Steer, steer
from realtime.taking_part import chat, raise_hand
from tests.builders.people import a_member, a_moderator
from tests.builders.rooms import Evening, a_room, an_evening, later


@pytest.fixture
def evening(database: Database, now: datetime) -> Evening:
    return an_evening(database, now=now, members=3)


def open_it(evening: Evening) -> None:
    with evening.database.write() as session:
        steer(session, evening.room_id, evening.desk, Steer(open=True), now=evening.now)


def person(evening: Evening, pseudonym: str, action: str) -> None:
    with evening.database.write() as session:
        act_on_person(session, evening.room_id, evening.desk, pseudonym, action, now=evening.now)


def test_a_room_does_not_open_without_somebody_at_the_desk(database: Database, now: datetime) -> None:
    evening = an_evening(database, now=now, opened=False)
    with database.write() as session:
        leave(session, evening.room_id, evening.desk.person_id)
    with pytest.raises(NoModerator):
        open_it(evening)
    with database.write() as session:
        be_seen(session, evening.room_id, evening.desk.person_id, moderates=True, now=now)
    later(evening, seconds=31)
    with pytest.raises(NoModerator):
        open_it(evening)


def test_only_those_who_lead_it_steer_it(evening: Evening) -> None:
    with pytest.raises(NotAllowed), evening.database.write() as session:
        steer(session, evening.room_id, evening.members[0], Steer(open=True), now=evening.now)


def test_nothing_appears_unread_once_the_last_moderator_has_dropped(evening: Evening) -> None:
    evening.steer(policy="open", chat=True)
    assert evening.ask(evening.members[0], "Can you hear me?")["state"] == "live"
    later(evening, seconds=31)
    assert evening.ask(evening.members[1], "Am I held?")["state"] == "pending"
    with pytest.raises(ChatOff), evening.database.write() as session:
        chat(session, evening.room_id, evening.members[0], client_id="c", text="Hello", now=evening.now)
    with evening.database.write() as session:
        assert sweep(session, evening.now) == 1
    assert (evening.room().state, evening.room().paused_why) == ("paused", "absence")


def test_a_held_room_goes_on_when_a_moderator_says_so(evening: Evening) -> None:
    evening.steer(policy="open")
    assert evening.steer(panic=True)["room"]["state"] == "paused"
    assert evening.ask(evening.members[0], "Held?")["state"] == "pending"
    assert evening.steer(open=True)["room"]["state"] == "open"
    assert evening.room().policy == "open"


def test_a_first_question_is_held_and_the_next_is_trusted(evening: Evening) -> None:
    evening.steer(policy="first_held")
    first = evening.ask(evening.members[0], "My first?")
    assert first["state"] == "pending"
    evening.moderate(first["question"], "approve")
    assert evening.ask(evening.members[0], "My second?")["state"] == "live"
    assert evening.ask(evening.members[0], "See www.example.org for it")["state"] == "pending"


def test_limits_are_said_in_words(evening: Evening) -> None:
    who = evening.members[0]
    evening.steer(slow=300)
    evening.ask(who)
    with pytest.raises(SlowDown):
        evening.ask(who)
    later(evening, minutes=5)
    evening.ask(who)
    person(evening, "North Porch", "mute")
    with pytest.raises(Muted):
        evening.ask(evening.members[1])
    person(evening, "North Porch", "unmute")
    evening.ask(evening.members[1])
    evening.steer(policy="closed")
    with pytest.raises(AskingClosed):
        evening.ask(evening.members[2])


def test_whoever_was_removed_stays_out(evening: Evening) -> None:
    person(evening, "Second Cup", "remove")
    with pytest.raises(Removed):
        evening.ask(evening.members[0])
    with pytest.raises(Removed), evening.database.write() as session:
        join(session, evening.room_id, evening.members[0], now=evening.now)


def test_before_it_opens_and_after_it_closes_nothing_is_sent(database: Database, now: datetime) -> None:
    evening = an_evening(database, now=now, opened=False)
    with pytest.raises(RoomNotOpen):
        evening.ask(evening.members[0])
    evening.steer(open=True)
    waiting, live = evening.ask(evening.members[0]), evening.approved(evening.members[1])
    evening.steer(close=True)
    with pytest.raises(RoomClosed):
        evening.ask(evening.members[0])
    for question in (waiting["question"], live):
        with pytest.raises(RoomClosed):
            evening.moderate(question, "restore")


def test_hands_favour_those_who_have_spoken_least(evening: Evening) -> None:
    def hand(n: int) -> object:
        with evening.database.write() as session:
            return raise_hand(
                session, evening.room_id, evening.members[n], up=True, now=later(evening, seconds=1)
            )

    assert [hand(0), hand(1)] == [{"position": 1}, {"position": 2}]
    person(evening, "Second Cup", "invite")
    assert hand(0) == {"position": 2}
    assert hand(2) == {"position": 2}


def test_names_that_confuse_the_room_are_refused(evening: Evening) -> None:
    def choose(name: str) -> None:
        with evening.database.write() as session:
            choose_name(session, evening.room_id, evening.members[2], name, now=evening.now)

    with pytest.raises(NameLikeStaff):
        choose("J0nah")
    with pytest.raises(NameTaken):
        choose("Sec\u043end cup")
    choose("Paper Boat")
    choose("paper boat")


def test_those_who_lead_are_known_by_their_own_name(evening: Evening) -> None:
    with evening.database.write() as session:
        assert join(session, evening.room_id, evening.desk, now=evening.now).pseudonym == "Jonah, moderator"
        other = actor_for(a_moderator(session, name="Jonah Stone"))
        assert join(session, evening.room_id, other, now=evening.now).pseudonym == "Jonah Stone, moderator"


def test_names_are_of_one_evening_only(evening: Evening) -> None:
    with evening.database.write() as session:
        next_week = a_room(session, evening.meeting, now=evening.now + timedelta(days=7))
        choose_name(
            session, next_week.id, evening.members[0], "Tin Roof", now=evening.now + timedelta(days=7)
        )
        newcomer = actor_for(a_member(session, name="Zoe"))
        choose_name(session, next_week.id, newcomer, "Second Cup", now=evening.now + timedelta(days=7))


def test_a_forgotten_room_closes_three_hours_past_its_end(evening: Evening) -> None:
    ends_at = evening.room().ends_at
    for after, state in ((timedelta(hours=2, minutes=59), "paused"), (timedelta(hours=3), "closed")):
        with evening.database.write() as session:
            sweep(session, ends_at + after)
        assert evening.room().state == state


def test_the_waiting_room_opens_a_quarter_of_an_hour_before(database: Database, now: datetime) -> None:
    evening = an_evening(database, now=now, opened=False)
    starts_at = evening.room().starts_at
    for before, state in ((timedelta(minutes=16), "scheduled"), (timedelta(minutes=15), "lobby")):
        with database.write() as session:
            assert a_room(session, evening.meeting, now=starts_at - before).state == state


def test_a_person_keeps_one_place_and_one_presence(evening: Evening) -> None:
    with evening.database.write() as session:
        first = join(session, evening.room_id, evening.members[0], now=evening.now)
        again = join(session, evening.room_id, evening.members[0], now=evening.now)
        assert first.id == again.id
        assert session.get(Presence, (evening.room_id, evening.members[0].person_id)) is not None
