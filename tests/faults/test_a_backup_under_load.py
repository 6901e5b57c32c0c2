"""A backup while people write, the database destroyed, and brought back whole: nobody is halfway in (R40)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from auth.people import Person, Role, add_person
from cli.backup.bringing_back import bring_back
from cli.backup.reading import label_of
from cli.backup.writing import write_backup
from foundation.database import Base, Database
from foundation.settings import Settings
from tests.conftest import KEY

_WRITERS, _BEFORE = 3, 30
_PATIENCE_SECONDS = 60


@contextmanager
def people_coming_in(database: Database, now: datetime) -> Iterator[list[str]]:
    """Writers at work, each person with a role in one transaction; their ids as they are acknowledged."""
    stop, enough, known = threading.Event(), threading.Event(), list[str]()

    def write(writer: int) -> None:
        for number in range(10_000):
            if stop.is_set():
                return
            with database.write() as session:
                mail, name = f"{writer}.{number}@example.org", f"Ana {writer} {number}"
                added = add_person(session, email=mail, name=name, roles=[Role.MEMBER], now=now).id
            known.append(added)
            if len(known) >= _BEFORE:
                enough.set()

    writers = [threading.Thread(target=write, args=(number,)) for number in range(_WRITERS)]
    for one in writers:
        one.start()
    try:
        assert enough.wait(_PATIENCE_SECONDS)
        yield known
    finally:
        stop.set()
        for one in writers:
            one.join()


def destroy(database: Database) -> None:
    with database.write() as session:
        for known in ("person_role", "person"):
            session.execute(Base.metadata.tables[known].delete())


def test_it_holds_whatever_was_acknowledged_before_and_nothing_half(
    database: Database, settings: Settings, now: datetime, tmp_path: Path
) -> None:
    file = tmp_path / "house.backup"
    with people_coming_in(database, now) as known:
        acknowledged = set(known)
        write_backup(database, file, KEY, now=now)
    destroy(database)
    url = database.engine.url.render_as_string(hide_password=False)
    bring_back(replace(settings, database_url=url), file, label_of(file), now=now)
    with database.read() as session:
        there = session.scalars(select(Person)).all()
    assert acknowledged <= {one.id for one in there} <= set(known)
    assert {one.roles for one in there} == {frozenset({Role.MEMBER})}
