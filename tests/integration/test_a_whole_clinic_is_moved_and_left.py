"""The demo clinic, where every kind of row is: it moves to another engine, and each member leaves there.

It takes some seconds, because only here all tables are filled; so it is filled on SQLite and told once.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from auth.erasing import erase_person
from auth.people import Role, people_with
from cli.backup.bringing_back import bring_back
from cli.backup.reading import label_of
from cli.backup.rows import LEFT_OUT, read_rows
from cli.backup.writing import write_backup
from cli.demo import fill
from cli.keys.resealing import sealed_columns
from foundation.database import Base, Database
from foundation.personal import holdings
from foundation.settings import Settings
from foundation.takeout import gather
from tests.conftest import KEPT, KEY
from tests.schema import new_sqlite

_CHANGED_BY_COMING_BACK = {"audit_entry", "calendar_change", "room", *LEFT_OUT}


@pytest.fixture
def filled(tmp_path: Path, now: datetime) -> Iterator[Database]:
    made = new_sqlite(tmp_path)
    with made.write() as session:
        fill(session, people=12, appointments=20, seed=1, now=now)
    yield made
    made.close()


@pytest.fixture
def moved_to() -> Iterator[Database]:
    with KEPT.lend() as kept:
        yield kept


def lines(database: Database) -> Iterator[tuple[str, str]]:
    with database.engine.connect() as connection:
        for known in Base.metadata.sorted_tables:
            if known.name not in _CHANGED_BY_COMING_BACK:
                yield from ((known.name, json.dumps(row)) for row in read_rows(connection, known))


def test_it_moves_to_postgresql_and_every_member_leaves(
    filled: Database, moved_to: Database, settings: Settings, now: datetime, tmp_path: Path
) -> None:
    file, database = tmp_path / "house.backup", moved_to
    write_backup(filled, file, KEY, now=now)
    url = database.engine.url.render_as_string(hide_password=False)
    bring_back(replace(settings, database_url=url), file, label_of(file), now=now)
    assert sorted(lines(database)) == sorted(lines(filled))
    with database.read() as session:
        members = people_with(session, Role.MEMBER)
    with database.moment() as session:
        copies = {one.id: gather(session, one.id) for one in members}
    titles = {section.title for copy in copies.values() for section in copy}
    assert {"You", "Appointments", "What you did"} < titles
    for one in members:
        with database.write() as session:
            assert erase_person(session, one.id, now=now)
    left = " ".join(line for _table, line in lines(database))
    assert [one.name for one in members if one.name in left or one.email in left] == []
    assert list(words_left(database, [one.id for one in members])) == []


def words_left(database: Database, ids: list[str]) -> Iterator[str]:
    """Sealed text in rows that stay of people who were deleted."""
    with database.read() as session:
        for held in holdings():
            for name, kind in sealed_columns(held.table).items():
                for one in ids:
                    words = session.scalars(select(held.table.c[name]).where(held.rows_of(one)))
                    yield from (f"{kind.place}: {text}" for text in words if text)
