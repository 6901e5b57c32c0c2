"""`make bench`: runs every benchmark, prints its table, keeps the raw numbers with the machine's name.

`python -m benchmarks race slots` runs those two. Nothing else should run meanwhile.
"""

import sys

from benchmarks import (
    any_practitioner,
    bookings,
    console,
    live_latency,
    pages,
    race,
    screening,
    series_race,
    slots,
    startup,
)
from benchmarks.report import keep, show

ALL = (screening, slots, any_practitioner, race, series_race, bookings, pages, live_latency, console, startup)


def main(wanted: list[str]) -> None:
    for benchmark in ALL:
        name = benchmark.__name__.rpartition(".")[2]
        if not wanted or name in wanted:
            rows = benchmark.measure()
            show(benchmark.TITLE, rows)
            keep(name, benchmark.TITLE, rows)


main(sys.argv[1:])
