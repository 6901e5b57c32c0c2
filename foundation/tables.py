"""Every table of the house, whichever command runs: what is not imported would be missed in silence."""

import importlib
import pkgutil
from functools import cache

from sqlalchemy import inspect

from foundation.database import Base, Database

ROOMS = ("foundation", "auth", "safety", "scheduling", "realtime")
_OF_ALEMBIC = "alembic_version"
_RUNS_BY_ITSELF = ("foundation.migrations", "__main__")


class UnknownTables(Exception):
    """The database has tables that this program does not know: it is older than what filled them."""


@cache
def know_every_table() -> None:
    """Import whatever holds tables: then `Base.metadata` and the register of personal.py are whole."""
    for room in ROOMS:
        path = importlib.import_module(room).__path__
        for module in pkgutil.walk_packages(path, f"{room}."):
            if not any(name in module.name for name in _RUNS_BY_ITSELF):
                importlib.import_module(module.name)


def require_known(database: Database) -> None:
    """Raises UnknownTables when the database holds more than we know of."""
    know_every_table()
    with database.engine.connect() as connection:
        there = set(inspect(connection).get_table_names())
    unknown = there - set(Base.metadata.tables) - {_OF_ALEMBIC}
    if unknown:
        raise UnknownTables(", ".join(sorted(unknown)))
