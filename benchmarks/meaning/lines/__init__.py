"""The lines that the judge of meaning is fitted on, by phrase family."""

import tomllib
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

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


def kept_aside(lines: Sequence[Line]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Some of the families, the same for ever whatever is added: what is chosen is chosen on these."""
    return np.array([zlib.crc32(line.family.encode()) % _ONE_IN == 0 for line in lines])


def _lines_of(path: Path) -> Iterator[Line]:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    for family, texts in data["families"].items():
        for text in texts:
            yield Line(text, data["label"] == "crisis", data["lang"], f"{path.stem}:{family}")
