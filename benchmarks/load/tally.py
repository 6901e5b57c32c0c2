"""What each of many listeners heard of numbered lines: how many, which twice, which never. Pure."""

from array import array
from statistics import quantiles


class Tally:
    """Lines are numbered from 1 and everybody is to hear each of them once, in order."""

    def __init__(self, listeners: int) -> None:
        self.heard = 0
        self.doubled = 0
        self.skipped = 0
        self.others = 0
        """Messages that were told to listeners meanwhile and hold no line: the pulse."""
        self.size = 0
        """Bytes of the newest message that held a line."""
        self.latencies = array("d")
        """Milliseconds from the sending of a line to its arrival, for each listener."""
        self._last = [0] * listeners
        self._here: dict[int, int] = {}

    def note(self, listener: int, line: int, took_ms: float) -> None:
        last = self._last[listener]
        if line <= last:
            self.doubled += 1
            return
        self.skipped += line - last - 1
        self._last[listener] = line
        self._here[line] = self._here.get(line, 0) + 1
        self.heard += 1
        self.latencies.append(took_ms)

    def has_everybody(self, line: int) -> bool:
        """Whether every listener has heard this line."""
        return self._here.get(line, 0) == len(self._last)

    def told(self) -> dict[str, float]:
        """The counts, and the quickest, middle and slowest arrivals."""
        cuts = quantiles(self.latencies, n=100) if len(self.latencies) > 1 else [0.0] * 99
        return {
            "deliveries": self.heard,
            "doubled": self.doubled,
            "skipped": self.skipped,
            "others": self.others,
            "bytes": self.size,
            "p50_ms": cuts[49],
            "p95_ms": cuts[94],
            "p99_ms": cuts[98],
        }
