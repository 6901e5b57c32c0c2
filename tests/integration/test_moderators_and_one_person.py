"""What moderators do about a person: each act holds, is told, can be undone, and never hides danger."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.actor import Actor
from auth.people import Person
from auth.permissions import NotAllowed
from foundation.database import Database
from realtime.door import Outside
from realtime.errors import (
    BadPayload,
    HandNotNeeded,
    LeadsHere,
    Muted,
    Removed,
    TimedOut,
)
from realtime.eventlog import events_since, member_stream, payload
from realtime.joining import choose_name, join
from realtime.models import Participant, Room
from realtime.notes import notes_of
from realtime.pulse import pulse_of
from realtime.room import find_participant
from realtime.roster import roster
from realtime.taking_part import chat, raise_hand, vote
from realtime.telling import hands_up
from tests.builders.desk_acts import act, alerts, another_moderator, outside
from tests.builders.rooms import Evening, an_evening, later


@pytest.fixture
def evening(database: Database, now: datetime) -> Evening:
    return an_evening(database, now=now, members=4)


def raise_it(evening: Evening, who: Actor, up: bool = True) -> dict[str, Any]:
    with evening.database.write() as session:
        return raise_hand(session, evening.room_id, who, up=up, now=evening.now)


def heard_by(evening: Evening, who: Actor) -> list[dict[str, Any]]:
    with evening.database.read() as session:
        place = find_participant(session, evening.room_id, who.person_id)
        assert place is not None
        mine = member_stream(place.id)
        return [payload(one) for one in events_since(session, evening.room_id, 0) if one.stream == mine]


def test_somebody_sent_out_is_outside_until_then_and_comes_back_by_itself(evening: Evening) -> None:
    ana = evening.members[0]
    act(evening, "time_out", minutes=20)
    until = evening.now + timedelta(minutes=20)
    gone = next(one for one in heard_by(evening, ana) if one["kind"] == "gone")
    assert (gone["reason"], gone["until"]) == ("time_out", until.isoformat())
    later(evening, minutes=19)
    assert outside(evening, ana) == Outside("time_out", until)
    ways_in: tuple[Callable[[Session], object], ...] = (
        lambda s: join(s, evening.room_id, ana, now=evening.now),
        lambda s: choose_name(s, evening.room_id, ana, "Loud Words", now=evening.now),
    )
    for refused in ways_in:
        with pytest.raises(TimedOut), evening.database.write() as session:
            refused(session)
    with pytest.raises(TimedOut):
        evening.ask(ana)
    later(evening, minutes=1)
    assert outside(evening, ana) is None
    assert evening.ask(ana)["state"] == "pending"


def test_a_break_takes_the_hand_down_and_can_be_ended_early(evening: Evening) -> None:
    ana = evening.members[0]
    raise_it(evening, ana)
    act(evening, "time_out")
    with evening.database.read() as session:
        assert hands_up(session, evening.room_id) == []
    act(evening, "readmit")
    assert outside(evening, ana) is None


@pytest.mark.parametrize("minutes", [0, -5, 181, 10**9])
def test_a_break_has_a_length_that_a_person_can_mean(evening: Evening, minutes: int) -> None:
    with pytest.raises(BadPayload):
        act(evening, "time_out", minutes=minutes)


def test_a_mute_lasts_ten_minutes_or_until_it_is_lifted(evening: Evening) -> None:
    ana = evening.members[0]
    act(evening, "mute")
    with pytest.raises(Muted):
        evening.ask(ana)
    later(evening, minutes=10)
    assert evening.ask(ana)["state"] == "pending"
    act(evening, "mute", minutes=0)
    later(evening, hours=5)
    with pytest.raises(Muted):
        evening.ask(ana)
    act(evening, "unmute")
    assert evening.ask(ana)["state"] == "pending"


def test_a_removal_is_for_this_evening_and_can_be_undone(evening: Evening) -> None:
    act(evening, "remove")
    assert outside(evening, evening.members[0]) == Outside("removed")
    act(evening, "readmit")
    assert outside(evening, evening.members[0]) is None


@pytest.mark.parametrize("action", ["mute", "time_out", "remove", "bar"])
def test_those_who_lead_the_room_cannot_put_one_another_out(evening: Evening, action: str) -> None:
    celeste = another_moderator(evening)
    with pytest.raises(LeadsHere):
        act(evening, action, "Jonah, moderator", by=celeste, text="No.")
    assert outside(evening, evening.desk) is None


def test_members_do_nothing_of_this(evening: Evening) -> None:
    with pytest.raises(NotAllowed):
        act(evening, "remove", "North Porch", by=evening.members[0])


@pytest.mark.parametrize(
    ("action", "more"), [("time_out", {}), ("remove", {}), ("bar", {"text": "Shouted."})]
)
def test_words_of_danger_of_somebody_outside_reach_the_desk(
    evening: Evening, action: str, more: dict[str, Any]
) -> None:
    act(evening, action, **more)
    assert evening.ask(evening.members[0], "I want to kill myself")["state"] == "escalated"
    assert alerts(evening) == [("question", "Second Cup", "raised")]
    assert outside(evening, evening.members[0]) is not None


def test_whoever_is_out_neither_votes_nor_chats_nor_raises_a_hand(evening: Evening) -> None:
    question = evening.approved(evening.members[1])
    evening.steer(chat=True)
    act(evening, "time_out")
    ana, now, room = evening.members[0], evening.now, evening.room_id
    acts: tuple[Callable[[Session], object], ...] = (
        lambda s: vote(s, room, ana, question, on=True, now=now),
        lambda s: raise_hand(s, room, ana, up=True, now=now),
        lambda s: chat(s, room, ana, client_id="c", text="Hello", now=now),
    )
    for refused in acts:
        with pytest.raises(Removed), evening.database.write() as session:
            refused(session)


def test_a_note_is_for_the_desk_alone_and_is_written_once(evening: Evening) -> None:
    for _twice in range(2):
        act(evening, "note", text="Came in upset, calmer since.", client_id="one-note")
    with evening.database.read() as session:
        room = session.get_one(Room, evening.room_id)
        (of_ana,) = notes_of(session, room.id).values()
        assert [(one["text"], one["by"]) for one in of_ana] == [("Came in upset, calmer since.", "Jonah")]
        told = [str(payload(one)) for one in events_since(session, room.id, 0)]
        assert not any("upset" in one for one in told)
        assert [one["who"] for one in roster(session, room, now=evening.now) if one["notes"]] == [
            "Second Cup"
        ]


def test_a_note_that_names_a_danger_nobody_raised_becomes_the_writers_alert(evening: Evening) -> None:
    act(evening, "note", text="She told me on the phone: I want to kill myself.")
    assert alerts(evening) == [("concern", "Second Cup", "claimed")]
    act(evening, "note", text="She said again: I want to kill myself.")
    assert len(alerts(evening)) == 1
    assert "care" not in [one["kind"] for one in heard_by(evening, evening.members[0])]


def test_hands_favour_those_who_have_spoken_least(evening: Evening) -> None:
    ana, ben, cleo, _ = evening.members
    for who in (ana, ben, cleo):
        raise_it(evening, who)
        later(evening, seconds=5)
    act(evening, "invite")
    assert raise_it(evening, ana) == {"position": 3}
    assert raise_it(evening, cleo) == {"position": 2}
    with evening.database.read() as session:
        assert next(one.pseudonym for one in hands_up(session, evening.room_id)) == "North Porch"
        assert pulse_of(session, evening.room_id, now=evening.now)["hands"] == 3


def test_a_moderator_lowers_a_hand_and_its_owner_hears_it(evening: Evening) -> None:
    raise_it(evening, evening.members[0])
    act(evening, "lower_hand")
    assert heard_by(evening, evening.members[0])[-2]["kind"] == "hand_down"
    with evening.database.read() as session:
        place = find_participant(session, evening.room_id, evening.members[0].person_id)
        assert place is not None
        assert (place.hand_at, place.spoken) == (None, 0)


def test_whoever_leads_needs_no_hand(evening: Evening) -> None:
    with pytest.raises(HandNotNeeded):
        raise_it(evening, evening.desk)


def test_the_roster_holds_members_alone(evening: Evening) -> None:
    with evening.database.read() as session:
        room = session.get_one(Room, evening.room_id)
        everybody = session.scalars(select(Participant).where(Participant.room_id == room.id)).all()
        shown = roster(session, room, now=evening.now)
        jonah = session.get_one(Person, evening.desk.person_id).name.split()[0]
    assert len(everybody) == len(shown) + 1
    assert not any(jonah in one["who"] for one in shown)
