"""Spanish words placed among the English ones that the published model knows.

After WECHSEL (Minixhofer, Paischer and Rekabsaz 2022, arXiv:2112.06598): a word of a new language begins as
the mean of the known words that mean most nearly the same, weighted by how near they are. What is near is
asked of a sentence encoder of both languages (sentences.py), how common a word is of `wordfreq` 3.
"""

import unicodedata
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np

from benchmarks.meaning.minilm import Floats, Published
from benchmarks.meaning.sentences import Encoder

KNOWN, NEW = 14_000, 45_000
_NEIGHBOURS, _SHARPNESS = 5, 20.0
_MUCH_COMMONER = 0.3  # powers of ten
_AT_ONCE = 512


def with_spanish(published: Published, encoder: Encoder) -> tuple[list[str], Floats]:
    """The pieces and their rows. A word that both languages write alike has the place of the commoner one."""
    place = {piece: row for row, piece in enumerate(published.pieces)}
    known = [word for word in _common("en", KNOWN) if word in place]
    spelt = _as_spelt(_common("es", NEW))
    new = [word for word in spelt if word not in place or _is_much_commoner(spelt[word], word)]
    rows = published.table[[place[word] for word in known]]
    placed = _placed(encoder.of_all([spelt[word] for word in new]), encoder.of_all(known), rows)
    pieces, table = list(published.pieces), [*published.table]
    for word, row in zip(new, placed, strict=True):
        if word in place:
            table[place[word]] = row
        else:
            pieces.append(word)
            table.append(row)
    return pieces, np.array(table, dtype=np.float32)


def _common(language: str, count: int) -> list[str]:
    words = import_module("wordfreq").top_n_list(language, count)
    return [word for word in words if word.isalpha() and len(word) > 1]


def _as_spelt(words: Sequence[str]) -> dict[str, str]:
    """By its plain letters, each word as it is most often spelt."""
    spelt: dict[str, str] = {}
    for word in words:
        spelt.setdefault(_without_accents(word), word)
    return {plain: word for plain, word in spelt.items() if plain.isascii()}


def _without_accents(word: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", word) if not unicodedata.combining(one))


def _is_much_commoner(spanish: str, english: str) -> bool:
    often: Any = import_module("wordfreq").zipf_frequency
    return bool(often(spanish, "es") > often(english, "en") + _MUCH_COMMONER)


def _placed(new: Floats, known: Floats, rows: Floats) -> Floats:
    """As long as the rows of known words are in the middle."""
    placed = []
    for start in range(0, len(new), _AT_ONCE):
        alike = new[start : start + _AT_ONCE] @ known.T
        nearest = np.argpartition(-alike, _NEIGHBOURS, axis=1)[:, :_NEIGHBOURS]
        near = np.exp(_SHARPNESS * np.take_along_axis(alike, nearest, axis=1))
        weight = near / near.sum(axis=1, keepdims=True)
        placed.append((weight[:, :, None] * rows[nearest]).sum(axis=1))
    together = np.concatenate(placed)
    length = np.linalg.norm(rows, axis=1).mean()
    scaled: Floats = together / np.linalg.norm(together, axis=1, keepdims=True) * length
    return scaled
