"""A house or a bare database on either engine, with the durability that people get: the tests turn it off."""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from foundation.columns import install_key
from foundation.database import Database
from tests.engines import ENGINES, house_on
from tests.house import KEY, House
from tests.schema import drop_postgres, new_postgres, new_sqlite
from tests.servers import postgres_url, run_sql

__all__ = ["ENGINES", "NAMES", "database_on", "durable_house"]

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_TURNED_OFF = ("fsync", "synchronous_commit", "full_page_writes")


@contextmanager
def durable_house(engine: str, workers: int = 1) -> Iterator[House]:
    _make_durable(engine)
    with tempfile.TemporaryDirectory() as folder, house_on(engine, Path(folder), workers=workers) as house:
        yield house


@contextmanager
def database_on(engine: str) -> Iterator[Database]:
    """Empty and migrated, without a server of ours before it."""
    _make_durable(engine)
    install_key(KEY)
    name = f"bench_{secrets.token_hex(6)}"
    with tempfile.TemporaryDirectory() as folder:
        database = new_sqlite(Path(folder)) if engine == "sqlite" else new_postgres(name)
        try:
            yield database
        finally:
            database.close()
            if engine == "postgresql":
                drop_postgres(name)


def _make_durable(engine: str) -> None:
    if engine == "postgresql":
        kept = (f"ALTER SYSTEM RESET {setting}" for setting in _TURNED_OFF)
        run_sql(postgres_url(), *kept, "SELECT pg_reload_conf()")
