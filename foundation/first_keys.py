"""The keys that a house needs to start: made once at the first start, and read at every other."""

import os
import secrets
from pathlib import Path

from foundation.key_file import KEY_BYTES, HouseKeys, read_key_file


def key_in(path: Path, problems: list[str]) -> bytes:
    """The one key of a file, which is made where there is none; what is wrong is added to `problems`."""
    if not path.exists():
        _make_key(path)
    key = bytes.fromhex(path.read_text().strip()) if _is_hex(path) else b""
    if len(key) != KEY_BYTES:
        problems.append(_bad(path))
    return key


def house_keys_in(path: Path, problems: list[str]) -> HouseKeys:
    """The house's keys, newest first; made and complained about as with `key_in`."""
    if not path.exists():
        _make_key(path)
    try:
        return read_key_file(path)
    except ValueError:
        problems.append(_bad(path))
        return HouseKeys(b"")


def _bad(path: Path) -> str:
    return f"{path} must hold 64 hexadecimal digits (32 bytes); restore it from your backup."


def _make_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(KEY_BYTES) + "\n")


def _is_hex(path: Path) -> bool:
    try:
        bytes.fromhex(path.read_text().strip())
    except ValueError:
        return False
    return True
