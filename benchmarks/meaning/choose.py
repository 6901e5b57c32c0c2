"""Choose how much reading counts and from where on to worry, by families kept aside alone.

`python -m benchmarks.meaning.choose FOLDER`, with the folder of benchmarks/meaning/train.py. Each part of the
families is judged by a reader and a likeness that have seen none of it; the blind corpus is not looked at.
Best is what hears most and is right most often, hearing weighed as twice the other (F2), with the rules.
Lines of the spent corpora are told by themselves too: they are few, but nobody wrote them to be hard.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.meaning.fit import NEARNESS, Yes, directions, fitted, tell
from benchmarks.meaning.lines import Line, all_lines, kept_aside
from benchmarks.meaning.train import DRAWS, reader_file, taught_without
from safety.encoder import Encoder, Floats
from safety.judge import READING_COUNTS, between, likeness
from safety.lookalikes import plain
from safety.meaning import ENCODER, as_written, passages_of
from safety.reader import Reader
from safety.screening import Tier, by_rules

COUNTS, WORRIES = (0.0, 0.3, 0.5, 0.7, 1.0), (0.03, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
_HEARING_COUNTS = 4  # the square of two: F2
_HELD = {Tier.CRISIS, Tier.WORRY}
_UNHEARD = np.array([-50.0], dtype=np.float32)  # two words or fewer: meaning does not hear them


def main(folder: Path) -> None:
    lines = all_lines()
    unseen: list[Line] = []
    alike: list[Floats] = []
    read: list[Floats] = []
    for part in range(DRAWS):
        aside = kept_aside(lines, part)
        these = [line for line, out in zip(lines, aside, strict=True) if out]
        unseen, alike = unseen + these, alike + _likenesses(taught_without(part), these)
        read += _readings(Reader(reader_file(folder, part)), these)
    spent = [place for place, line in enumerate(unseen) if line.family.startswith("spent")]
    for name, ours in (("all", range(len(unseen))), ("spent corpora", spent)):
        print(f"\n{name}")
        _weigh([unseen[one] for one in ours], [alike[one] for one in ours], [read[one] for one in ours])


def _weigh(unseen: list[Line], alike: list[Floats], read: list[Floats]) -> None:
    danger = np.array([line.is_crisis for line in unseen])
    rules = np.array([by_rules(line.text).tier in _HELD for line in unseen])
    print(f"area by reading alone {area(danger, _most(read)):.3f}")
    for count in COUNTS:
        both = [one + count * other for one, other in zip(alike, read, strict=True)]
        sure = np.where(rules, 1.0, 1 / (1 + np.exp(-_most(both))))
        print(f"  counts {count}: area {area(danger, _most(both)):.3f}  F2 at {_scores(danger, sure)}")
        if count == READING_COUNTS:
            tell("with the rules, as shipped", unseen, danger, sure)


def area(danger: Yes, leaning: Any) -> float:
    """How often danger leans further than what is ordinary: the area under the curve."""
    place = np.argsort(np.argsort(leaning)) + 1
    yes, no = danger.sum(), (~danger).sum()
    return float((place[danger].sum() - yes * (yes + 1) / 2) / (yes * no))


def _likenesses(taught: Sequence[Line], unseen: Sequence[Line]) -> list[Floats]:
    """Of each passage of each line, by a likeness that has seen none of their families."""
    seen = directions(taught)
    pull = fitted(likeness(seen, seen, NEARNESS), np.array([line.is_crisis for line in taught]))
    encoder, base = Encoder(ENCODER), pull.sum()
    found = []
    for line in unseen:
        said = passages_of(line.text)
        if not said:
            found.append(_UNHEARD)
            continue
        rows = between(encoder, [as_written(one) for one in said], [plain(one) for one in said])
        found.append(likeness(rows, seen, NEARNESS) @ pull + base)
    return found


def _readings(reader: Reader, unseen: Sequence[Line]) -> list[Floats]:
    every = ([plain(one) for one in passages_of(line.text)] for line in unseen)
    return [reader.leanings(said) if said else _UNHEARD for said in every]


def _most(leanings: Sequence[Floats]) -> Any:
    return np.array([one.max() for one in leanings])


def _scores(danger: Yes, sure: Any) -> str:
    said = []
    for worry in WORRIES:
        heard = sure >= worry
        recall, precision = heard[danger].mean(), danger[heard].mean()
        score = (1 + _HEARING_COUNTS) * recall * precision / (_HEARING_COUNTS * precision + recall)
        said.append(f"{worry} {score:.3f} ({recall:.3f}/{precision:.3f})")
    return ", ".join(said)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
