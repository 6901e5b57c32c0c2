"""What `evenside doctor` says of keys, backups and deletions."""

from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import datetime, timedelta

from sqlalchemy import Table, func, select
from sqlalchemy.exc import SQLAlchemyError

from auth.leaving import Leaving
from cli.findings import GOOD, NOTE, UNSAFE, Finding
from cli.keys.resealing import sealed_columns, sealed_tables
from cli.wiring import open_database
from foundation.backup_note import last_backup
from foundation.columns import SealBroken
from foundation.database import Database
from foundation.settings import Settings

_BACKUP_EVERY = timedelta(days=2)
_TOO_OLD = timedelta(days=7)
_GRACE = timedelta(days=1)


def data(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Silent about the database while it is away: that is said already."""
    yield _backup(settings, now)
    if settings.older_keys:
        yield Finding(
            NOTE,
            f"{len(settings.older_keys)} older encryption keys still open texts. Once the backups from "
            "before are gone, run: evenside keys forget",
        )
    with suppress(SQLAlchemyError), closing(open_database(settings)) as database:
        yield _opening(database)
        yield from _overdue(database, now)


def _backup(settings: Settings, now: datetime) -> Finding:
    made = last_backup(settings.data)
    if made is None:
        return Finding(NOTE, "No backup was made from here yet. Run each night: evenside backup FILE")
    days = (now - made).days
    if now - made > _TOO_OLD:
        return Finding(UNSAFE, f"The last backup is {days} days old. Run each night: evenside backup FILE")
    state = NOTE if now - made > _BACKUP_EVERY else GOOD
    return Finding(state, f"The last backup is of {made:%Y-%m-%d %H:%M} UTC.")


def _opening(database: Database) -> Finding:
    """One row of each table that holds sealed text."""
    broken = [known.name for known in sealed_tables() if not _opens(database, known)]
    if broken:
        return Finding(
            UNSAFE,
            f"Texts do not open with this encryption key ({', '.join(broken)}). Restore the key's file.",
        )
    return Finding(GOOD, "Sealed texts open with the encryption key.")


def _opens(database: Database, known: Table) -> bool:
    columns = [known.c[name] for name in sealed_columns(known)]
    try:
        with database.read() as session:
            session.execute(select(*columns).limit(1)).all()
    except SealBroken:
        return False
    return True


def _overdue(database: Database, now: datetime) -> Iterator[Finding]:
    with database.read() as session:
        late = session.scalar(select(func.count()).where(Leaving.due_at < now - _GRACE))
    if late:
        yield Finding(
            UNSAFE,
            f"{late} accounts should have been deleted by now. Start a worker, and look whether somebody of "
            "the team is still with them: /admin/retention",
        )
