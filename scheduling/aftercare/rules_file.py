"""Reading the rules of aftercare from TOML: our own file, or the one that a clinic has made of it."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from scheduling.aftercare.facts import FIGURES, OF_A_MEASURE
from scheduling.aftercare.rules import COMPARISONS, PLACEHOLDER, CareRules, Condition, Rule

OURS = Path(__file__).with_name("rules.toml")
_STEPS = {"": 0, "up": 1, "down": -1}
_LINE = re.compile(r"\s*([a-z0-9_.-]+)\s*(>=|<=|==|>|<)\s*(-?\d+(?:\.\d+)?)\s*")
_NAME = re.compile(r"[a-z0-9-]{1,40}")
_KNOWN = {"name", "says", "when", "concern", "stays", "step"}
_LAST_CONCERN = 3
_chosen: list[Path] = []


class CareRulesError(Exception):
    """The file cannot be used; the message says where, and what would be understood."""


def use_care_rules(path: Path | None) -> None:
    """Judge by this file from now on; by our own when None. Raises CareRulesError, and nothing changes."""
    if path is not None:
        read_care_rules(path)
    _chosen[:] = [path] if path else []
    care_rules.cache_clear()


@cache
def care_rules() -> CareRules:
    """The rules that hold here."""
    return read_care_rules(_chosen[0] if _chosen else OURS)


def read_care_rules(path: Path) -> CareRules:
    """Raises CareRulesError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        rules = tuple(_rule(entry) for entry in data.get("rule", []))
        pauses = _pauses(data)
    except OSError as error:
        raise CareRulesError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise CareRulesError(f"{path} is not understood: {error}") from error
    names = [one.name for one in rules]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise CareRulesError(f"{path} has two rules called {twice[0]}.")
    return CareRules(rules, **pauses)


def _pauses(data: dict[str, Any]) -> dict[str, Any]:
    proposals, concerns = data.get("proposals", {}), data.get("concerns", {})
    up, down = proposals.get("again_up_after_days", 14), proposals.get("again_down_after_days", 28)
    return {
        "step_again_after": {1: int(up), -1: int(down)},
        "concern_again_after": int(concerns.get("again_after_days", 14)),
    }


def _rule(entry: dict[str, Any]) -> Rule:
    name = str(entry.get("name", ""))
    if not _NAME.fullmatch(name):
        raise ValueError("every rule needs a name of small letters, digits and hyphens, 40 at most")
    if strange := sorted(set(entry) - _KNOWN):
        raise ValueError(
            f"rule {name}: nothing is called {strange[0]}; there are {', '.join(sorted(_KNOWN))}"
        )
    rule = Rule(
        name,
        _says(name, entry.get("says", "")),
        _conditions(name, entry.get("when")),
        _concern(name, entry.get("concern", 0)),
        entry.get("stays", False) is True,
        _step(name, entry.get("step", "")),
    )
    if not rule.concern and not rule.step:
        raise ValueError(f"rule {name}: without a concern or a step nothing would come of it")
    return rule


def _says(name: str, says: object) -> str:
    if not isinstance(says, str) or not says.strip():
        raise ValueError(f"rule {name}: `says` is the sentence that people read")
    for figure in PLACEHOLDER.findall(says):
        _known_figure(name, figure)
    return says.strip()


def _conditions(name: str, when: object) -> tuple[Condition, ...]:
    if not isinstance(when, list) or not when:
        raise ValueError(f'rule {name}: `when` is a list of lines such as "days_silent >= 14"')
    return tuple(_condition(name, str(line)) for line in when)


def _condition(name: str, line: str) -> Condition:
    found = _LINE.fullmatch(line)
    if found is None:
        signs = " ".join(COMPARISONS)
        raise ValueError(f'rule {name}: "{line}" is not a figure, one of {signs}, and a number')
    return Condition(_known_figure(name, found[1]), found[2], float(found[3]))


def _known_figure(name: str, figure: str) -> str:
    code, dot, part = figure.rpartition(".")
    if figure in FIGURES or (dot and code and part in OF_A_MEASURE):
        return figure
    known = ", ".join([*FIGURES, *(f"<measure>.{one}" for one in OF_A_MEASURE)])
    raise ValueError(f"rule {name}: there is no figure {figure}; there are {known}")


def _concern(name: str, concern: object) -> int:
    if isinstance(concern, bool) or not isinstance(concern, int) or not 0 <= concern <= _LAST_CONCERN:
        raise ValueError(f"rule {name}: `concern` is 1, 2 or 3")
    return concern


def _step(name: str, step: object) -> int:
    if step not in _STEPS:
        raise ValueError(f'rule {name}: `step` is "up" or "down"')
    return _STEPS[str(step)]
