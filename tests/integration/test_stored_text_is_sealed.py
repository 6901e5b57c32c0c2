"""Sealed text opens only where it was written and only unaltered; instants come back in UTC."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, LargeBinary, MetaData, Table, insert, select, update

from foundation.columns import Encrypted, SealBroken, UtcDateTime
from foundation.database import Database

WORDS = "the first hour after I close the door"


@pytest.fixture
def diary(database: Database) -> Table:
    table = Table(
        "diary",
        MetaData(),
        Column("line", Encrypted("diary.line")),
        Column("other", Encrypted("diary.other")),
        Column("at", UtcDateTime),
    )
    table.create(database.engine)
    return table


def write(database: Database, diary: Table, at: datetime) -> None:
    with database.write() as session:
        session.execute(insert(diary).values(line=WORDS, at=at))


def raw(diary: Table) -> Column[bytes]:
    return Table("diary", MetaData(), Column("line", LargeBinary), Column("other", LargeBinary)).c.line


def test_R35_text_is_unreadable_in_the_file_and_readable_through_us(
    database: Database, diary: Table, now: datetime
) -> None:
    write(database, diary, now)
    with database.read() as session:
        assert WORDS.encode() not in bytes(session.execute(select(raw(diary))).scalar_one())
        assert session.execute(select(diary.c.line)).scalar_one() == WORDS


def test_text_moved_to_another_column_does_not_open(database: Database, diary: Table, now: datetime) -> None:
    write(database, diary, now)
    column = raw(diary)
    with database.write() as session:
        session.execute(update(column.table).values(other=column))
    with database.read() as session, pytest.raises(SealBroken):
        session.execute(select(diary.c.other)).scalar_one()


def test_an_altered_byte_is_noticed(database: Database, diary: Table, now: datetime) -> None:
    write(database, diary, now)
    column = raw(diary)
    with database.write() as session:
        sealed = bytearray(session.execute(select(column)).scalar_one())
        sealed[-1] ^= 1
        session.execute(update(column.table).values(line=bytes(sealed)))
    with database.read() as session, pytest.raises(SealBroken):
        session.execute(select(diary.c.line)).scalar_one()


def test_an_instant_comes_back_in_utc(database: Database, diary: Table) -> None:
    in_kathmandu = datetime(2026, 11, 28, 2, 30, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    write(database, diary, in_kathmandu)
    with database.read() as session:
        stored = session.execute(select(diary.c.at)).scalar_one()
    assert stored == in_kathmandu
    assert stored.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(database: Database, diary: Table) -> None:
    with pytest.raises(Exception, match="naive"):
        write(database, diary, datetime(2026, 11, 28, 2, 30))  # noqa: DTZ001 - that is the point
