"""A large room, made in bulk: so many people with a token each, and somebody at the desk."""

from dataclasses import dataclass

from sqlalchemy import insert

from auth.actor import actor_for
from auth.people import Person, PersonRole, Role
from auth.tokens import PREFIX, ApiToken, issue_token
from cli.wiring import utc_now
from foundation.columns import new_id
from foundation.secret import digest, new_secret
from realtime.asking import ask
from realtime.joining import join
from tests.builders.groups import some_members
from tests.builders.rooms import Evening, an_evening
from tests.house import House

_WORDS = "What do you cook on the evening of day {} when nobody has been shopping and it is late?"


@dataclass(frozen=True)
class Hall:
    """`tokens` begins with the desk's, for a room without anybody at its desk is held."""

    evening: Evening
    tokens: list[str]

    @property
    def slug(self) -> str:
        return self.evening.meeting.slug


def a_hall(house: House, members: int) -> Hall:
    """Open, with the chat on; nobody but the desk has been in it yet."""
    evening = an_evening(house.database, now=utc_now(), members=0, policy="open")
    evening.steer(chat=True)
    with house.database.write() as session:
        jonah = session.get_one(Person, evening.desk.person_id)
        desk = issue_token(session, jonah, label="bench", now=utc_now())
    return Hall(evening, [desk, *_many(house, members)])


def _many(house: House, count: int) -> list[str]:
    """Members in three statements. Their tokens."""
    now, ids = utc_now(), [new_id() for _ in range(count)]
    tokens = [PREFIX + new_secret() for _ in range(count)]
    people = [
        {"id": one, "email": f"many.{one.lower()}@example.org", "name": f"Many {number}", "created_at": now}
        for number, one in enumerate(ids)
    ]
    roles = [{"person_id": one, "role": Role.MEMBER.value} for one in ids]
    ways_in = [
        {"digest": digest(token), "person_id": one, "label": "bench", "created_at": now}
        for one, token in zip(ids, tokens, strict=True)
    ]
    with house.database.write() as session:
        for table, rows in ((Person, people), (PersonRole, roles), (ApiToken, ways_in)):
            session.execute(insert(table), rows)
    return tokens


def ask_many(house: House, hall: Hall, count: int) -> list[str]:
    """Questions that are public at once, as the room's policy is open; each from somebody else. Their ids."""
    room, now = hall.evening.room_id, utc_now()
    with house.database.write() as session:
        people = [actor_for(one) for one in some_members(session, count)]
    ids = []
    for number, who in enumerate(people):
        with house.database.write() as session:
            join(session, room, who, now=now)
            text = _WORDS.format(number)
            ids.append(ask(session, room, who, client_id=f"bench-{number}", text=text, now=now)["question"])
    return ids
