"""People's keys, kept beside backups and not in them: each backup replaces the book, so that it has no past.

Whoever keeps old books can open the backups of people who were deleted since. Keep the newest alone.
"""

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from cli.backup.sealed_file import SealedWriter, open_sealed
from foundation.person_keys import PersonKey

NAME = "person-keys"


def book_beside(backup: Path) -> Path:
    """Where the book lies unless somebody says another place."""
    return backup.with_name(NAME)


def write_book(connection: Connection, path: Path, key: bytes, *, now: datetime) -> dict[str, str]:
    """In the old one's place. Returns whose each key is, by its name."""
    keys = PersonKey.__table__.c
    rows = connection.execute(select(keys.id, keys.owner_id, keys.wrapped, keys.created_at)).all()
    told = [[one, owner, b64encode(wrapped).decode(), at.isoformat()] for one, owner, wrapped, at in rows]
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.unlink(missing_ok=True)
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        with SealedWriter(file, key, {"keys": True, "made_at": now.isoformat()}) as sealed:
            sealed.write(json.dumps(told).encode())
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    return {one: owner for one, owner, _wrapped, _at in rows}


def add_from_book(connection: Connection, path: Path, keys: list[bytes], but_of: Collection[str]) -> None:
    """Bring back what is missing, but nobody's who was deleted. No book adds nothing. Raises NotOurFile."""
    if not path.exists():
        return
    with path.open("rb") as file:
        told = json.loads(b"".join(open_sealed(file, keys)))
    rows = [_row(*one) for one in told if one[1] not in but_of]
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    if rows:
        connection.execute(dialect.insert(PersonKey).on_conflict_do_nothing(), rows)


def missing_keys(connection: Connection, wanted: dict[str, str], gone: Collection[str]) -> int:
    """How many of the keys that a backup was made with are not here, but for people who were deleted."""
    there = set(connection.scalars(select(PersonKey.id)))
    return sum(one not in there and owner not in gone for one, owner in wanted.items())


def _row(one: str, owner: str, wrapped: str, at: str) -> dict[str, Any]:
    created = datetime.fromisoformat(at)
    return {"id": one, "owner_id": owner, "wrapped": b64decode(wrapped), "created_at": created}
