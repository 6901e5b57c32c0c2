"""Two of one room at once: what one has looked at before it held the room must not decide afterwards."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation.database import Database, is_postgres
from foundation.errors import DomainError
from realtime import room as rooms
from realtime.asking import ask, withdraw
from realtime.eventlog import events_since, member_stream, payload
from realtime.joining import join
from realtime.models import Presence, Room
from realtime.persons import act_on_person
from realtime.presence import be_seen
from realtime.room import find_participant, find_room, room_of
from realtime.snapshot import Seat, about_me, catch_up
from realtime.steering import Steer, steer
from realtime.taking_part import chat, raise_hand, speak_backstage, voice_concern
from scheduling.meetings import current_occurrence
from tests.builders.people import a_member
from tests.builders.rooms import Evening, an_evening

Act = Callable[[Session], object]


@pytest.fixture
def evening(database: Database, now: datetime) -> Evening:
    evening = an_evening(database, now=now, members=2)
    evening.steer(policy="open", chat=True)
    return evening


def outcome(evening: Evening, act: Act) -> object:
    try:
        with evening.database.write() as session:
            return act(session)
    except DomainError as refusal:
        return refusal


def overtaken(evening: Evening, look: Act, act: Act, other: Act) -> tuple[object, object]:
    """`look` and `act` are one transaction; `other` wants to commit between them, and does where it can."""
    looked, go_on = threading.Event(), threading.Event()

    def slow(session: Session) -> object:
        kept = look(session)  # held, as a handler holds what it has read
        looked.set()
        go_on.wait(0.5)
        result = act(session)
        del kept
        return result

    def quick() -> object:
        looked.wait(5)
        result = outcome(evening, other)
        go_on.set()
        return result

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.submit(outcome, evening, slow), pool.submit(quick)
        return first.result(), second.result()


def kinds(evening: Evening) -> list[tuple[str, str]]:
    with evening.database.read() as session:
        found = events_since(session, evening.room_id, 0)
        return [(one.stream, str(payload(one)["kind"])) for one in found]


def place_of(evening: Evening, who: int = 0) -> Act:
    return lambda s: find_participant(s, evening.room_id, evening.members[who].person_id)


def test_nothing_of_somebody_enters_after_their_removal(evening: Evening) -> None:
    who, now = evening.members[0], evening.now
    said, removed = overtaken(
        evening,
        place_of(evening),
        lambda s: chat(s, evening.room_id, who, client_id="late", text="One more word", now=now),
        lambda s: act_on_person(s, evening.room_id, evening.desk, "Second Cup", "remove", now=now),
    )
    assert removed == {}
    heard = kinds(evening)
    removal = heard.index(("mod", "person"))
    assert ("pub", "chat") not in heard[removal:]
    assert isinstance(said, DomainError) or ("pub", "chat") in heard[:removal]


def test_slow_mode_holds_between_two_tabs(evening: Evening) -> None:
    evening.steer(slow=300)
    who = evening.members[0]
    both = [
        lambda s, n=n: ask(s, evening.room_id, who, client_id=n, text=f"Is it {n}?", now=evening.now)
        for n in ("one", "two")
    ]
    outcomes = overtaken(evening, place_of(evening), *both)
    assert sum(isinstance(one, DomainError) for one in outcomes) == 1


def test_a_hand_raised_in_two_tabs_is_told_once(evening: Evening) -> None:
    def up(session: Session) -> object:
        return raise_hand(session, evening.room_id, evening.members[0], up=True, now=evening.now)

    assert overtaken(evening, place_of(evening), up, up) == ({"position": 1}, {"position": 1})
    assert kinds(evening).count(("mod", "hands")) == 1


def test_two_tabs_that_open_the_room_at_once_are_one_person(evening: Evening) -> None:
    with evening.database.write() as session:
        zoe = a_member(session, name="Zoe")

    def see(session: Session) -> object:
        be_seen(session, evening.room_id, zoe.id, moderates=False, now=evening.now)
        return "seen"

    started, go_on = threading.Event(), threading.Event()

    def first(session: Session) -> object:
        see(session)
        started.set()
        go_on.wait(0.5)
        return "seen"

    def second() -> object:
        started.wait(5)
        threading.Timer(0.2, go_on.set).start()
        return outcome(evening, see)

    with ThreadPoolExecutor(2) as pool:
        tabs = [pool.submit(outcome, evening, first), pool.submit(second)]
        assert [tab.result() for tab in tabs] == ["seen", "seen"]
    with evening.database.read() as session:
        mine = Presence.person_id == zoe.id
        assert session.scalar(select(func.count()).select_from(Presence).where(mine)) == 1


def test_looking_at_a_room_never_takes_back_its_opening(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that read `scheduled` a moment before must not write `lobby` over `open`."""
    evening = an_evening(database, now=now, opened=False)
    soon = evening.room().starts_at - timedelta(minutes=10)

    def open_it(session: Session) -> object:
        be_seen(session, evening.room_id, evening.desk.person_id, moderates=True, now=soon)
        return steer(session, evening.room_id, evening.desk, Steer(open=True), now=soon)

    def look_slowly(session: Session, occurrence: Any) -> Room | None:
        found = find_room(session, occurrence)
        if is_postgres(session) and not opened:
            opened.append(outcome(evening, open_it))
        return found

    opened: list[object] = []
    monkeypatch.setattr(rooms, "find_room", look_slowly)
    with database.write() as session:
        occurrence = current_occurrence(session, evening.meeting, now=soon)
        assert room_of(session, occurrence, now=soon).state in {"open", "lobby"}
    if not opened:
        assert not isinstance(outcome(evening, open_it), DomainError)
    assert evening.room().state == "open"


def test_what_somebody_gets_on_joining_is_of_one_moment(evening: Evening) -> None:
    """A change committed while the answer is read is either in it with its number, or comes as an event."""
    who = evening.members[0]
    evening.steer(policy="all_held")
    asked = evening.ask(who, "May I take this back?")
    with evening.database.moment() as session:
        place = find_participant(session, evening.room_id, who.person_id)
        assert place is not None
        room = session.get_one(Room, evening.room_id)
        me = about_me(session, room, Seat(place, False), "Ana")
        with evening.database.write() as other:
            withdraw(other, evening.room_id, who, asked["question"], now=evening.now)
        answer = catch_up(session, room, Seat(place, False), None)
    assert [one["state"] for one in me["questions"]] == ["pending"]
    with evening.database.read() as session:
        mine = member_stream(place.id)
        later = [one for one in events_since(session, evening.room_id, 0) if one.stream == mine]
    missed = [payload(one) for one in later if one.seq > answer["seq"]["member"]]
    assert [one["question"]["state"] for one in missed] == ["withdrawn"]


@pytest.mark.parametrize("command", [chat, speak_backstage, voice_concern])
def test_what_is_sent_many_times_at_once_is_done_once(evening: Evening, command: Any) -> None:
    ready = threading.Barrier(6)
    who = evening.desk if command is speak_backstage else evening.members[0]
    words: dict[str, Any] = {"about": ""} if command is voice_concern else {}
    told = {**words, "client_id": "same", "text": "Only once", "now": evening.now}
    with evening.database.write() as session:
        join(session, evening.room_id, who, now=evening.now)
    before = len(kinds(evening))

    def send(_n: int) -> object:
        ready.wait(10)
        return outcome(evening, lambda s: command(s, evening.room_id, who, **told))

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(send, range(6)))
    assert answers == [answers[0]] * 6
    assert not isinstance(answers[0], DomainError)
    assert len(kinds(evening)) == before + 1
