"""Who was deleted is written down beside the database, so that no backup brings anybody back (R40)."""

from pathlib import Path

from auth.erased_list import add_to_list
from auth.erasing import erased_ids
from foundation.database import Database


def write_down_deleted(database: Database, data: Path) -> bool:
    """On every machine that a worker runs on. Says whether the list grew."""
    with database.read() as session:
        ids = erased_ids(session)
    return add_to_list(data, ids)
