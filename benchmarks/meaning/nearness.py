"""No line that says nearly what a line of a corpus says may be taught: its lines are to be unseen."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

from benchmarks.meaning.lines import Line, as_written
from benchmarks.meaning.sentences import Encoder

CORPORA = Path(__file__).parent.parent.parent / "tests" / "corpus"
TOO_NEAR = 0.8
"""Where the same is said with a word or two changed begins at about 0.9."""


def far_from_the_corpora(lines: Sequence[Line], encoder: Encoder) -> list[Line]:
    """All but those that come too near; how many those are is said, which they are is not."""
    kept = unseen_texts()
    near = encoder.of_all([as_written(line.text) for line in lines]) @ encoder.of_all(kept).T
    far = [line for line, most in zip(lines, near.max(axis=1), strict=True) if most < TOO_NEAR]
    print(f"{len(lines) - len(far)} of {len(lines)} lines are left out: too near to an unseen one")
    return far


def unseen_texts() -> list[str]:
    found = (tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(CORPORA.glob("*.toml")))
    return [as_written(line["text"]) for data in found for line in data["line"]]
