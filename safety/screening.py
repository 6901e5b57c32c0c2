"""Which texts need a human now, by a rules file. Pure: text in, verdict out."""

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from safety.lookalikes import plain

RULES = Path(__file__).with_name("rules.toml")
_LONGEST_SCREENED = 20_000
_SPACED_OUT = re.compile(r"(?<![a-z])(?:[a-z][\W_]{1,3}){3,}[a-z](?![a-z])")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_A_TWO = re.compile(r"(?<=[a-z] )2(?= [a-z])")
_FEW_WORDS = r"(?:\S+\s+){0,4}?"
# Letters that were written one by one stand in capitals: a phrase may begin and end anywhere among them,
# since nobody can say which of "A. k.i.l.l" were words of their own.
_BEGINS = r"(?:(?<![a-z0-9])|(?=(?-i:[A-Z])))"
_ENDS = r"(?:(?![a-z0-9])|(?<=(?-i:[A-Z])))"


class Tier(StrEnum):
    """How soon a person has to look. Crisis: now. Worry and abuse: before anybody else reads it."""

    CRISIS = "crisis"
    WORRY = "worry"
    ABUSE = "abuse"
    NONE = "none"


@dataclass(frozen=True)
class Verdict:
    tier: Tier
    rule: str = ""


@dataclass(frozen=True)
class _Rule:
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
class Rules:
    rules: tuple[_Rule, ...]
    spelling: tuple[str, ...]


def screen(text: str, rules: Rules | None = None) -> Verdict:
    """The most urgent rule that the text meets, seen through spacing, look-alikes and misspelling."""
    used = rules or default_rules()
    readings = _readings(text, used.spelling)
    for rule in used.rules:
        if any(map(rule.hits, readings)):
            return Verdict(rule.tier, rule.name)
    return Verdict(Tier.NONE)


@cache
def default_rules() -> Rules:
    return read_rules(RULES)


def read_rules(path: Path) -> Rules:
    """Rules from a TOML file, the most urgent tier first. A pattern that is not one raises re.error."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    found = [_rule(entry) for entry in data["rule"]]
    order = list(Tier)
    return Rules(
        tuple(sorted(found, key=lambda rule: order.index(rule.tier))), tuple(data.get("spelling", ()))
    )


def _rule(entry: dict[str, object]) -> _Rule:
    return _Rule(
        str(entry["name"]),
        Tier(str(entry["tier"])),
        _patterns(entry["any"]),
        _patterns(entry.get("unless", [])),
    )


def _patterns(phrases: object) -> tuple[re.Pattern[str], ...]:
    if not isinstance(phrases, list):
        raise TypeError("a rule's phrases are a list")
    return tuple(re.compile(_expression(str(phrase)), re.IGNORECASE) for phrase in phrases)


def _expression(phrase: str) -> str:
    loose = phrase.replace("* ", "\0").replace(" ", r"[\W_]*").replace("\0", _FEW_WORDS)
    return rf"{_BEGINS}(?:i[\W_]*)?(?:{loose}){_ENDS}"


def _readings(text: str, spelling: tuple[str, ...]) -> set[str]:
    """The text as written, with spaced-out letters joined, and with near-misses put right."""
    read = plain(text[:_LONGEST_SCREENED])
    shortened = (_STRETCHED.sub(kept, _A_TWO.sub("to", read)) for kept in (r"\1", r"\1\1"))
    joined = [_SPACED_OUT.sub(_joined, short) for short in shortened]
    return {read, *joined, *(_spelled(one, spelling) for one in joined)}


def _joined(run: re.Match[str]) -> str:
    return re.sub(r"[\W_]", "", run.group()).upper()


def _spelled(text: str, spelling: tuple[str, ...]) -> str:
    words = re.sub(r"[a-z]{5,}", lambda word: _nearest(word.group(), spelling), text)
    return re.sub(r"[A-Z]{5,}", lambda word: _nearest(word.group().lower(), spelling).upper(), words)


def _nearest(word: str, spelling: tuple[str, ...]) -> str:
    return next((right for right in spelling if right[0] == word[0] and _one_slip(word, right)), word)


def _one_slip(word: str, right: str) -> bool:
    """One letter missing, added, changed, or two swapped."""
    if abs(len(word) - len(right)) > 1 or word == right:
        return word == right
    start = next(
        (i for i, (a, b) in enumerate(zip(word, right, strict=False)) if a != b), min(len(word), len(right))
    )
    rest, other = word[start:], right[start:]
    swapped = rest[:2] == other[:2][::-1] and rest[2:] == other[2:]
    return swapped or rest[1:] == other[1:] or rest[1:] == other or rest == other[1:]
