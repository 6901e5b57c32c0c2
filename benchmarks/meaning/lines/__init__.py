"""The lines that the judge of meaning is fitted on, by phrase family."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Line:
    text: str
    is_crisis: bool
    lang: str
    family: str


def all_lines() -> list[Line]:
    return [line for path in sorted(HERE.glob("*.toml")) for line in _lines_of(path)]


def _lines_of(path: Path) -> Iterator[Line]:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    for family, texts in data["families"].items():
        for text in texts:
            yield Line(text, data["label"] == "crisis", data["lang"], f"{path.stem}:{family}")
