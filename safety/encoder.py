"""Sentences as directions in space: those that mean alike point alike, in English and in Spanish. Pure.

The weights are those of the Universal Sentence Encoder, multilingual, version 3 (Apache 2.0), cut down to
the pieces of English and Spanish by benchmarks/meaning/trim.py: docs/decisions/0014-rules-and-meaning.md.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from safety.pieces import Pieces

Floats = np.ndarray[Any, np.dtype[np.float32]]
Whole = np.ndarray[Any, np.dtype[np.int64]]
_WIDTH = 512
_REACHES = ((2, 0), (3, 1), (5, 2))  # words looked at together, and how many of them lie before
_BRANCH = 256


class Encoder:
    """One sentence costs about a millisecond; the whole encoder holds some 40 MB."""

    def __init__(self, path: Path) -> None:
        with np.load(path, allow_pickle=False) as data:
            kept = {name: data[name] for name in data.files}
        self._pieces = Pieces(str(kept.pop("pieces")).split("\n"), kept.pop("scores").tolist())
        self._table, self._step, self._low = kept.pop("table"), kept.pop("step"), kept.pop("low")
        self._weights = _opened(kept)

    def directions(self, texts: Sequence[str]) -> Floats:
        """One row of length 1 for each text."""
        cut = [self._pieces.numbers(text) for text in texts]
        lengths = np.array([len(one) for one in cut], dtype=np.int64)
        words = self._words(np.array([number for one in cut for number in one], dtype=np.int64))
        return self._gathered(self._in_context(words, lengths), lengths)

    def _words(self, numbers: Whole) -> Floats:
        rows = self._table[numbers].astype(np.float32)
        words: Floats = rows * self._step[numbers][:, None] + self._low[numbers][:, None]
        return words

    def _in_context(self, words: Floats, lengths: Whole) -> Floats:
        """Each word beside what its neighbours make of it; no look goes past its own sentence."""
        seen = [words]
        for reach, before in _REACHES:
            near = _neighbours(lengths, reach, before)
            seen.append(self._branch(words, near, reach))
        return _levelled(np.concatenate(seen, axis=1), self._weights["ln_g"], self._weights["ln_b"])

    def _branch(self, words: Floats, near: Whole, reach: int) -> Floats:
        w = self._weights
        first = _levelled(
            words @ w[f"proj{reach}"] + w[f"proj_b{reach}"], w[f"ln_g{reach}"], w[f"ln_b{reach}"]
        )
        second = _bent(_beside(first, near) @ w[f"w1_{reach}"] + w[f"b1_{reach}"]) + first
        return _bent(_beside(second, near) @ w[f"w2_{reach}"] + w[f"b2_{reach}"]) + second

    def _gathered(self, words: Floats, lengths: Whole) -> Floats:
        w, size = self._weights, lengths.astype(np.float32)[:, None]
        starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
        total = np.add.reduceat(words, starts, axis=0) @ w["cnn_W"] + size * w["cnn_b"]
        mean = np.asarray(total / np.sqrt(size), dtype=np.float32)
        middle = _bent(mean @ w["p1"] + _bent(mean @ w["d0"]) @ w["d1"])
        end = np.tanh(middle @ w["p3"] + _bent(middle @ w["d2"]) @ w["d3"])
        directions: Floats = end / np.linalg.norm(end, axis=1, keepdims=True)
        return directions


def _opened(kept: dict[str, Any]) -> dict[str, Floats]:
    """Weights are kept as small whole numbers, a step for each column."""
    steps = {name: value for name, value in kept.items() if name.endswith(".step")}
    plain = {name: value for name, value in kept.items() if name not in steps}
    return {
        name: value.astype(np.float32) * steps[f"{name}.step"] if f"{name}.step" in steps else value
        for name, value in plain.items()
    }


def _neighbours(lengths: Whole, reach: int, before: int) -> Whole:
    """For each word the places of those around it; one place past the end stands for nothing."""
    total, ends = int(lengths.sum()), np.cumsum(lengths)
    first, last = np.repeat(ends - lengths, lengths)[:, None], np.repeat(ends, lengths)[:, None]
    places = np.arange(total)[:, None] + np.arange(-before, reach - before)
    return np.where((places >= first) & (places < last), places, total)


def _beside(words: Floats, near: Whole) -> Floats:
    with_nothing = np.vstack([words, np.zeros((1, _BRANCH), dtype=np.float32)])
    return with_nothing[near].reshape(len(words), -1)


def _levelled(rows: Floats, scale: Floats, shift: Floats) -> Floats:
    centred = rows - rows.mean(axis=1, keepdims=True)
    spread = np.sqrt((centred * centred).mean(axis=1, keepdims=True) + np.float32(1e-12))
    levelled: Floats = centred / spread * scale + shift
    return levelled


def _bent(rows: Floats) -> Floats:
    bent: Floats = np.maximum(rows, 0)
    return bent
