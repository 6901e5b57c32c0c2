"""`make bench`: runs every benchmark, prints its table, keeps the raw numbers with the machine's name.

`python -m benchmarks race slots` runs those two. Nothing else should run meanwhile.
"""

import signal
import sys

from benchmarks import (
    any_practitioner,
    bookings,
    console,
    endings,
    fanout,
    feeds,
    imports,
    joins,
    kills,
    live_latency,
    nightly,
    pages,
    race,
    reminders,
    screening,
    series_race,
    signing_in,
    slots,
    snapshots,
    startup,
    voters,
    worklist,
)
from benchmarks.figures import Figure, kept, show_figures
from benchmarks.report import Row, keep, show, table

ALL = (
    *(screening, slots, any_practitioner, race, series_race, bookings, pages, imports, live_latency, console),
    *(worklist, nightly),
    *(signing_in, endings),
    *(fanout, voters, joins, snapshots, feeds, reminders, startup, kills),
)


def main(wanted: list[str]) -> None:
    for benchmark in ALL:
        name = benchmark.__name__.rpartition(".")[2]
        if not wanted or name in wanted:
            measured = list(benchmark.measure())
            rows = [one for one in measured if isinstance(one, Row)]
            figures = [one for one in measured if isinstance(one, Figure)]
            if rows:
                show(benchmark.TITLE, rows)
            if figures:
                show_figures(benchmark.TITLE, figures)
            keep(name, benchmark.TITLE, [*table(rows), *kept(figures)])


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that whatever was started is stopped
    main(sys.argv[1:])
