"""Choose from where on to worry, by the practice lines alone: two more hands, whose lines teach nothing.

`python -m benchmarks.meaning.choose`. No corpus that is kept unseen is looked at. What is chosen goes into
safety/rules.toml by hand: the highest threshold at which the goal for hearing is kept with the rules.
"""

from typing import Any

import numpy as np

from benchmarks.meaning.lines import PRACTICE, Line, table_of
from safety.meaning import danger_in
from safety.screening import Tier, by_rules

WORRIES = (0.02, 0.025, 0.03, 0.035, 0.04, 0.045, 0.05, 0.06, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5)
_HELD = {Tier.CRISIS, Tier.WORRY}


def main() -> None:
    lines = list(table_of(PRACTICE))
    for name in ("en", "es", "both"):
        ours = [line for line in lines if name in {line.lang, "both"}]
        print(f"\n{name}: {sum(line.is_crisis for line in ours)} of danger among {len(ours)}")
        _tell(ours)


def _tell(lines: list[Line]) -> None:
    danger = np.array([line.is_crisis for line in lines])
    meant = np.array([danger_in(line.text) or 0.0 for line in lines])
    sure = np.where([by_rules(line.text).tier in _HELD for line in lines], 1.0, meant)
    print(f"area by meaning alone {_area(danger, meant):.3f}")
    for worry in WORRIES:
        heard = sure >= worry
        print(f"  worry {worry}: recall {heard[danger].mean():.3f}, precision {danger[heard].mean():.3f}")


def _area(danger: Any, leaning: Any) -> float:
    """How often danger leans further than what is ordinary: the area under the curve."""
    place = np.argsort(np.argsort(leaning)) + 1
    yes, no = danger.sum(), (~danger).sum()
    return float((place[danger].sum() - yes * (yes + 1) / 2) / (yes * no))


if __name__ == "__main__":
    main()
