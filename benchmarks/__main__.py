"""`make bench`: runs every benchmark, prints its table, keeps the raw numbers with the machine's name."""

from benchmarks import pages, slots, startup
from benchmarks.report import keep, show


def main() -> None:
    for benchmark in (slots, pages, startup):
        rows = benchmark.measure()
        show(benchmark.TITLE, rows)
        keep(benchmark.__name__.rpartition(".")[2], benchmark.TITLE, rows)


main()
