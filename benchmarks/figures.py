"""Figures in their own units, each with its goal: for what is not a time of many samples."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Figure:
    """One number; with a goal it must not be above it, and `least` must not be below."""

    name: str
    value: float
    unit: str = ""
    goal: float | None = None
    least: float | None = None
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_missed(self) -> bool:
        is_above = self.goal is not None and self.value > self.goal
        return is_above or (self.least is not None and self.value < self.least)


def show_figures(title: str, figures: Sequence[Figure]) -> None:
    print(f"\n{title}\n{'':<56}{'':>14}{'goal':>12}")
    for one in figures:
        goal = f"<= {one.goal:g}" if one.goal is not None else ""
        goal = f">= {one.least:g}" if one.least is not None else goal
        missed = "  MISSED" if one.is_missed else ""
        print(f"{one.name:<56}{one.value:>10.2f} {one.unit:<3}{goal:>12}{missed}")
        for name, value in one.facts.items():
            print(f"    {name}: {value}")


def kept(figures: Sequence[Figure]) -> list[dict[str, object]]:
    return [asdict(one) | {"missed": one.is_missed} for one in figures]
