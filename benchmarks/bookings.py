"""Bookings one after the other, with all that belongs to one: check, outbox, audit, reminders.

The limit is a transaction that inserts one row of taken time with its guard, on the same engine and disk.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from http.client import HTTPConnection
from urllib.parse import urlsplit

from auth.people import Person
from benchmarks.bare import Bare, timed
from benchmarks.engines import ENGINES, NAMES, durable_house
from benchmarks.report import Row
from cli.wiring import utc_now
from scheduling.appointments import book
from scheduling.services import Service
from tests.builders.groups import some_members
from tests.builders.scheduling import a_service, a_working_practitioner, an_order, weekdays
from tests.crowd import Post, post_all, tokens_of_many
from tests.house import House

TITLE = "Sustained bookings, milliseconds for each"
BOOKINGS = 240
TOGETHER = 8
"""So many clients at a time, each with a practitioner of its own."""
CALL = "/api/v1/appointments"


class Practice:
    """Eight practitioners who work day and night; `slot` counts through a time of each after the other."""

    def __init__(self, house: House) -> None:
        with house.database.write() as session:
            self.people: list[Person] = [
                a_working_practitioner(session, weekdays(0, 24, range(7)), timezone="UTC")
                for _ in range(TOGETHER)
            ]
            self.service: Service = a_service(session, *self.people, step_minutes=60, horizon_days=366)
            self.members = some_members(session, TOGETHER)
        self.tokens = tokens_of_many(house, TOGETHER)

    def slot(self, number: int) -> datetime:
        first = datetime.combine(utc_now().date() + timedelta(days=2), time(), UTC)
        return first + timedelta(hours=number // TOGETHER)

    def post(self, number: int) -> Post:
        wanted = {
            "service": self.service.slug,
            "practitioner": self.people[number % TOGETHER].id,
            "starts_at": self.slot(number).isoformat(),
        }
        return Post(self.tokens[number % TOGETHER], wanted)


def measure(bookings: int = BOOKINGS) -> list[Row]:
    return [row for engine in ENGINES for row in _on(engine, bookings)]


def _on(engine: str, bookings: int) -> Iterator[Row]:
    """Each way has hours of its own, so that all begin alike."""
    with durable_house(engine) as house:
        practice = Practice(house)
        limit = _bare(house, practice, bookings)
        yield Row(f"the command on {NAMES[engine]}", _commands(house, practice, bookings), None, limit)
        yield Row(f"over HTTP, one client, on {NAMES[engine]}", _one(house, practice, bookings), None, limit)
        eight = _eight(house, practice, bookings)
        yield Row(f"over HTTP, {TOGETHER} clients, on {NAMES[engine]}", eight, None, limit)


def _bare(house: House, practice: Practice, bookings: int) -> list[float]:
    with Bare(house.database) as bare:
        return [timed(_insert, bare, practice, number) for number in range(bookings)]


def _insert(bare: Bare, practice: Practice, number: int) -> None:
    start = practice.slot(number) + timedelta(days=300)
    assert bare.insert(practice.people[number % TOGETHER].id, start, start + timedelta(hours=1))


def _commands(house: House, practice: Practice, bookings: int) -> list[float]:
    return [timed(_command, house, practice, number) for number in range(bookings)]


def _command(house: House, practice: Practice, number: int) -> None:
    who = number % TOGETHER
    order = an_order(practice.service, practice.people[who], practice.members[who], practice.slot(number))
    house.database.change(lambda session: book(session, order, now=utc_now()))


def _one(house: House, practice: Practice, bookings: int) -> list[float]:
    there = HTTPConnection(urlsplit(house.url).netloc, timeout=60)
    posts = [practice.post(number) for number in range(bookings, 2 * bookings)]
    samples = [timed(_send, there, one) for one in posts]
    there.close()
    return samples


def _send(there: HTTPConnection, one: Post) -> None:
    headers = {"Authorization": f"Bearer {one.token}", "Content-Type": "application/json"}
    there.request("POST", CALL, json.dumps(one.body), headers)
    answer = there.getresponse()
    text = answer.read()
    assert answer.status == 201, text


def _eight(house: House, practice: Practice, bookings: int) -> list[float]:
    """Eight at a time, each time waited for: the time of one is an eighth."""
    samples = []
    for number in range(2 * bookings, 3 * bookings, TOGETHER):
        posts = [practice.post(number + one) for one in range(TOGETHER)]
        samples.append(timed(_all, house, posts) / TOGETHER)
    return samples


def _all(house: House, posts: list[Post]) -> None:
    replies = post_all(house, CALL, posts)
    assert all(reply.status == 201 for reply in replies), replies
