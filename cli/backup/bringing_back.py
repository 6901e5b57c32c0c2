"""A backup takes the place of what is there; what ended since stays ended, who was deleted stays deleted."""

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from auth.erased_list import add_to_list, read_list
from auth.erasing import erase_person, erased_ids
from cli.backup.key_book import add_from_book, book_beside, missing_keys
from cli.backup.reading import Label, keys_in, rows_in
from cli.backup.restoring import put_back
from cli.backup.sealed_file import NotOurFile
from cli.backup.since_then import NOTHING, SinceThen, carry_over, look_before
from cli.schema import upgrade
from cli.wiring import open_database
from foundation.audit import record
from foundation.database import Database
from foundation.schema import revision
from foundation.settings import Settings
from foundation.tables import require_known


@dataclass(frozen=True)
class BroughtBack:
    """Rows written, ways in that were ended again, and people who were deleted again."""

    rows: int
    ended: int
    deleted: int


@dataclass(frozen=True)
class Source:
    """A backup, the book of people's keys, the house's keys, and who was deleted by this machine's list."""

    file: Path
    book: Path
    keys: list[bytes]
    listed: set[str]


def bring_back(
    settings: Settings, file: Path, label: Label, *, book: Path | None = None, now: datetime
) -> BroughtBack:
    """All of it or nothing. Raises NotOurFile, UnknownTables, SealBroken."""
    source = Source(file, book or book_beside(file), list(settings.keys.all), read_list(settings.data))
    with closing(open_database(settings)) as database:
        if _is_new(database):
            rows = _begin_with(database, source, label.schema)
            upgrade(database)
            with database.write() as session:
                done = _close_again(session, source, rows, NOTHING, now)
        else:
            _require_same(database, label)
            with database.write() as session:
                before = look_before(session.connection())
                rows = _put_back(session, source)
                done = _close_again(session, source, rows, before, now)
        with database.read() as session:
            add_to_list(settings.data, erased_ids(session))
    return done


def _begin_with(database: Database, source: Source, schema: str) -> int:
    """An empty database first gets the tables that the backup was made with; nobody works with it yet."""
    upgrade(database, schema)
    with database.write() as session:
        return _put_back(session, source)


def _put_back(session: Session, source: Source) -> int:
    return sum(put_back(session.connection(), rows_in(source.file, source.keys)).values())


def _close_again(
    session: Session, source: Source, rows: int, before: SinceThen, now: datetime
) -> BroughtBack:
    ended = carry_over(session, before)
    gone = source.listed | erased_ids(session)
    add_from_book(session.connection(), source.book, source.keys, gone)
    deleted = sum(erase_person(session, one, now=now) for one in sorted(gone))
    _require_keys(session, source, gone)
    record(session, actor=None, action="backup.restored", kind="house", object_id="house", now=now)
    return BroughtBack(rows, ended, deleted)


def _require_keys(session: Session, source: Source, gone: set[str]) -> None:
    missing = missing_keys(session.connection(), keys_in(source.file, source.keys), gone)
    if missing:
        raise NotOurFile(
            f"The keys of what {missing} people wrote are neither here nor in {source.book.name}. "
            "Give the newest book with --keys."
        )


def _is_new(database: Database) -> bool:
    with database.engine.connect() as connection:
        return not inspect(connection).get_table_names()


def _require_same(database: Database, label: Label) -> None:
    require_known(database)
    with database.engine.connect() as connection:
        same = revision(connection) == label.schema
    if not same:
        raise NotOurFile(
            f"It was made with the schema {label.schema}, and this database has another. Bring it back into "
            "a new, empty database: EVENSIDE_DATABASE_URL, or another data folder with the same keys."
        )
