"""A room with everybody in it: a moderator at the desk, many members, and their questions waiting."""

from dataclasses import dataclass

from auth.actor import Actor, actor_for
from auth.people import Person
from auth.tokens import issue_token
from cli.wiring import utc_now
from realtime.asking import ask
from realtime.joining import join
from tests.builders.groups import some_members
from tests.builders.rooms import Evening, an_evening
from tests.house import House

MEMBERS = 300
WORDS = (
    "How do you get through the first hour after work when the kitchen is quiet, on evening number {}?",
    "What did you tell your family about day {}, and what would you rather have kept to yourself?",
    "Does anybody take naltrexone with food? I have been at it for {} days and feel sick in the mornings.",
    "I slipped after {} weeks and came back. How do you look people in the eye?",
)


@dataclass(frozen=True)
class FullRoom:
    """`waiting` are the ids of the questions, oldest first; `tokens` belong to the members."""

    evening: Evening
    desk_email: str
    desk_token: str
    tokens: list[str]
    waiting: list[str]

    @property
    def slug(self) -> str:
        return self.evening.meeting.slug


def a_full_room(house: House, *, questions: int, members: int = MEMBERS) -> FullRoom:
    """Open, everything held, and nothing read yet."""
    evening = an_evening(house.database, now=utc_now(), members=1)
    people = _members(house, members)
    waiting = [_ask(house, evening, people[number % members][0], number) for number in range(questions)]
    with house.database.write() as session:
        jonah = session.get_one(Person, evening.desk.person_id)
        token = issue_token(session, jonah, label="bench", now=utc_now())
        email = jonah.email
    return FullRoom(evening, email, token, [one for _, one in people], waiting)


def _members(house: House, count: int) -> list[tuple[Actor, str]]:
    now = utc_now()
    with house.database.write() as session:
        people = some_members(session, count)
        return [(actor_for(one), issue_token(session, one, label="bench", now=now)) for one in people]


def _ask(house: House, evening: Evening, who: Actor, number: int) -> str:
    words, now = WORDS[number % len(WORDS)].format(number), utc_now()
    with house.database.write() as session:
        join(session, evening.room_id, who, now=now)
        asked = ask(session, evening.room_id, who, client_id=f"bench-{number}", text=words, now=now)
    return str(asked["question"])
