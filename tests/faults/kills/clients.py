"""People at work in a house: some book, some check in, some sit in the live room.

Each keeps what was answered. Whoever books or checks in does so on a thread until nobody answers; those in
the room are a hall (tests/hall.py), whose guests send again what was not answered, as the room's page does.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from http import HTTPStatus
from http.client import HTTPException
from itertools import count

from auth.people import Person
from auth.tokens import issue_token
from cli.wiring import utc_now
from foundation.database import Database
from tests.builders.groups import some_members
from tests.builders.measures import answers_of
from tests.builders.scheduling import a_service, a_working_practitioner, weekdays
from tests.crowd import Post, post_all
from tests.house import House
from tests.visitor import Visitor, token_in

CALL, CHECK_IN = "/api/v1/appointments", "/care/check-in"
_NOBODY = OSError, HTTPException
"""What a client meets when the house is gone."""


@dataclass
class Booker:
    """Wants one hour after the other of a practitioner of their own; `booked` are the appointments' ids."""

    token: str
    service: str
    practitioner: str
    booked: list[str] = field(default_factory=list)
    hours: Iterator[int] = field(default_factory=count)

    def arrive(self, house: House) -> None:
        """Nothing to do before: the token opens the door."""

    def work(self, house: House) -> None:
        for hour in self.hours:
            begins = datetime.combine(utc_now().date() + timedelta(days=2), time(), UTC) + timedelta(
                hours=hour
            )
            wanted = {
                "service": self.service,
                "practitioner": self.practitioner,
                "starts_at": begins.isoformat(),
            }
            [reply] = post_all(house, CALL, [Post(self.token, wanted)])
            if reply.status == HTTPStatus.CREATED:
                self.booked.append(reply.body["id"])


@dataclass
class Diarist:
    """Checks in again and again, with a line that is never the same; `told` are the lines."""

    person: Person
    told: list[str] = field(default_factory=list)
    nights: Iterator[int] = field(default_factory=lambda: count(1))

    def arrive(self, house: House) -> None:
        self._visitor = Visitor(house)
        self._visitor.sign_in(self.person.email)
        self._form = {f"q-{name}": points for name, points in answers_of("check-in", 1).items()}
        self._form["csrf_token"] = token_in(self._visitor.get(CHECK_IN))

    def work(self, house: House) -> None:
        with self._visitor:
            for night in self.nights:
                line = f"Slept well. Night {night}."
                with suppress(AssertionError):  # "try again in a moment", while the database starts anew
                    self._visitor.post(CHECK_IN, {**self._form, "q-line": line})
                    self.told.append(line)


Client = Booker | Diarist


def some_clients(database: Database, *, bookers: int, diarists: int) -> list[Client]:
    with database.write() as session:
        those = [
            a_working_practitioner(session, weekdays(0, 24, range(7)), timezone="UTC") for _ in range(bookers)
        ]
        service = a_service(session, *those, step_minutes=60, horizon_days=366).slug
        people = some_members(session, bookers + diarists)
        tokens = [issue_token(session, one, label="Phone", now=utc_now()) for one in people]
        booking = [Booker(token, service, one.id) for token, one in zip(tokens, those, strict=False)]
    return [*booking, *(Diarist(one) for one in people[bookers:])]


@contextmanager
def at_work(house: House, clients: Sequence[Client]) -> Iterator[None]:
    """Until the house is killed, which has to happen inside; any other end of theirs is raised here."""
    failed: list[BaseException] = []

    def work(one: Client) -> None:
        try:
            one.work(house)
        except _NOBODY:
            return
        except BaseException as error:  # noqa: BLE001 - raised again below, in the story's own thread
            failed.append(error)

    for client in clients:
        client.arrive(house)
    threads = [threading.Thread(target=work, args=(one,)) for one in clients]
    for one in threads:
        one.start()
    yield
    for one in threads:
        one.join()
    for error in failed:
        raise error
