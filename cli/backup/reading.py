"""A backup, opened and read table by table; what is cut, altered or incomplete is refused."""

import gzip
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from cli.backup.rows import as_values
from cli.backup.sealed_file import NotOurFile, open_sealed, read_label


@dataclass(frozen=True)
class Label:
    """What the outside of a backup says: when it was made, and with which schema."""

    made_at: datetime
    schema: str


@dataclass(frozen=True)
class Row:
    """One row of one table; `columns` are names with their kinds, `values` by name."""

    table: str
    columns: tuple[tuple[str, str], ...]
    values: dict[str, Any]


def label_of(path: Path) -> Label:
    """Raises NotOurFile."""
    with path.open("rb") as file:
        told = read_label(file)
    return Label(datetime.fromisoformat(told["made_at"]), str(told["schema"]))


def rows_in(path: Path, keys: list[bytes]) -> Iterator[Row]:
    """Every row, in the order in which they can be written. Raises NotOurFile, at the latest at the end."""
    with path.open("rb") as file:
        table, columns, counts = "", (), {}  # type: str, tuple[tuple[str, str], ...], dict[str, int]
        for line in _lines(file, keys):
            if isinstance(line, list):
                counts[table] += 1
                yield Row(table, columns, as_values(columns, line))
            elif "table" in line:
                table, columns = line["table"], tuple((name, kind) for name, kind in line["columns"])
                counts[table] = 0
            elif "end" in line and line["end"] == counts:
                return
        raise NotOurFile("It is not whole: rows are missing at its end.")


def keys_in(path: Path, keys: list[bytes]) -> dict[str, str]:
    """Whose each of the keys is that open what is sealed in it, by its name. Raises NotOurFile."""
    with path.open("rb") as file:
        return dict(next(iter(_lines(file, keys)))["keys"])


def _lines(file: BinaryIO, keys: list[bytes]) -> Iterator[Any]:
    pieces = _Pieces(open_sealed(file, keys))
    with gzip.GzipFile(fileobj=io.BufferedReader(pieces), mode="rb") as unpacked:
        for line in unpacked:
            yield json.loads(line)


class _Pieces(io.RawIOBase):
    """Pieces of bytes as one stream."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = next(self._pieces, b"")
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size
