"""Fit the judge on our own lines and show what it would do on families it has not seen.

`python -m benchmarks.meaning.fit` writes safety/judge.npz. Nothing is drawn by chance but the folds,
whose seed is fixed, so the same lines give the same judge. Minutes of work, most of them for the folds:
`--fit` leaves them out.
"""

import sys
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from benchmarks.meaning.lines import Line, all_lines, with_sentences
from safety.encoder import Encoder, Floats
from safety.judge import between, likeness
from safety.lookalikes import plain
from safety.meaning import ENCODER, JUDGE, as_written

NEARNESS, STIFFNESS = 4.0, 0.05
FOLDS, STEPS, SEED = 5, 7, 20261123
Yes = np.ndarray[Any, np.dtype[np.bool_]]


def main(only_fit: bool) -> None:
    lines = with_sentences(all_lines())
    rows, danger = directions(lines), np.array([line.is_crisis for line in lines])
    alike = likeness(rows, rows, NEARNESS)
    pull = fitted(alike, danger)
    small = {"lines": rows.astype(np.float16), "pull": pull.astype(np.float32)}
    np.savez_compressed(JUDGE, **small, base=np.float32(pull.sum()), nearness=np.float32(NEARNESS))
    if not only_fit:
        for name, folds in (("families unseen", _by_family(lines)), ("lines unseen", _by_line(lines))):
            tell(name, lines, danger, _held_out(alike, danger, folds))


def fitted(alike: Any, danger: Yes) -> Any:
    """How each line pulls: regularised logistic regression by Newton's method, in the space of the lines."""
    kernel, wanted = alike.astype(np.float64) + 1.0, danger.astype(float)
    leaning, pull = np.zeros(len(wanted)), np.zeros(len(wanted))
    for _ in range(STEPS):
        sure = 1 / (1 + np.exp(-leaning))
        bend = np.maximum(sure * (1 - sure), 1e-6)
        pull = np.linalg.solve(kernel + np.diag(STIFFNESS / bend), leaning - (sure - wanted) / bend)
        leaning = kernel @ pull
    return pull


def directions(lines: Sequence[Line]) -> Floats:
    encoder = Encoder(ENCODER)
    one_by_one = [between(encoder, [as_written(one.text)], [plain(one.text)]) for one in lines]
    return np.vstack(one_by_one)


def _held_out(alike: Any, danger: Yes, folds: Iterator[Yes]) -> Any:
    leaning = np.zeros(len(danger))
    for out in folds:
        pull = fitted(alike[np.ix_(~out, ~out)], danger[~out])
        leaning[out] = (alike[np.ix_(out, ~out)] + 1.0) @ pull
    return 1 / (1 + np.exp(-leaning))


def _by_family(lines: Sequence[Line]) -> Iterator[Yes]:
    families = np.random.default_rng(SEED).permutation(sorted({line.family for line in lines}))
    for fold in range(FOLDS):
        yield np.isin([line.family for line in lines], families[fold::FOLDS])


def _by_line(lines: Sequence[Line]) -> Iterator[Yes]:
    place = np.random.default_rng(SEED).integers(0, FOLDS, len(lines))
    for fold in range(FOLDS):
        yield place == fold


def tell(name: str, lines: Sequence[Line], danger: Yes, sure: Any) -> None:
    print(f"\n{name}: {danger.sum()} of danger, {(~danger).sum()} ordinary")
    for threshold in (0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6):
        said = [f"at {threshold}:"]
        for lang in ("en", "es"):
            ours = np.array([line.lang == lang for line in lines])
            heard = sure >= threshold
            recall, precision = heard[ours & danger].mean(), danger[ours & heard].mean()
            said.append(f"{lang} recall {recall:.3f} precision {precision:.3f}")
        print("  ".join(said))


if __name__ == "__main__":
    main("--fit" in sys.argv)
