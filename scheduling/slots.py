"""Free time minus taken time, cut into slots that can be booked. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from scheduling.availability import Interval, merge
from scheduling.seconds import Span, instant_at, seconds_at, seconds_by, span_of

_SECOND = timedelta(seconds=1)


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
    afterwards may reach beyond the working time, but not into anything taken. All on whole seconds.
    """
    starts = cut_starts(
        [span_of(*one) for one in free],
        merge(shut_by([span_of(*one) for one in busy], (length + gap) // _SECOND)),
        length=length // _SECOND,
        step=step // _SECOND,
        earliest=seconds_by(earliest),
        latest=seconds_at(latest),
    )
    return [(instant_at(start), instant_at(start) + length) for start in starts]


def shut_by(busy: Iterable[Span], room: int) -> list[Span]:
    """Where nothing may start that needs `room` seconds, since it would run into something taken."""
    return [(start - room + 1, end) for start, end in busy if start < end]


def cut_starts(
    free: Sequence[Span], shut: Sequence[Span], *, length: int, step: int, earliest: int, latest: int
) -> list[int]:
    """Like `cut_slots`, in seconds: every start outside `shut`, which is in order and apart.

    It goes from one shut span to the next, not from slot to slot.
    """
    starts: list[int] = []
    position, count = 0, len(shut)
    for opens, closes in free:
        start = opens + max(0, -((opens - earliest) // step)) * step
        last = min(closes - length, latest)
        while start <= last:
            while position < count and shut[position][1] <= start:
                position += 1
            if position == count:
                starts.extend(range(start, last + 1, step))
                break
            shuts, reopens = shut[position]
            starts.extend(range(start, min(shuts, last + 1), step))
            start = opens - (opens - reopens) // step * step
    return starts
