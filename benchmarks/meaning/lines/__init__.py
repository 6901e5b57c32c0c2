"""The lines that the reader is taught by, each with its family: a situation, told in one way or another.

By the first hands as TOML; by fourteen more (November 2026, each with a ground of their own, none of whom saw
what another wrote) as tables: family, label (c for crisis), language, text. There, letters that cannot be
seen stand as \\uXXXX.
"""

import csv
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from safety.meaning import pictures_named

HERE = Path(__file__).parent
PRACTICE = HERE.parent / "practice.tsv"
_UNSEEN = re.compile(r"\\u([0-9a-f]{4})")


@dataclass(frozen=True)
class Line:
    text: str
    is_crisis: bool
    lang: str
    family: str


def all_lines() -> list[Line]:
    """Each text once: whoever wrote it first."""
    written = [line for path in sorted(HERE.glob("*.toml")) for line in _lines_of(path)]
    written += [line for path in sorted(HERE.glob("*.tsv")) for line in table_of(path)]
    return list({line.text: line for line in reversed(written)}.values())[::-1]


def as_written(text: str) -> str:
    """In small letters, with its accents."""
    return pictures_named(unicodedata.normalize("NFKC", text).lower())


def table_of(path: Path) -> Iterator[Line]:
    with path.open(encoding="utf-8", newline="") as rows:
        for family, label, lang, text in csv.reader(rows, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield Line(_UNSEEN.sub(_letter, text), label == "c", lang, f"{path.stem}:{family}")


def _letter(code: re.Match[str]) -> str:
    return chr(int(code[1], 16))


def _lines_of(path: Path) -> Iterator[Line]:
    """By family, or line by line as a blind corpus is kept."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    for one in data.get("line", []):
        yield Line(one["text"], one["label"] == "crisis", one["lang"], f"{path.stem}:{one['family']}")
    for family, texts in data.get("families", {}).items():
        for text in texts:
            yield Line(text, data["label"] == "crisis", data["lang"], f"{path.stem}:{family}")
