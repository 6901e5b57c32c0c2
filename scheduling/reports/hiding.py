"""Small numbers are hidden, and so is whatever would give them away: the rest of a whole, and sums. Pure.

What fewer than `smallest` people did says too much about each of them. Nor may it be found by taking what is
shown from what else is shown: so a part is hidden too when the rest of its whole is of few, and a month more
is hidden when the year's sum would give a hidden one away. (Cell suppression with complements: Hundepool et
al., Statistical Disclosure Control, 2012, chapter 4.)
"""

from collections.abc import Sequence
from dataclasses import dataclass

SMALLEST = 5
_TWO = 2


@dataclass(frozen=True)
class Rate:
    """`part` of `whole`, as counted, and how many people did the one and the other; None: as many."""

    part: int
    whole: int
    people_in: int | None = None
    people_out: int | None = None

    @property
    def rest(self) -> int:
        return self.whole - self.part

    def is_of_few(self, smallest: int) -> bool:
        inside = self.part if self.people_in is None else self.people_in
        outside = self.rest if self.people_out is None else self.people_out
        return 0 < inside < smallest or 0 < outside < smallest


@dataclass(frozen=True)
class Shown:
    """What may be seen of a rate; None is hidden."""

    part: int | None
    whole: int | None

    @property
    def share(self) -> float | None:
        """In per cent; None also where there was nobody."""
        if self.part is None or not self.whole:
            return None
        return 100 * self.part / self.whole

    @property
    def is_hidden(self) -> bool:
        return self.part is None


@dataclass(frozen=True)
class Column:
    """Numbers month by month and their sum; None is hidden."""

    cells: tuple[int | None, ...]
    total: int | None


def shown_counts(values: Sequence[int], people: Sequence[int], smallest: int = SMALLEST) -> Column:
    """Counts of what `people` did: hidden where those were few, with what would give that away."""
    few = {n for n, one in enumerate(people) if 0 < one < smallest}
    return _column(values, *_spread(few, [values], smallest))


def shown_rates(
    rates: Sequence[Rate], smallest: int = SMALLEST, within: Sequence[Rate] | None = None
) -> tuple[list[Shown], Shown]:
    """Each month's rate and the year's, as far as they may be seen.

    With `within`, whose parts hold these ones, a part hides also where few are between the two.
    """
    parts, wholes, rests = ([getattr(one, name) for one in rates] for name in ("part", "whole", "rest"))
    small = {n for n, one in enumerate(wholes) if 0 < one < smallest}
    no_whole, has_whole = _spread(small, [wholes], smallest)
    few = {n for n, one in enumerate(rates) if one.is_of_few(smallest)}
    between = [other.part - one for one, other in zip(parts, within or rates, strict=True)]
    few |= {n for n, one in enumerate(between) if 0 < one < smallest}
    no_part, has_part = _spread(few | no_whole, [parts, rests], smallest)
    has_part = has_part and not 0 < sum(between) < smallest
    part, whole = _column(parts, no_part, has_part), _column(wholes, no_whole, has_whole)
    months = [Shown(*pair) for pair in zip(part.cells, whole.cells, strict=True)]
    return months, Shown(part.total if has_whole else None, whole.total)


def _spread(hidden: set[int], columns: Sequence[Sequence[int]], smallest: int) -> tuple[set[int], bool]:
    """Hide the smallest of the others too, until no sum gives one away; else the sum itself goes."""
    hidden = set(hidden)
    while hidden and not all(_is_blurred(column, hidden, smallest) for column in columns):
        left = [n for n in range(len(columns[0])) if n not in hidden and any(one[n] for one in columns)]
        if not left:
            return hidden, False
        hidden.add(min(left, key=lambda n: sum(one[n] for one in columns)))
    return hidden, True


def _is_blurred(column: Sequence[int], hidden: set[int], smallest: int) -> bool:
    """Whether several months stand behind the sum of the hidden, and it is of enough to go either way."""
    behind = sum(column[n] for n in hidden)
    return len(hidden) >= _TWO and behind >= smallest and behind > len(hidden)


def _column(values: Sequence[int], hidden: set[int], has_total: bool) -> Column:
    cells = tuple(None if n in hidden else one for n, one in enumerate(values))
    return Column(cells, sum(values) if has_total else None)
