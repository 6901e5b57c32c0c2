"""Danger by two opinions: likeness to lines that people wrote, and a reading of the sentence itself. Pure.

By likeness every line of the fit pulls a text towards danger or away from it: kernel logistic regression,
fitted by benchmarks/meaning/fit.py. The reading is safety/reader.py. Why two: decision 0019.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from safety.encoder import Encoder, Floats
from safety.reader import Reader

READING_COUNTS = 0.5  # chosen on families that neither had seen


class Judge:
    def __init__(self, encoder: Encoder, reader: Reader, path: Path) -> None:
        with np.load(path, allow_pickle=False) as data:
            self._lines: Floats = data["lines"].astype(np.float32)
            self._pull: Floats = data["pull"]
            self._base, self._nearness = float(data["base"]), float(data["nearness"])
        self._encoder, self._reader = encoder, reader

    def danger(self, written: Sequence[str], plain: Sequence[str]) -> float:
        """Between 0 and 1, of the most dangerous passage: each as written and in plain letters."""
        directions = between(self._encoder, written, plain)
        leaning = likeness(directions, self._lines, self._nearness) @ self._pull + self._base
        both = leaning + READING_COUNTS * self._reader.leanings(plain)
        return float(1 / (1 + np.exp(-np.max(both))))


def between(encoder: Encoder, written: Sequence[str], plain: Sequence[str]) -> Floats:
    """The direction in the middle of both readings, which without accents are one."""
    if list(written) == list(plain):
        return encoder.directions(plain)
    both = encoder.directions([*written, *plain])
    middle = both[: len(written)] + both[len(written) :]
    rows: Floats = middle / np.linalg.norm(middle, axis=1, keepdims=True)
    return rows


def likeness(some: Floats, others: Floats, nearness: float) -> Floats:
    """1 for the same direction, falling with distance."""
    alike: Floats = np.exp(np.float32(nearness) * (some @ others.T - 1))
    return alike
