"""Those who come into a room in one round: each judged by the rules for one, in a handful of statements."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, func, select

from auth.people import Person
from auth.tokens import issue_token
from foundation.database import Database
from realtime.arrivals import Arrival, arrive
from realtime.errors import RoomFull
from realtime.models import Participant
from realtime.visitors import Credential
from scheduling.meetings import Meeting
from tests.builders.people import a_member
from tests.builders.rooms import Evening

MANY = 40
MOST_STATEMENTS = 24
AT_THE_DESK = 1


def newcomers(evening: Evening, how_many: int) -> list[Credential]:
    with evening.database.write() as session:
        people = [a_member(session, name=f"Member {number}", now=evening.now) for number in range(how_many)]
        return [phone(session, one, evening) for one in people]


def phone(session: Any, person: Person, evening: Evening) -> Credential:
    return Credential(issue_token(session, person, label="Phone", now=evening.now), is_api=True)


def in_the_room(evening: Evening) -> Any:
    return Participant.room_id == evening.room_id


def come_in(evening: Evening, who: Sequence[Credential]) -> list[Any]:
    with evening.database.write() as session:
        return list(arrive(session, evening.meeting.slug, who, now=evening.now))


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def test_forty_who_come_for_the_first_time_cost_about_as_much_as_one(evening: Evening) -> None:
    """Each has a place and a name of their own."""
    who = newcomers(evening, MANY)
    with statements(evening.database) as sent:
        arrived = come_in(evening, [*who, who[0]])
    assert len(sent) <= MOST_STATEMENTS, sent
    assert all(isinstance(one, Arrival) for one in arrived)
    assert arrived[-1].seat.participant is arrived[0].seat.participant
    with evening.database.read() as session:
        names = list(session.scalars(select(Participant.pseudonym).where(in_the_room(evening))))
    assert len(set(names)) == len(names) == MANY + len(evening.members) + AT_THE_DESK
    assert not any(letter.isdigit() for letter in "".join(names)), "there are names enough without a number"


def test_the_last_places_go_to_those_who_came_first(evening: Evening) -> None:
    with evening.database.write() as session:
        session.get_one(Meeting, evening.meeting.id).capacity = len(evening.members) + 2
    arrived = come_in(evening, newcomers(evening, 4))
    assert [isinstance(one, Arrival) for one in arrived] == [True, True, False, False]
    assert all(isinstance(one, RoomFull) for one in arrived[2:])
    with evening.database.read() as session:
        rows = session.scalar(select(func.count()).where(in_the_room(evening)))
    assert rows == len(evening.members) + 2 + AT_THE_DESK


def test_nobody_is_given_a_name_like_their_own_or_one_of_before(evening: Evening, monkeypatch: Any) -> None:
    """Nor a name that somebody of the same round was just given."""
    made = iter([["Lara Door", "Salt Door", "Salt  Door", "Wool Roof"], ["Salt Door", "Tin Table"]])
    monkeypatch.setattr("realtime.pseudonyms._made_up", lambda _handful, _chance: next(made))
    with evening.database.write() as session:
        people = [
            a_member(session, name=name, now=evening.now) for name in ("Lara Moon", "Ina Fox", "Ole Ash")
        ]
        who = [phone(session, one, evening) for one in people]
    given = [one.seat.participant.pseudonym for one in come_in(evening, who)]
    assert given == ["Salt Door", "Wool Roof", "Tin Table"]
