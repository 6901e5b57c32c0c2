"""`evenside migrate`: the schema to its newest form."""

import click
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from cli.wiring import open_database, settings_from_environment
from foundation.database import Database
from foundation.schema import MIGRATIONS


@click.command()
def migrate() -> None:
    """Bring the database to the newest schema; running it again changes nothing."""
    upgrade(open_database(settings_from_environment()))


def upgrade(database: Database) -> None:
    """Apply the migrations that are missing, all in one transaction."""
    with database.engine.connect() as connection, connection.begin():
        command.upgrade(config_for(connection), "head")


def config_for(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
