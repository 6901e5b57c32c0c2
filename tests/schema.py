"""Empty, migrated databases, copied from a template that is made once per process."""

import shutil
import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import make_url

from cli.schema import upgrade
from foundation.database import Database
from tests.servers import postgres_url, run_sql


@cache
def sqlite_template() -> Path:
    path = Path(tempfile.mkdtemp(prefix="evenside-")) / "template.db"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    database.close()
    return path


@cache
def postgres_template() -> str:
    run_sql(postgres_url(), "CREATE DATABASE template_evenside")
    database = Database(named("template_evenside"))
    upgrade(database)
    database.close()
    return "template_evenside"


def new_sqlite(folder: Path) -> Database:
    shutil.copy(sqlite_template(), folder / "evenside.db")
    return Database(f"sqlite:///{folder / 'evenside.db'}")


def new_postgres(name: str) -> Database:
    run_sql(postgres_url(), f"CREATE DATABASE {name} TEMPLATE {postgres_template()} STRATEGY file_copy")
    return Database(named(name))


def drop_postgres(name: str) -> None:
    run_sql(postgres_url(), f"DROP DATABASE {name} WITH (FORCE)")


def named(name: str) -> str:
    """The address of this database."""
    return make_url(postgres_url()).set(database=name).render_as_string(hide_password=False)
