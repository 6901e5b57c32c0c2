"""The file with the house's keys: the newest first, and older ones, so that what they sealed still opens."""

import hmac
import os
from dataclasses import dataclass, field
from pathlib import Path

KEY_BYTES = 32
_INDEX = "index "


@dataclass(frozen=True)
class HouseKeys:
    """`newest` seals; all open. `index` finds sealed text by a digest, and stays through every rotation."""

    newest: bytes = field(repr=False)
    older: tuple[bytes, ...] = field(default=(), repr=False)
    kept_index: bytes | None = field(default=None, repr=False)

    @property
    def all(self) -> tuple[bytes, ...]:
        return (self.newest, *self.older)

    @property
    def oldest(self) -> bytes:
        return self.all[-1]

    @property
    def index(self) -> bytes:
        return self.kept_index or hmac.digest(self.newest, b"blind index", "sha256")


def read_key_file(path: Path) -> HouseKeys:
    """Raises ValueError when it does not hold keys of 64 hexadecimal digits, and OSError."""
    lines = path.read_text().split("\n")
    named = [line.removeprefix(_INDEX) for line in lines if line.startswith(_INDEX)]
    keys = [bytes.fromhex(line) for line in lines if line.strip() and not line.startswith(_INDEX)]
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        raise ValueError("no key of 32 bytes")
    return HouseKeys(keys[0], tuple(keys[1:]), bytes.fromhex(named[0]) if named else None)


def write_key_file(path: Path, keys: HouseKeys) -> None:
    """In the old one's place at one blow, readable by nobody else, and on the disk when this returns."""
    lines = [key.hex() for key in keys.all] + [f"{_INDEX}{keys.index.hex()}"]
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
