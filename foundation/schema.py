"""Which form the database's tables have, and which this program's code expects.

Read without Alembic, which takes every process that starts half a second to load: only who migrates needs it.
"""

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

MIGRATIONS = Path(__file__).parent / "migrations"
_KEPT_IN = "alembic_version"
_REVISION = text("SELECT version_num FROM alembic_version")


@cache
def revisions() -> tuple[str, ...]:
    """Every form that this code knows, the oldest first: each file is called by its number and a word."""
    files = (MIGRATIONS / "versions").glob("[0-9]*_*.py")
    return tuple(sorted(one.name.partition("_")[0] for one in files))


def is_current(connection: Connection) -> bool:
    """Whether the newest migration has been applied."""
    return revision(connection) == revisions()[-1]


def is_behind(connection: Connection) -> bool:
    """Whether migrations are missing. A revision we do not know is a newer release being brought in."""
    there = revision(connection)
    return there is None or there in revisions()[:-1]


def revision(connection: Connection) -> str | None:
    """The form of the tables there are; None where there are none yet."""
    return connection.scalar(_REVISION) if inspect(connection).has_table(_KEPT_IN) else None
