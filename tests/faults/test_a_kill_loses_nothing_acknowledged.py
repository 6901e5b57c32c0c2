"""Promise 2: what a person was told is booked is still booked after kill -9 of everything."""

import re
import threading
import time
from collections.abc import Iterator
from html import unescape
from http.client import HTTPException
from pathlib import Path

from sqlalchemy import func, select, text

from auth.people import Person
from cli.wiring import utc_now
from foundation.database import Database
from foundation.outbox import Delivery
from scheduling.appointments import Appointment
from scheduling.occupancy import Occupancy
from tests.builders.people import a_member
from tests.builders.scheduling import a_service, a_working_practitioner, weekdays
from tests.house import House, running_house
from tests.visitor import Visitor, token_in

WARM_UP_SECONDS = 1.5


def test_every_booking_that_was_answered_is_there_after_the_kill(tmp_path: Path) -> None:
    with running_house(tmp_path) as house:
        member = furnish(house.database)
        acknowledged = book_until_killed(house, member)
        assert len(acknowledged) > 1, "the kill came before anything was booked"
        assert integrity(house.database) == "ok"
        with house.database.read() as session:
            kept = set(session.scalars(select(Appointment.id)))
            rows = session.scalar(
                select(func.count()).select_from(Occupancy).where(Occupancy.kind == "appointment")
            )
            owed = session.scalar(
                select(func.count()).select_from(Delivery).where(Delivery.kind == "appointment.booked")
            )
        assert acknowledged <= kept
        assert rows == len(kept)
        assert owed == 2 * len(kept)
    with running_house(tmp_path) as again, Visitor(again) as visitor:
        visitor.sign_in(member.email)
        assert "Follow-up" in visitor.get("/appointments")


def furnish(database: Database) -> Person:
    with database.write() as session:
        dana = a_working_practitioner(session, weekdays(0, 24, range(7)), name="Dana Whitlock")
        a_service(session, dana, slug="talk", name="Follow-up", notice_minutes=0, gap_minutes=0)
        return a_member(session, name="Alma Abbott", now=utc_now())


def book_until_killed(house: House, member: Person) -> set[str]:
    """Book one time after the other; the kill comes from beside, at no chosen moment."""
    killer = threading.Timer(WARM_UP_SECONDS, house.kill)
    with Visitor(house) as visitor:
        visitor.sign_in(member.email)
        page = visitor.get("/book/talk")
        killer.start()
        acknowledged = set(book_all(visitor, page))
    killer.join()
    return acknowledged


def book_all(visitor: Visitor, page: str) -> Iterator[str]:
    """The id of each appointment that was answered for, until nobody answers."""
    for number, slot in enumerate(re.findall(r'name="slot" value="([^"]+)"', page)):
        form = {"csrf_token": token_in(page), "time": unescape(slot), "key": f"key-{number}", "typed": "1"}
        try:
            yield visitor.post("/book/talk", form).split("/")[-2]
        except AssertionError:
            continue  # that time overlaps one that was booked before
        except (OSError, HTTPException):
            return
        time.sleep(0.005)


def integrity(database: Database) -> str:
    with database.read() as session:
        return str(session.execute(text("PRAGMA integrity_check")).scalar_one())
