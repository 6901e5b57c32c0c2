"""`evenside migrate`: the schema to its newest form."""

from typing import TYPE_CHECKING

import click
from sqlalchemy import Connection

from cli.wiring import open_database, settings_from_environment
from foundation.database import Database
from foundation.schema import MIGRATIONS

if TYPE_CHECKING:
    from alembic.config import Config

NEWEST = "head"


@click.command()
def migrate() -> None:
    """Bring the database to the newest schema; running it again changes nothing."""
    upgrade(open_database(settings_from_environment()))


def upgrade(database: Database, to: str = NEWEST) -> None:
    """Apply the migrations that are missing, up to the revision `to`, all in one transaction."""
    from alembic import command

    with database.engine.connect() as connection, connection.begin():
        command.upgrade(_config_for(connection), to)


def _config_for(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
