"""When a vote stood on everybody's screen: the pulses that came, and to whom they came last. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class Pulse:
    """One state of the votes as the room was told it. `last_at` is when the last screen had it."""

    votes: Mapping[str, int]
    screens: int = 0
    last_at: float = 0.0


@dataclass
class Screens:
    """The pulses of a room with so many screens, in the order in which they first came."""

    count: int
    pulses: dict[bytes, Pulse] = field(default_factory=dict)

    def note(self, message: bytes, at: float) -> None:
        """A pulse came to one screen. One that is said again says nothing new, and is not counted twice."""
        pulse = self.pulses.get(message)
        if pulse is None:
            pulse = self.pulses[message] = Pulse(_votes(message))
        if pulse.screens < self.count:
            pulse.screens += 1
            pulse.last_at = max(pulse.last_at, at)

    def everywhere_at(self, question: str, votes: int) -> float | None:
        """When every screen showed at least so many votes; None while one does not."""
        for pulse in self.pulses.values():
            if pulse.screens == self.count and pulse.votes.get(question, 0) >= votes:
                return pulse.last_at
        return None


def _votes(message: bytes) -> dict[str, int]:
    body = json.loads(message[message.index(b"[") :])
    votes: dict[str, int] = body[1].get("votes", {})
    return votes
