"""Which form the database's tables have, and which this program's code expects."""

from functools import cache
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parent / "migrations"


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(MIGRATIONS))


@cache
def _known() -> frozenset[str]:
    return frozenset(script.revision for script in _scripts().walk_revisions())


def is_current(connection: Connection) -> bool:
    """Whether the newest migration has been applied."""
    return revision(connection) == _scripts().get_current_head()


def is_behind(connection: Connection) -> bool:
    """Whether migrations are missing. A revision we do not know is a newer release being brought in."""
    there = revision(connection)
    return there is None or (there in _known() and not is_current(connection))


def revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
