"""A desk with hundreds of questions waiting.

They are put there as asking would have left them: to hear each one for what it means takes half a minute.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from auth.actor import Actor, actor_for
from auth.people import Person
from foundation.database import Database
from realtime.asking import ask
from realtime.joining import choose_name, join
from realtime.models import Question
from realtime.presence import be_seen
from realtime.questions import State
from realtime.room import enter, participant_of
from realtime.steering import Steer, steer
from realtime.telling import tell_question
from scheduling.meetings import add_meeting
from tests.builders.people import a_member, a_moderator
from tests.builders.rooms import a_room

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
_FIRST = ("Quiet", "Slow", "Plain", "Green", "Second", "Late", "Wide", "Small", "North", "Early")
_SECOND = ("Lantern", "Harbor", "Window", "Orchard", "Kettle", "Meadow", "Ladder", "Pebble")
_THINGS = (
    "the first hour",
    "a long weekend",
    "the drive home",
    "an old friend",
    "the holidays",
    "a bad night",
)
_ASKS = ("How do you spend", "What helps with", "Whom do you tell about", "How do you plan")
_EVERY_UNKIND = 25


@dataclass
class FullDesk:
    """Jonah and Celeste lead it; `waiting` are the ids of what waits, the oldest first."""

    database: Database
    slug: str
    room_id: str
    jonah: Person
    celeste: Person
    members: list[Actor]
    waiting: list[str] = field(default_factory=list)
    asked: int = 0

    def ask(self, text: str | None = None, *, now: datetime) -> str:
        """The next member asks; nobody asks again before all others have."""
        n = self.asked
        self.asked += 1
        who = self.members[n % len(self.members)]
        with self.database.write() as session:
            answer = ask(
                session, self.room_id, who, client_id=f"full-{n}", text=text or question_number(n), now=now
            )
        self.waiting.append(str(answer["question"]))
        return str(answer["question"])

    def let_wait(self, moments: Sequence[datetime]) -> None:
        """One question more for each moment, from one member after the other."""
        with self.database.write() as session:
            room = enter(session, self.room_id)
            for now in moments:
                n = self.asked
                self.asked += 1
                author = participant_of(session, room, self.members[n % len(self.members)])
                room.asked += 1
                author.asked_at = now
                question = Question(
                    room_id=room.id, participant_id=author.id, number=room.asked, text=question_number(n),
                    asked_at=now, state=State.PENDING, hold_reason="abuse" if is_unkind(n) else "first",
                )  # fmt: skip
                session.add(question)
                session.flush()
                tell_question(session, room, question, was=None, now=now)
                self.waiting.append(question.id)


def a_full_desk(database: Database, slug: str, *, pending: int, now: datetime, members: int = 80) -> FullDesk:
    """An open room that holds everything; `pending` questions came over the last minutes, some unkind."""
    with database.write() as session:
        jonah, celeste = a_moderator(session, name="Jonah Pell"), a_moderator(session, name="Celeste Moor")
        begins = (now + timedelta(minutes=5)).astimezone(LOS_ANGELES)
        meeting = add_meeting(
            session, slug=slug, title="Friday group", timezone=LOS_ANGELES.key, weekday=begins.weekday(),
            minute_of_day=begins.hour * 60 + begins.minute, minutes=90,
            first_date=begins.date() - timedelta(days=28), audience="open", hosted_by=(jonah.id,),
            moderated_by=(jonah.id, celeste.id), now=now,
        )  # fmt: skip
        room = a_room(session, meeting, now=now)
        desk = actor_for(jonah)
        join(session, room.id, desk, now=now)
        be_seen(session, room.id, desk.person_id, moderates=True, now=now)
        steer(session, room.id, desk, Steer(open=True, policy="all_held"), now=now)
        actors = [actor_for(a_member(session, name=f"Person {n}")) for n in range(members)]
        for n, actor in enumerate(actors):
            choose_name(session, room.id, actor, name_number(n), now=now)
            join(session, room.id, actor, now=now)
    full = FullDesk(database, slug, room.id, jonah, celeste, actors)
    rounds = -(-pending // members)
    full.let_wait([now - timedelta(minutes=rounds - n // members) for n in range(pending)])
    return full


def name_number(n: int) -> str:
    return f"{_FIRST[n % len(_FIRST)]} {_SECOND[n // len(_FIRST) % len(_SECOND)]}"


def question_number(n: int) -> str:
    """Every one has words of its own; some are aimed at somebody."""
    if is_unkind(n):
        return f"You are an idiot, number {n}"
    return f"{_ASKS[n % len(_ASKS)]} {_THINGS[n % len(_THINGS)]} when evening {n} comes?"


def is_unkind(n: int) -> bool:
    return n % _EVERY_UNKIND == _EVERY_UNKIND - 1
