"""docs/security.md names a story for each row of the security table, and each of them is there."""

import re
from pathlib import Path

import pytest

_HOUSE = Path(__file__).parents[2]
ROWS = dict(
    re.findall(r"^\| (R\d+) \|.*\| (.*) \|$", (_HOUSE / "docs" / "security.md").read_text(), re.MULTILINE)
)


def test_every_row_is_told() -> None:
    assert list(ROWS) == [f"R{number}" for number in range(1, 44)]


@pytest.mark.parametrize("row", ROWS)
def test_its_stories_are_there(row: str) -> None:
    named = re.findall(r"`(\w+)::(\w+)`", ROWS[row])
    assert named
    for file, story in named:
        (found,) = (_HOUSE / "tests").rglob(f"{file}.py")
        assert f"def {story}(" in found.read_text(), (file, story)
