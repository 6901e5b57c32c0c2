"""Case 6 as the world meets it: two web processes, a hundred programs at the same moment, on both engines."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from cli.wiring import utc_now
from foundation.database import Database, is_postgres
from scheduling.appointments import Appointment, Status
from scheduling.group_records import Seat
from scheduling.occupancy import MEMBER_OVERLAP, PRACTITIONER_OVERLAP
from tests.builders.scheduling import a_service, a_working_practitioner, weekdays
from tests.crowd import Post, Reply, post_until_answered, tokens_of_many
from tests.engines import ENGINES, house_on
from tests.house import House

CROWD = 100
CALL = "/api/v1/appointments"
CARELESS = Path(__file__).with_name("careless_server.py")


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def house(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One for all races: each wants another practitioner's time."""
    with house_on(engine, tmp_path_factory.mktemp("races"), workers=2) as running:
        yield running


@pytest.fixture
def careless_house(engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """It books without looking, so that only the database stands in the way."""
    monkeypatch.setenv("GUNICORN_CMD_ARGS", f"--config {CARELESS}")
    with house_on(engine, tmp_path, workers=2) as running:
        yield running


def test_case_6_one_seat_goes_to_one_of_a_hundred(house: House) -> None:
    wanted = an_offer(house)
    replies = race(house, wanted, CROWD)
    assert counted(replies) == {201: 1, 409: CROWD - 1}
    lost = [reply.body for reply in replies if reply.status == 409]
    assert {body["code"] for body in lost} == {"slot_taken"}
    assert all(body["alternatives"] for body in lost)
    assert booked(house.database, wanted) == 1


def test_case_6_eight_seats_go_to_eight_of_a_hundred(house: House) -> None:
    wanted = an_offer(house, seats=8)
    replies = race(house, wanted, CROWD)
    assert counted(replies) == {201: 8, 409: CROWD - 8}
    assert booked(house.database, wanted) == seats_given(house.database, wanted) == 8


def test_case_6_one_key_sent_twenty_times_is_one_appointment_and_one_reply(house: House) -> None:
    wanted, token = an_offer(house), tokens_of_many(house, 1)[0]
    replies = post_until_answered(house, CALL, [Post(token, wanted, key="the-same")] * 20)
    assert counted(replies) == {201: 20}
    assert all(reply == replies[0] for reply in replies)
    [other] = post_until_answered(house, CALL, [Post(token, wanted | {"note": "another"}, key="the-same")])
    assert other.body["code"] == "key_reused"
    assert booked(house.database, wanted) == 1


def test_without_a_key_twenty_clicks_are_one_appointment(house: House) -> None:
    wanted, token = an_offer(house), tokens_of_many(house, 1)[0]
    assert counted(post_until_answered(house, CALL, [Post(token, wanted)] * 20)) == {201: 1, 409: 19}
    assert booked(house.database, wanted) == 1


def test_the_database_alone_keeps_the_promise_and_without_its_guards_everybody_is_booked(
    careless_house: House,
) -> None:
    """The last race shows that the others, and those above, can fail."""
    one = race(careless_house, an_offer(careless_house), CROWD)
    assert counted(one) == {201: 1, 409: CROWD - 1}
    eight = race(careless_house, an_offer(careless_house, seats=8), CROWD)
    assert counted(eight) == {201: 8, 409: CROWD - 8}
    drop_guards(careless_house.database)
    wanted = an_offer(careless_house)
    assert counted(race(careless_house, wanted, 20)) == {201: 20}
    assert booked(careless_house.database, wanted) == 20


def an_offer(house: House, seats: int = 1) -> dict[str, Any]:
    """What to send for the one time that everybody wants."""
    ten = datetime.combine(utc_now().date() + timedelta(days=3), datetime.min.time(), UTC) + timedelta(
        hours=10
    )
    with house.database.write() as session:
        dana = a_working_practitioner(session, weekdays(0, 24, range(7)), timezone="UTC")
        service = a_service(session, dana, seats=seats)
        return {"service": service.slug, "practitioner": dana.id, "starts_at": ten.isoformat()}


def race(house: House, wanted: dict[str, Any], count: int) -> list[Reply]:
    return post_until_answered(house, CALL, [Post(token, wanted) for token in tokens_of_many(house, count)])


def counted(replies: list[Reply]) -> Counter[int]:
    return Counter(reply.status for reply in replies)


def booked(database: Database, wanted: dict[str, Any]) -> int:
    """How many have the time of this practitioner."""
    theirs = Appointment.practitioner_id == wanted["practitioner"], Appointment.status == Status.BOOKED
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Appointment).where(*theirs)) or 0


def seats_given(database: Database, wanted: dict[str, Any]) -> int:
    there = select(func.count()).select_from(Seat).join(Appointment, Appointment.id == Seat.appointment_id)
    with database.read() as session:
        return session.scalar(there.where(Appointment.practitioner_id == wanted["practitioner"])) or 0


def drop_guards(database: Database) -> None:
    with database.write() as session:
        for name in (PRACTITIONER_OVERLAP, MEMBER_OVERLAP):
            table = f"ALTER TABLE occupancy DROP CONSTRAINT {name}"
            session.execute(text(table if is_postgres(session) else f"DROP TRIGGER {name}_insert"))
