"""One thing that `evenside doctor` has found."""

from dataclasses import dataclass

GOOD, NOTE, UNSAFE = "good", "note", "UNSAFE"


@dataclass(frozen=True)
class Finding:
    state: str
    words: str
