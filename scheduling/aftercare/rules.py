"""The rules of aftercare: what a clinician would want to be told, judged from a day's figures. Pure."""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from scheduling.aftercare.facts import Facts, figures

Compare: TypeAlias = Callable[[float, float], bool]
COMPARISONS: Mapping[str, Compare] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
}
PLACEHOLDER = re.compile(r"\{([a-z0-9_.-]+)\}")


@dataclass(frozen=True)
class Condition:
    """One line of a rule, such as `days_silent >= 14`."""

    figure: str
    sign: str
    number: float

    def holds(self, told: Mapping[str, float]) -> bool:
        """Never for a figure that nobody knows."""
        known = told.get(self.figure)
        return known is not None and COMPARISONS[self.sign](known, self.number)


@dataclass(frozen=True)
class Rule:
    """`concern` is 1 (first) to 3, or 0 for none; `step` is 1 up, -1 down, 0 none.

    A concern that `stays` is ended by a person alone.
    """

    name: str
    says: str
    when: tuple[Condition, ...]
    concern: int = 0
    stays: bool = False
    step: int = 0

    @property
    def in_general(self) -> str:
        """What it says of nobody yet, with a gap for each figure."""
        return PLACEHOLDER.sub("…", self.says)

    def holds(self, told: Mapping[str, float]) -> bool:
        return all(one.holds(told) for one in self.when)


@dataclass(frozen=True)
class CareRules:
    """How many days pass until the same step (1, -1) is proposed again after a decision, and until the same
    concern is raised again after a person has seen to it.
    """

    rules: tuple[Rule, ...]
    step_again_after: Mapping[int, int] = field(default_factory=lambda: {1: 14, -1: 28})
    concern_again_after: int = 14

    @property
    def measures(self) -> frozenset[str]:
        """The codes of the measures that the rules speak of."""
        spoken = (condition.figure for one in self.rules for condition in one.when)
        return frozenset(code for code, dot, _part in (name.rpartition(".") for name in spoken) if dot)

    def rule(self, name: str) -> Rule | None:
        """None for a rule that this clinic no longer has."""
        return next((one for one in self.rules if one.name == name), None)


@dataclass(frozen=True)
class Finding:
    """A rule that holds, in words with the day's figures."""

    rule: Rule
    words: str


def judge(facts: Facts, rules: CareRules) -> list[Finding]:
    """Every rule that holds today, the most pressing concern first and proposals alone last."""
    told = figures(facts)
    held = [Finding(one, _in_words(one.says, told)) for one in rules.rules if one.holds(told)]
    return sorted(held, key=lambda one: one.rule.concern or 9)


def step_found(findings: Sequence[Finding], level: int) -> tuple[int, list[Finding]]:
    """Which step the findings speak for, 1, -1 or 0, and those that do. Up outweighs down.

    Nothing is proposed beyond the closest and the widest rhythm.
    """
    up = [one for one in findings if one.rule.step > 0]
    down = [one for one in findings if one.rule.step < 0]
    if up:
        return (1, up) if level < 1 else (0, [])
    concerned = any(one.rule.concern for one in findings)
    return (-1, down) if down and level > -1 and not concerned else (0, [])


def _in_words(says: str, told: Mapping[str, float]) -> str:
    """A whole number without its `.0`; others with one digit."""
    return PLACEHOLDER.sub(lambda found: f"{round(told.get(found[1], 0), 1):g}", says)
