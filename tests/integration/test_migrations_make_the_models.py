"""The migrations and the models say the same, so that an upgraded clinic has what a new one has."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

import jobs.worker
import web.app
from cli.schema import upgrade
from foundation.database import Base, Database
from foundation.schema import MIGRATIONS, revisions

ROOMS_WITH_TABLES = (web.app, jobs.worker)
"""Importing these two imports every table of the house."""


def test_nothing_is_left_to_migrate(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_again_changes_nothing(database: Database) -> None:
    upgrade(database)


def test_the_files_are_called_by_their_revisions_in_order() -> None:
    """Whoever only looks at the schema reads the names (foundation/schema.py)."""
    told = ScriptDirectory(str(MIGRATIONS)).walk_revisions()
    assert revisions() == tuple(reversed([one.revision for one in told]))
