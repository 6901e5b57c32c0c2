"""What safety/reader.py does, for many texts at once and so that torch can move its weights."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np

from benchmarks.meaning.minilm import LAYERS, WIDTH, Floats, Published
from safety.reader import MOST_PIECES

HEADS = 12
Numbers = list[list[int]]


def begun(published: Published, table: Floats, chance: Any) -> dict[str, Any]:
    """The published weights, and a head that knows nothing yet. The places of words stay as they are."""
    torch = import_module("torch")
    head = {"head.w": chance.normal(0, 0.05, WIDTH), "head.b": np.zeros(1)}
    moving = {
        name: torch.tensor(np.ascontiguousarray(value), dtype=torch.float32, requires_grad=True)
        for name, value in {**published.weights, "table": table, **head}.items()
    }
    return moving | {"places": torch.tensor(published.places[:MOST_PIECES], dtype=torch.float32)}


def leanings(w: dict[str, Any], read: Sequence[list[int]], dropped: float) -> Any:
    """Of each text, with some of it `dropped` by chance."""
    torch = import_module("torch")
    bend, most = torch.nn.functional, max(map(len, read))
    numbers = torch.tensor([[*one, *[0] * (most - len(one))] for one in read])
    there = torch.arange(most)[None, :] < torch.tensor([len(one) for one in read])[:, None]
    shape = (len(read), most, HEADS, WIDTH // HEADS)

    def levelled(rows: Any, name: str) -> Any:
        return bend.layer_norm(rows, (WIDTH,), w[f"{name}.scale"], w[f"{name}.shift"], 1e-12)

    words = bend.dropout(levelled(w["table"][numbers] + w["places"][:most], "first"), dropped)
    for at in (f"l{layer}." for layer in range(LAYERS)):
        asked = (words @ w[f"{at}qkv.w"] + w[f"{at}qkv.b"]).split(WIDTH, dim=-1)
        heads = [one.view(shape).transpose(1, 2) for one in asked]
        taken = bend.scaled_dot_product_attention(*heads, attn_mask=there[:, None, None, :])
        heard = taken.transpose(1, 2).reshape(words.shape) @ w[f"{at}out.w"] + w[f"{at}out.b"]
        words = levelled(words + bend.dropout(heard, dropped), f"{at}heard")
        thought = bend.gelu(words @ w[f"{at}wide.w"] + w[f"{at}wide.b"])
        thought = thought @ w[f"{at}narrow.w"] + w[f"{at}narrow.b"]
        words = levelled(words + bend.dropout(thought, dropped), f"{at}thought")
    each = (bend.dropout(words, dropped) @ w["head.w"]).float().masked_fill(~there, -1e9)
    return torch.logsumexp(each, 1) + w["head.b"]
