"""Danger heard on lines that neither the rules' author nor the fit has seen; little of it depends on load."""

import resource
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.report import Row
from safety.meaning import danger_in, is_there
from safety.rules import RULES, Tier, default_rules, read_rules
from safety.screening import by_rules, screen

TITLE = "Hearing danger: unseen lines, English and Spanish (heard = crisis, or held and read closely)"
GOAL = 20.0
UNSEEN = Path(__file__).parent.parent / "tests" / "corpus" / "unseen.toml"
_HELD = {Tier.CRISIS, Tier.WORRY}


def measure() -> list[Row]:
    before = _megabytes()
    is_there()
    grown = _megabytes() - before
    lines = _lines()
    worry, anew = default_rules().meaning.worry, read_rules(RULES)  # anew: nothing is answered from memory
    ways: dict[str, Callable[[str], bool]] = {
        "rules alone, heard": lambda text: by_rules(text).tier in _HELD,
        "meaning alone, heard": lambda text: (danger_in(text) or 0) >= worry,
        "both, crisis tier alone": lambda text: screen(text).tier is Tier.CRISIS,
        "both, heard": lambda text: screen(text, anew).tier in _HELD,
    }
    return [_row(name, heard, lines, grown) for name, heard in ways.items()]


def _row(name: str, heard: Callable[[str], bool], lines: list[dict[str, Any]], grown: float) -> Row:
    samples, found = [], []
    for line in lines:
        begun = time.perf_counter()
        found.append(heard(line["text"]))
        samples.append((time.perf_counter() - begun) * 1000)
    facts = {lang: _figures(lines, found, lang) for lang in ("en", "es", "all")}
    return Row(name, samples, GOAL, facts={**facts, "megabytes more": round(grown)})


def _figures(lines: list[dict[str, Any]], found: list[bool], lang: str) -> str:
    ours = [(one["label"] == "crisis", hit) for one, hit in zip(lines, found, strict=True)
            if lang in {"all", one["lang"]}]  # fmt: skip
    right, missed = ours.count((True, True)), ours.count((True, False))
    false = ours.count((False, True))
    recall, precision = right / max(1, right + missed), right / max(1, right + false)
    return (
        f"recall {recall:.3f} precision {precision:.3f} missed {missed} false alarms {false} of {len(ours)}"
    )


def _lines() -> list[dict[str, Any]]:
    data = tomllib.loads(UNSEEN.read_text(encoding="utf-8"))
    return next(value for value in data.values() if isinstance(value, list))


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
