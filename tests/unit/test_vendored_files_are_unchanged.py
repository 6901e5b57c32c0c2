"""What others made and we serve is exactly what VENDORED.toml says."""

import hashlib
import tomllib
from pathlib import Path

import pytest

VENDOR = Path(__file__).parents[2] / "web" / "static" / "vendor"
FILES = tomllib.loads((VENDOR / "VENDORED.toml").read_text())["file"]


@pytest.mark.parametrize("entry", FILES, ids=lambda entry: str(entry["path"]))
def test_each_file_is_the_one_that_was_taken(entry: dict[str, str]) -> None:
    assert hashlib.sha256((VENDOR / entry["path"]).read_bytes()).hexdigest() == entry["sha256"]
    assert entry["version"] in (VENDOR / entry["path"]).read_text()[:200]
    assert entry["licence"]
    assert (VENDOR / entry["licence_file"]).is_file()


def test_no_file_is_there_without_an_entry() -> None:
    known = (
        {entry["path"] for entry in FILES} | {entry["licence_file"] for entry in FILES} | {"VENDORED.toml"}
    )
    there = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert there == known
