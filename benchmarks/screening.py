"""Danger heard on lines that neither the rules' author nor the fit has seen, and what a text costs.

The third corpus, written to be hard, and the fourth, a fair sample by three hands; the first two are trained
on and prove nothing any more. Beside each share stands its interval at 95 of 100, by Wilson. Processor time
hardly depends on what else runs; wall time does.
"""

import resource
import time
import tomllib
from collections.abc import Callable
from math import sqrt
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.report import Row
from safety.meaning import danger_in, is_there
from safety.rules import RULES, Tier, default_rules, read_rules
from safety.screening import by_rules, screen

TITLE = "Hearing danger: unseen lines, English and Spanish (heard = crisis, or held and read closely)"
GOAL = 20.0
CORPUS = Path(__file__).parent.parent / "tests" / "corpus"
CORPORA = {"third corpus": "unseen_third.toml", "fourth corpus": "unseen_fourth.toml"}
SENTENCES = (1, 3, 8)
_SPOKEN = "I kept to the plan this week and called my sponsor on the evening when it got hard{}."
_TIMES = 30
_SIGMAS = 1.96  # 95 of 100
_HELD = {Tier.CRISIS, Tier.WORRY}


def measure() -> list[Row]:
    before = _megabytes()
    is_there()
    more: dict[str, object] = {"megabytes more": round(_megabytes() - before)}
    rows = [_cost(count, more) for count in SENTENCES]
    for name, file in CORPORA.items():
        rows += _heard(name, _lines(CORPUS / file))
    return rows


def _cost(sentences: int, facts: dict[str, object]) -> Row:
    """A text of so many sentences, each time another."""
    samples, worked = [], []
    for number in range(_TIMES):
        said = (_SPOKEN.format(f", day {number} of {place}") for place in range(sentences))
        text = " ".join(said)
        begun, busy = time.perf_counter(), time.process_time()
        screen(text)
        worked.append((time.process_time() - busy) * 1000)
        samples.append((time.perf_counter() - begun) * 1000)
    return Row(f"a text of {sentences}", samples, GOAL, facts={**facts, **_processor(worked)})


def _heard(corpus: str, lines: list[dict[str, Any]]) -> list[Row]:
    worry, anew = default_rules().meaning.worry, read_rules(RULES)  # anew: nothing is answered from memory
    ways: dict[str, Callable[[str], bool]] = {
        "rules alone, heard": lambda text: by_rules(text).tier in _HELD,
        "meaning alone, heard": lambda text: (danger_in(text) or 0) >= worry,
        "both, crisis tier alone": lambda text: screen(text).tier is Tier.CRISIS,
        "both, heard": lambda text: screen(text, anew).tier in _HELD,
    }
    return [_row(f"{corpus}: {name}", heard, lines) for name, heard in ways.items()]


def _row(name: str, heard: Callable[[str], bool], lines: list[dict[str, Any]]) -> Row:
    samples, worked, found = [], [], []
    for line in lines:
        begun, busy = time.perf_counter(), time.process_time()
        found.append(heard(line["text"]))
        worked.append((time.process_time() - busy) * 1000)
        samples.append((time.perf_counter() - begun) * 1000)
    facts = {lang: _figures(lines, found, lang) for lang in ("en", "es", "all")}
    return Row(name, samples, GOAL, facts={**facts, **_processor(worked)})


def _processor(worked: list[float]) -> dict[str, str]:
    most = sorted(worked)[int(0.95 * len(worked))]
    return {"processor ms": f"median {median(worked):.1f}, 95 of 100 below {most:.1f}"}


def _figures(lines: list[dict[str, Any]], found: list[bool], lang: str) -> str:
    ours = [(one["label"] == "crisis", hit) for one, hit in zip(lines, found, strict=True)
            if lang in {"all", one["lang"]}]  # fmt: skip
    right, missed = ours.count((True, True)), ours.count((True, False))
    false = ours.count((False, True))
    recall, precision = _share(right, right + missed), _share(right, right + false)
    return f"recall {recall} precision {precision} missed {missed} false alarms {false} of {len(ours)}"


def _share(of: int, all_of: int) -> str:
    """The share and its interval, by Wilson: honest also where nothing was missed."""
    count = max(1, all_of)
    share, wide = of / count, _SIGMAS**2 / count
    middle = (share + wide / 2) / (1 + wide)
    half = sqrt(wide * (share * (1 - share) + wide / 4)) / (1 + wide)
    return f"{share:.3f} ({max(0.0, middle - half):.3f} to {min(1.0, middle + half):.3f})"


def _lines(corpus: Path) -> list[dict[str, Any]]:
    data = tomllib.loads(corpus.read_text(encoding="utf-8"))
    return next(value for value in data.values() if isinstance(value, list))


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
