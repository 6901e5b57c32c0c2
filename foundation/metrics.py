"""What the house counts about itself, for Prometheus: never a person, a room or a text, in labels either.

Several processes count as one service: each writes to files in a folder of the service, and whichever
process is asked adds all of them up. Without `begin` (tests, one process alone) it counts in memory.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from foundation.metrics_folder import FOLDER_VARIABLE, count_in_memory_if_full, living_folders

count_in_memory_if_full()

from prometheus_client import (  # noqa: E402 - it chooses between files and memory as it is imported
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Metric,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector  # noqa: E402

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_LATENESS = (0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0)
_ours = CollectorRegistry()


def _counter(name: str, what: str, *labels: str) -> Counter:
    return Counter(f"evenside_{name}", what, labels, registry=_ours)


def _sum(name: str, what: str) -> Gauge:
    """A number now, added up over the processes that live."""
    return Gauge(f"evenside_{name}", what, registry=_ours, multiprocess_mode="livesum")


sockets_open = _sum("sockets_open", "Sockets of the live room that are open now.")
sends_in_one_call = _sum(
    "sends_in_one_call", "Web processes that tell a room with one system call for all its sockets."
)
frames_queued = _sum("frames_queued", "Frames that wait for slow sockets now.")
sockets_dropped = _counter("sockets_dropped", "Sockets that we closed, and why.", "reason")
frames_sent = _counter("frames_sent", "Frames handed to sockets.")
events_sent = _counter("events_sent", "Events of rooms sent on, counted once for each process.")
pulse_seconds = Histogram(
    "evenside_pulse_seconds", "How late a pulse of the live room came.", registry=_ours, buckets=_LATENESS
)
outbox_oldest_seconds = Gauge(
    "evenside_outbox_oldest_seconds",
    "How long the oldest delivery that is due has waited.",
    registry=_ours,
    multiprocess_mode="livemostrecent",
)
ready = Gauge(
    "evenside_ready", "1 while /readyz says yes.", registry=_ours, multiprocess_mode="livemostrecent"
)
wakeups_heard = _counter("wakeups_heard", "Wake-ups of rooms heard from other processes.")
wakeups_lost = _counter("wakeups_lost", "Wake-ups that could not be told; the next pulse made up for each.")
deliveries_sent = _counter("deliveries_sent", "Deliveries of the outbox that went out.")
deliveries_failed = _counter("deliveries_failed", "Deliveries of the outbox that were given up.")
plans_not_judged = _counter("plans_not_judged", "Plans that a nightly round could not read.")


class _AllProcesses:
    """Adds up the files of every living service of this data folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def collect(self) -> Iterator[Metric]:
        files = [str(file) for folder in living_folders(self._root) for file in folder.glob("*.db")]
        yield from cast(Any, MultiProcessCollector).merge(files)  # the package leaves it untyped


def rendered() -> bytes:
    """Everything counted, in Prometheus' text format, version 0.0.4."""
    folder = os.environ.get(FOLDER_VARIABLE)
    if folder is None:
        return generate_latest(_ours)
    everybody = CollectorRegistry()
    everybody.register(_AllProcesses(Path(folder).parent))
    return generate_latest(everybody)
