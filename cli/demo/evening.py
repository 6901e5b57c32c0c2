"""Last Friday's meeting, held from the lobby to the close through the room's own commands."""

from datetime import datetime, timedelta

from auth.actor import Actor, actor_for
from cli.demo.cast import Clinic
from realtime.asking import ask
from realtime.joining import choose_name, join
from realtime.moderating import Order, moderate
from realtime.presence import keep_seen
from realtime.room import room_of
from realtime.steering import Steer, steer
from realtime.taking_part import vote
from scheduling.meetings import Meeting, Occurrence, occurrences_of

MINUTE = timedelta(minutes=1)
STAYING = 5
NAMES = (
    "Second Cup",
    "North Porch",
    "Late Train",
    "Tin Roof",
    "Plain Bread",
    "Wide Field",
    "Wool Coat",
    "Paper Boat",
)
QUESTIONS = (
    "Hotel evenings are the hardest for me, the first hour after I close the door. What do you do then?",
    "I told one friend. How do I ask him to check on me without making it his job?",
    "How do you answer what have you been up to, when the honest answer is three months away?",
    "Is it normal that sleep gets worse around week ten before it gets better?",
    "Do you keep the laptop out of the bedroom, and does it help?",
    "What time does this meeting end?",
)
ANSWERED, RETURNED = 3, 5
WANTED_BY = (7, 6, 5, 3, 2)


def hold_a_past_evening(clinic: Clinic, meeting: Meeting) -> None:
    """People ask, a moderator reads each first, the host answers some, one is returned, and it closes."""
    occurrence = _last(meeting, clinic.now)
    moment = occurrence.starts_at
    room_id = room_of(clinic.session, occurrence, now=moment).id
    desk = actor_for(clinic.staff["jonah"])
    join(clinic.session, room_id, desk, now=moment)
    steer(clinic.session, room_id, desk, Steer(open=True, policy="all_held"), now=moment)
    people = [actor_for(member) for member in clinic.members[: len(NAMES)]]
    for name, actor in zip(NAMES, people, strict=False):
        choose_name(clinic.session, room_id, actor, name, now=moment)
    asked = _ask_all(clinic, room_id, people, moment + MINUTE)
    _handle(clinic, room_id, desk, people, asked, moment + 5 * MINUTE)
    _stay(clinic, room_id, people, moment, occurrence.ends_at)
    join(clinic.session, room_id, desk, now=occurrence.ends_at)
    steer(clinic.session, room_id, desk, Steer(close=True), now=occurrence.ends_at)


def _stay(clinic: Clinic, room_id: str, people: list[Actor], begins: datetime, ends: datetime) -> None:
    """As their sockets would say every few seconds; every five minutes is often enough to count."""
    for number in range(0, (ends - begins) // MINUTE, STAYING):
        now = begins + number * MINUTE
        keep_seen(clinic.session, room_id, [one.person_id for one in people], now=now)


def _last(meeting: Meeting, now: datetime) -> Occurrence:
    return occurrences_of(meeting, now - timedelta(days=8), now - 3 * timedelta(hours=1))[-1]


def _ask_all(clinic: Clinic, room_id: str, people: list[Actor], begins: datetime) -> list[str]:
    asked = []
    for number, text in enumerate(QUESTIONS):
        moment = begins + number * MINUTE / 4
        client_id = f"demo-{number}"
        result = ask(
            clinic.session, room_id, people[number % len(people)], client_id=client_id, text=text, now=moment
        )
        asked.append(str(result["question"]))
    return asked


def _handle(
    clinic: Clinic, room_id: str, desk: Actor, people: list[Actor], asked: list[str], moment: datetime
) -> None:
    def act(question: str, action: str, reason: str | None = None) -> None:
        moderate(clinic.session, room_id, desk, Order(question, action, reason=reason), now=moment)

    for question, wanted in zip(asked[:RETURNED], WANTED_BY, strict=True):
        act(question, "approve")
        for voter in people[-wanted:]:
            vote(clinic.session, room_id, voter, question, on=True, now=moment)
    act(asked[RETURNED], "reject", "elsewhere")
    for question in asked[:ANSWERED]:
        act(question, "answer")
        act(question, "done")
