"""The rules file: which words a human has to see, how soon, and from where on meaning is heard. Pure."""

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

RULES = Path(__file__).with_name("rules.toml")
_FEW_WORDS = r"(?:\S+\s+){0,4}?"
# Letters that were written one by one stand in capitals: a phrase may begin and end anywhere among them,
# since nobody can say which of "A. k.i.l.l" were words of their own.
_BEGINS = r"(?:(?<![a-z0-9])|(?=(?-i:[A-Z])))"
_ENDS = r"(?:(?![a-z0-9])|(?<=(?-i:[A-Z])))"


class RulesError(Exception):
    """The rules file cannot be used; the message says where and what to do."""


class Tier(StrEnum):
    """How soon a person has to look. Crisis: now. Worry and abuse: before anybody else reads it."""

    CRISIS = "crisis"
    WORRY = "worry"
    ABUSE = "abuse"
    NONE = "none"


@dataclass(frozen=True)
class Rule:
    name: str
    tier: Tier
    any: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]

    def hits(self, text: str) -> bool:
        without = text
        for pattern in self.unless:
            without = pattern.sub(" , ", without)
        return any(pattern.search(without) for pattern in self.any)


@dataclass(frozen=True)
class Meaning:
    """From which danger on, between 0 and 1, a meaning is crisis, and from which it is worry."""

    crisis: float
    worry: float
    set_aside: tuple[re.Pattern[str], ...] = ()


@dataclass(frozen=True, eq=False)
class Rules:
    """`rules` stand with the most urgent tier first. One object is equal to itself alone."""

    rules: tuple[Rule, ...]
    spelling: tuple[str, ...]
    meaning: Meaning


_chosen: list[Path] = []


def use_rules(path: Path | None) -> None:
    """Judge by this file from now on; by our own when None. Raises RulesError, and nothing changes."""
    if path is not None:
        read_rules(path)
    _chosen[:] = [path] if path else []
    default_rules.cache_clear()


@cache
def default_rules() -> Rules:
    return read_rules(_chosen[0] if _chosen else RULES)


def read_rules(path: Path) -> Rules:
    """Rules from a TOML file, the most urgent tier first. Raises RulesError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        rules = [_rule(entry) for entry in data["rule"]]
        meaning = _meaning(data.get("meaning", {}))
        spelling = tuple(map(str, data.get("spelling", ())))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, re.error) as error:
        raise RulesError(f"The rules file {path} cannot be used: {_in_words(error)}") from error
    order = list(Tier)
    return Rules(tuple(sorted(rules, key=lambda rule: order.index(rule.tier))), spelling, meaning)


def _in_words(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"{error} is missing somewhere."
    return f"{error.strerror}." if isinstance(error, OSError) else f"{error}."


def _meaning(entry: dict[str, Any]) -> Meaning:
    crisis, worry = float(entry.get("crisis", 0.5)), float(entry.get("worry", 0.07))
    if not 0 < worry <= crisis <= 1:
        raise ValueError("[meaning] needs 0 < worry <= crisis <= 1")
    return Meaning(crisis, worry, _patterns(entry.get("set_aside", [])))


def _rule(entry: dict[str, Any]) -> Rule:
    tier = Tier(str(entry["tier"]))
    return Rule(str(entry["name"]), tier, _patterns(entry["any"]), _patterns(entry.get("unless", [])))


def _patterns(phrases: object) -> tuple[re.Pattern[str], ...]:
    if not isinstance(phrases, list):
        raise TypeError("a rule's phrases are a list")
    return tuple(re.compile(_expression(str(phrase)), re.IGNORECASE) for phrase in phrases)


def _expression(phrase: str) -> str:
    loose = phrase.replace("* ", "\0").replace(" ", r"[\W_]*").replace("\0", _FEW_WORDS)
    return rf"{_BEGINS}(?:i[\W_]*)?(?:{loose}){_ENDS}"
