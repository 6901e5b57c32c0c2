"""Time that a practitioner keeps: nobody can book it, and it never covers what is booked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from foundation.audit import AuditEntry
from foundation.columns import new_id
from foundation.database import Database
from foundation.errors import DomainError
from scheduling.appointments import SlotTaken, book, cancel, hold
from scheduling.blocks import (
    BadBlock,
    BlockOver,
    BlockOverlaps,
    UnknownBlock,
    add_block,
    blocks_of,
    find_block,
    move_block,
    remove_block,
    restore_block,
)
from scheduling.openings import openings
from tests.builders.blocks import a_block
from tests.builders.scheduling import House

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def starts(database: Database, house: House) -> set[datetime]:
    with database.read() as session:
        day = NOON.date()
        found = openings(session, house.service, [house.dana.id], day, day, ZoneInfo("UTC"), now=NOW)
    return {slot.starts_at for slot in found}


def house_in(database: Database) -> House:
    with database.write() as session:
        return House(session)


def test_blocked_time_is_not_offered_and_is_offered_again_when_it_is_removed(database: Database) -> None:
    house = house_in(database)
    free = starts(database, house)
    with database.write() as session:
        block = a_block(session, house.dana, NOON, now=NOW, title="Lunch")
    left = starts(database, house)
    assert {one for one in free if NOON - HOUR < one < NOON + HOUR} == free - left
    with database.write() as session:
        remove_block(session, block.id, by=house.dana.id, now=NOW)
    assert starts(database, house) == free


def test_nobody_can_book_or_hold_a_blocked_time(database: Database) -> None:
    house = house_in(database)
    with database.write() as session:
        a_block(session, house.dana, NOON, now=NOW)
    with database.write() as session, pytest.raises(SlotTaken):
        book(session, house.order(house.ana, NOON + HOUR / 2), now=NOW)
    wish = {"service_id": house.service.id, "practitioner_id": house.dana.id, "member_id": house.ana.id}
    with database.write() as session, pytest.raises(SlotTaken):
        hold(session, **wish, starts_at=NOON, now=NOW)


def test_a_block_over_what_is_booked_is_refused_and_says_what_stands_there(database: Database) -> None:
    house = house_in(database)
    with database.write() as session:
        late = book(session, house.order(house.ben, NOON + HOUR), now=NOW)
        early = book(session, house.order(house.ana, NOON), now=NOW)
    with database.write() as session, pytest.raises(BlockOverlaps) as refused:
        a_block(session, house.dana, NOON + HOUR / 2, now=NOW)
    assert [one.id for one in refused.value.appointments] == [early.id, late.id]
    assert refused.value.first == NOON
    with database.read() as session:
        assert blocks_of(session, house.dana.id, NOON - HOUR, NOON + 3 * HOUR) == []


def test_the_gap_after_a_session_is_taken_too_and_a_hold_that_is_over_is_not(database: Database) -> None:
    house = house_in(database)
    wish = {"service_id": house.service.id, "practitioner_id": house.dana.id, "member_id": house.ana.id}
    with database.write() as session:
        hold(session, **wish, starts_at=NOON, now=NOW)
    with database.write() as session, pytest.raises(BlockOverlaps) as refused:
        a_block(session, house.dana, NOON + timedelta(minutes=55), now=NOW)
    assert refused.value.appointments == []
    with database.write() as session:
        a_block(session, house.dana, NOON, now=NOW + HOUR)


def test_a_block_is_moved_renamed_and_never_onto_something(database: Database) -> None:
    house = house_in(database)
    with database.write() as session:
        block = a_block(session, house.dana, NOON, now=NOW, title="Lunch")
        book(session, house.order(house.ana, NOON + 2 * HOUR), now=NOW)
    with database.write() as session:
        moved = move_block(
            session, block.id, NOON - HOUR / 2, NOON + HOUR, title="Notes", by=house.dana.id, now=NOW
        )
        assert (moved.starts_at, moved.ends_at, moved.title) == (NOON - HOUR / 2, NOON + HOUR, "Notes")
    with database.write() as session, pytest.raises(BlockOverlaps):
        move_block(session, block.id, NOON + HOUR, NOON + 3 * HOUR, by=house.dana.id, now=NOW)
    with database.read() as session:
        assert find_block(session, block.id).starts_at == NOON - HOUR / 2


@pytest.mark.parametrize(
    ("start", "minutes", "title", "refusal"),
    [
        (NOON, 0, "", BadBlock),
        (NOON, -30, "", BadBlock),
        (NOON, 24 * 60 + 1, "", BadBlock),
        (NOON, 60, "x" * 81, BadBlock),
        (NOON + timedelta(days=3650), 60, "", BadBlock),
        (NOW - HOUR, 60, "", BlockOver),
        (NOW - timedelta(days=9), 60, "", BlockOver),
    ],
)
def test_a_block_that_makes_no_sense_is_refused(
    database: Database, start: datetime, minutes: int, title: str, refusal: type[DomainError]
) -> None:
    house = house_in(database)
    with database.write() as session, pytest.raises(refusal):
        a_block(session, house.dana, start, now=NOW, minutes=minutes, title=title)


def test_a_whole_day_and_a_time_that_has_begun_can_be_blocked(database: Database) -> None:
    house = house_in(database)
    with database.write() as session:
        a_block(session, house.dana, NOON, now=NOW, minutes=24 * 60)
        a_block(session, house.dana, NOW - HOUR / 4, now=NOW, minutes=60)


def test_removing_can_be_undone_unless_the_time_went_to_somebody(database: Database) -> None:
    house = house_in(database)
    with database.write() as session:
        block = a_block(session, house.dana, NOON, now=NOW, title="Lunch")
    for _ in range(2):
        with database.write() as session:
            remove_block(session, block.id, by=house.dana.id, now=NOW)
    with database.write() as session:
        assert restore_block(session, block.id, by=house.dana.id, now=NOW).title == "Lunch"
    with database.write() as session:
        remove_block(session, block.id, by=house.dana.id, now=NOW)
        one = book(session, house.order(house.ana, NOON), now=NOW)
    with database.write() as session, pytest.raises(BlockOverlaps):
        restore_block(session, block.id, by=house.dana.id, now=NOW)
    with database.write() as session:
        cancel(session, one.id, by=house.ana.id, now=NOW)
        restore_block(session, block.id, by=house.dana.id, now=NOW)
    with database.read() as session:
        assert [found.id for found in blocks_of(session, house.dana.id, NOON, NOON + HOUR)] == [block.id]


def test_what_is_removed_or_was_never_there_cannot_be_moved(database: Database) -> None:
    house = house_in(database)
    with database.write() as session:
        block = a_block(session, house.dana, NOON, now=NOW)
        remove_block(session, block.id, by=house.dana.id, now=NOW)
    for one in (block.id, new_id()):
        with database.write() as session, pytest.raises(UnknownBlock):
            move_block(session, one, NOON, NOON + HOUR, by=house.dana.id, now=NOW)


def test_every_change_is_recorded_without_its_title(database: Database) -> None:
    house = house_in(database)
    with database.write() as session:
        block = a_block(session, house.dana, NOON, now=NOW, title="Dentist")
        move_block(session, block.id, NOON + HOUR, NOON + 2 * HOUR, by=house.dana.id, now=NOW)
        remove_block(session, block.id, by=house.dana.id, now=NOW)
    with database.read() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.object_id == block.id)).all()
    assert {entry.action for entry in entries} == {"block.add", "block.move", "block.remove"}
    assert "Dentist" not in str([entry.detail for entry in entries])


def test_a_block_and_a_booking_race_for_one_hour_and_one_wins(database: Database) -> None:
    house = house_in(database)

    def block() -> str:
        try:
            with database.write() as session:
                a_block(session, house.dana, NOON, now=NOW)
        except BlockOverlaps:
            return "refused"
        return "took it"

    def booking() -> str:
        try:
            with database.write() as session:
                book(session, house.order(house.ana, NOON), now=NOW)
        except SlotTaken:
            return "refused"
        return "took it"

    with ThreadPoolExecutor(8) as pool:
        ways = [pool.submit(way) for way in [block, booking] * 4]
        told = [way.result() for way in ways]
    assert told.count("took it") == 1


def test_blocks_of_two_practitioners_do_not_mind_each_other(database: Database) -> None:
    house = house_in(database)
    with database.write() as session:
        other = House(session).dana
        a_block(session, house.dana, NOON, now=NOW)
        add_block(
            session, practitioner_id=other.id, starts_at=NOON, ends_at=NOON + HOUR, by=house.dana.id, now=NOW
        )
    with database.read() as session:
        assert len(blocks_of(session, other.id, NOON, NOON + HOUR)) == 1
        assert blocks_of(session, other.id, NOON + HOUR, NOON + 2 * HOUR) == []
