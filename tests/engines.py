"""A running house on either engine, for what goes over HTTP."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.house import House, running_house
from tests.schema import drop_postgres, new_postgres

ENGINES = ("sqlite", "postgresql")


@contextmanager
def house_on(engine: str, folder: Path, *, workers: int = 1) -> Iterator[House]:
    """Empty and migrated; its database goes when it closes."""
    if engine == "sqlite":
        with running_house(folder, workers=workers) as house:
            yield house
        return
    name = f"house_{secrets.token_hex(6)}"
    empty = new_postgres(name)
    url = empty.engine.url.render_as_string(hide_password=False)
    empty.close()
    try:
        with running_house(folder, workers=workers, DATABASE_URL=url) as house:
            yield house
    finally:
        drop_postgres(name)
