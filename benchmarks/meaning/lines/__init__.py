"""The lines that the judge of meaning is fitted on, by phrase family."""

import tomllib
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from safety.meaning import passages_of

HERE = Path(__file__).parent
_ONE_IN = 9


@dataclass(frozen=True)
class Line:
    text: str
    is_crisis: bool
    lang: str
    family: str


def all_lines() -> list[Line]:
    return [line for path in sorted(HERE.glob("*.toml")) for line in _lines_of(path)]


def with_sentences(lines: Sequence[Line]) -> list[Line]:
    """And every sentence of what is ordinary by itself, as it is heard: none of them is danger."""
    known = {line.text for line in lines}
    parts = ((line, part) for line in lines if not line.is_crisis for part in passages_of(line.text))
    new = {part: line for line, part in parts if part not in known}
    return [*lines, *(replace(line, text=part) for part, line in new.items())]


def kept_aside(lines: Sequence[Line], part: int = 0) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """One part in nine of the families, the same for ever whatever is added."""
    return np.array([zlib.crc32(line.family.encode()) % _ONE_IN == part for line in lines])


def _lines_of(path: Path) -> Iterator[Line]:
    """By family, or line by line as a blind corpus is kept."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    for one in data.get("line", []):
        yield Line(one["text"], one["label"] == "crisis", one["lang"], f"{path.stem}:{one['family']}")
    for family, texts in data.get("families", {}).items():
        for text in texts:
            yield Line(text, data["label"] == "crisis", data["lang"], f"{path.stem}:{family}")
