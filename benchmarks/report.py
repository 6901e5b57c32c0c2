"""Tables for people, and raw results for later."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles

RESULTS = Path(__file__).parent / "results"
LIBRARIES = ("flask", "sqlalchemy", "gevent", "gunicorn", "pysqlite3", "psycopg")


@dataclass
class Row:
    """One measured thing: all samples in milliseconds, the goal if any, and the bare limit in the same run.

    `facts` are what else came out, such as how many were booked.
    """

    name: str
    samples: list[float]
    goal: float | None
    limit: list[float] = field(default_factory=list)
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def median(self) -> float:
        return median(self.samples)

    @property
    def p95(self) -> float:
        return quantiles(self.samples, n=20)[-1] if len(self.samples) > 1 else self.samples[0]

    @property
    def per_second(self) -> float:
        """How many of them one after the other."""
        return 1000 * len(self.samples) / sum(self.samples)

    @property
    def times_the_limit(self) -> float | None:
        return self.median / median(self.limit) if self.limit else None


def show(title: str, rows: list[Row]) -> None:
    print(f"\n{title}\n{'':<44}{'median ms':>10}{'p95 ms':>10}{'goal ms':>10}{'limit ms':>10}{'x limit':>9}")
    for row in rows:
        limit = f"{median(row.limit):>10.2f}{row.times_the_limit:>9.1f}" if row.limit else ""
        goal = "" if row.goal is None else f"{row.goal:.0f}"
        missed = "  MISSED" if row.goal is not None and row.median > row.goal else ""
        print(f"{row.name:<44}{row.median:>10.2f}{row.p95:>10.2f}{goal:>10}{limit}{missed}")
        for name, value in row.facts.items():
            print(f"    {name}: {value}")


def table(rows: list[Row]) -> list[dict[str, object]]:
    """What is kept of the rows, with what follows from their samples."""
    return [
        asdict(row)
        | {"median": row.median, "p95": row.p95, "per_second": row.per_second, "x_limit": row.times_the_limit}
        for row in rows
    ]


def keep(name: str, title: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Write the newest run of one benchmark, replacing the last."""
    RESULTS.mkdir(exist_ok=True)
    record = {
        "title": title,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": _machine(),
        "rows": rows,
    }
    text = json.dumps(record, indent=1, default=lambda value: round(value, 3))
    (RESULTS / f"{name}.json").write_text(text + "\n")


def _machine() -> dict[str, object]:
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")),
        platform.machine(),
    )
