"""Free time minus taken time, cut into slots that can be booked. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from scheduling.availability import Interval, merge


def cut_slots(
    free: Sequence[Interval],
    busy: Iterable[Interval],
    *,
    length: timedelta,
    gap: timedelta,
    step: timedelta,
    earliest: datetime,
    latest: datetime,
) -> list[Interval]:
    """Every (start, end) of `length` that fits, in order.

    Starts lie between `earliest` and `latest`, both included, whole steps from the beginning of a free
    interval; `free` is in order and apart (see `open_intervals`). The session lies inside it; the gap
    afterwards may reach beyond the working time, but not into anything taken.
    """
    taken = merge(busy)
    slots: list[Interval] = []
    position = 0
    for opens, closes in free:
        for start in _starts(opens, closes - length, step, earliest, latest):
            while position < len(taken) and taken[position][1] <= start:
                position += 1
            if position == len(taken) or taken[position][0] >= start + length + gap:
                slots.append((start, start + length))
    return slots


def _starts(
    opens: datetime, last: datetime, step: timedelta, earliest: datetime, latest: datetime
) -> Iterator[datetime]:
    skipped = max(0, -((opens - earliest) // step))
    start = opens + step * skipped
    last = min(last, latest)
    while start <= last:
        yield start
        start += step
