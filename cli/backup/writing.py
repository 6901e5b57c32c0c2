"""One moment of a running house, written into one sealed file."""

import gzip
import io
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection, text

from cli.backup.key_book import book_beside, write_book
from cli.backup.rows import LEFT_OUT, columns_of, read_rows
from cli.backup.sealed_file import SealedWriter
from foundation.database import Base, Database
from foundation.tables import require_known

_SCHEMA = text("SELECT version_num FROM alembic_version")


@dataclass(frozen=True)
class Written:
    """What a backup holds: how many rows of each table, and how many bytes the file has."""

    counts: Mapping[str, int]
    size: int

    @property
    def rows(self) -> int:
        return sum(self.counts.values())


def write_backup(
    database: Database, path: Path, key: bytes, *, book: Path | None = None, now: datetime
) -> Written:
    """Write everything as it is at one moment; nobody who works meanwhile waits. The file appears whole.

    People's keys go into `book`, which lies beside unless it is said otherwise.
    Raises UnknownTables when the database holds more than this program knows, and OSError.
    """
    require_known(database)
    unfinished = path.with_name(f"{path.name}.part")
    with database.moment() as session, _private(unfinished) as file:
        connection = session.connection()
        label = {"made_at": now.isoformat(), "schema": connection.execute(_SCHEMA).scalar_one()}
        with SealedWriter(file, key, label) as sealed, gzip.GzipFile(fileobj=sealed, mode="wb") as packed:
            _say(packed, {"keys": write_book(connection, book or book_beside(path), key, now=now)})
            counts = _write_tables(connection, packed)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    return Written(counts, path.stat().st_size)


def _private(path: Path) -> BinaryIO:
    """Readable by nobody else from its first byte."""
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _write_tables(connection: Connection, packed: io.BufferedIOBase) -> dict[str, int]:
    counts = {}
    for known in Base.metadata.sorted_tables:
        if known.name not in LEFT_OUT:
            _say(packed, {"table": known.name, "columns": columns_of(known)})
            counts[known.name] = sum(_say(packed, row) for row in read_rows(connection, known))
    _say(packed, {"end": counts})
    return counts


def _say(packed: io.BufferedIOBase, line: Any) -> int:
    packed.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    return 1
