"""Reading a text as a whole, each word in the light of all others: how far it leans towards danger. Pure.

All of all-MiniLM-L6-v2 (Apache 2.0), to whose English words the Spanish ones were added, taught our own lines
by benchmarks/meaning/train.py: docs/decisions/0039-one-reader-of-two-languages.md.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from safety.wordpieces import WordPieces

Floats = np.ndarray[Any, np.dtype[np.float32]]
Weights = dict[str, Floats]
MOST_PIECES = 160
_HEADS = 12
_SMALLEST = np.float32(1e-12)


class Reader:
    """One sentence costs some ten milliseconds; the whole reader holds some 90 MB."""

    def __init__(self, path: Path) -> None:
        with np.load(path, allow_pickle=False) as data:
            kept = {name: data[name] for name in data.files}
        self._pieces = WordPieces(str(kept.pop("pieces")).split("\n"))
        self._table, self._table_step = kept.pop("table"), kept.pop("table_step")
        layers = int(kept.pop("layers"))
        self._weights = _opened(kept)
        self._layers = [_those_of(f"l{layer}.", self._weights) for layer in range(layers)]

    def danger(self, passages: Sequence[str]) -> float:
        """Between 0 and 1, of the most dangerous passage."""
        return float(1 / (1 + np.exp(-self.leanings(passages).max())))

    def leanings(self, texts: Sequence[str]) -> Floats:
        """One number for each text in plain letters: above nought towards danger, below it away.

        Each word leans by itself, and they are added so that the most dangerous one counts most: what is
        said in the middle of much else is not drowned by it.
        """
        w, cut = self._weights, [self._pieces.numbers(text)[:MOST_PIECES] for text in texts]
        words = np.concatenate([self._begun(numbers) for numbers in cut])
        ends = np.cumsum([len(numbers) for numbers in cut])
        for layer in self._layers:
            words = _in_context(words, ends, layer)
        each = np.split(words @ w["head.w"], ends[:-1])
        return np.array([_together(one) for one in each], dtype=np.float32) + w["head.b"]

    def _begun(self, numbers: list[int]) -> Floats:
        """The words by themselves, each knowing its place."""
        w = self._weights
        words = self._table[numbers].astype(np.float32) * self._table_step[numbers][:, None]
        return _levelled(words + w["places"][: len(numbers)], w["first.scale"], w["first.shift"])


def _together(leanings: Floats) -> float:
    """The logarithm of the sum of their exponentials: a soft greatest."""
    most = leanings.max()
    return float(most + np.log(np.exp(leanings - most).sum()))


def _in_context(words: Floats, ends: Any, w: Weights) -> Floats:
    """One layer: every word takes from the others of its text, then is thought over."""
    asked = np.split(words @ w["qkv.w"] + w["qkv.b"], ends[:-1])
    heard = np.concatenate([_attended(one) for one in asked]) @ w["out.w"] + w["out.b"]
    words = _levelled(words + heard, w["heard.scale"], w["heard.shift"])
    thought = _bent(words @ w["wide.w"] + w["wide.b"]) @ w["narrow.w"] + w["narrow.b"]
    return _levelled(words + thought, w["thought.scale"], w["thought.shift"])


def _those_of(layer: str, weights: Weights) -> Weights:
    return {name.removeprefix(layer): value for name, value in weights.items() if name.startswith(layer)}


def _opened(kept: dict[str, Any]) -> Weights:
    """Weights are kept as small whole numbers, a step for each column."""
    return {
        name: value.astype(np.float32) * kept[f"{name}.step"] if f"{name}.step" in kept else value
        for name, value in kept.items()
        if not name.endswith(".step")
    }


def _attended(asked: Floats) -> Floats:
    """What each word of one text takes from the others; queries, keys and values stand side by side."""
    size, width = len(asked), asked.shape[1] // 3
    query, key, value = asked.reshape(size, 3, _HEADS, width // _HEADS).transpose(1, 2, 0, 3)
    near = query @ key.transpose(0, 2, 1) / np.sqrt(np.float32(width // _HEADS))
    weight = np.exp(near - near.max(axis=-1, keepdims=True))
    taken: Floats = (weight / weight.sum(axis=-1, keepdims=True)) @ value
    return taken.transpose(1, 0, 2).reshape(size, width)


def _levelled(rows: Floats, scale: Floats, shift: Floats) -> Floats:
    centred = rows - rows.mean(axis=1, keepdims=True)
    spread = np.sqrt((centred * centred).mean(axis=1, keepdims=True) + _SMALLEST)
    levelled: Floats = centred / spread * scale + shift
    return levelled


def _bent(rows: Floats) -> Floats:
    """GELU, by its usual nearness in tanh."""
    bent: Floats = 0.5 * rows * (1 + np.tanh(0.7978845608 * (rows + 0.044715 * rows * rows * rows)))
    return bent
