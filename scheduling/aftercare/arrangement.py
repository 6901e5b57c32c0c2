"""What was chosen while admitting somebody: services, the usual time, single dates, meetings. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal, TypeAlias

LEAVE_OUT: Literal["leave"] = "leave"
Choice: TypeAlias = datetime | Literal["leave"]
DateKey: TypeAlias = tuple[int, date]
"""A line of the template and the local date that its contact would have."""


@dataclass(frozen=True)
class Arrangement:
    """Ids and times only. Without a service nothing is booked for the contacts that would use it.

    `weekday` (0 is Monday) and `minute` are local to the practitioner. `choices` are another time for single
    dates, or to leave them out. `codes` are the measures to ask; None means all that the template has.
    """

    regular_service: str = ""
    follow_up_service: str = ""
    weekday: int = 0
    minute: int = 10 * 60
    choices: Mapping[DateKey, Choice] = field(default_factory=dict)
    meetings: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    codes: tuple[str, ...] | None = None

    def service_for(self, kind: str) -> str:
        return self.follow_up_service if kind == "follow_up" else self.regular_service

    def as_data(self) -> dict[str, Any]:
        return {
            "regular_service": self.regular_service,
            "follow_up_service": self.follow_up_service,
            "weekday": self.weekday,
            "minute": self.minute,
            "choices": {write_key(*key): _written(choice) for key, choice in self.choices.items()},
            "meetings": list(self.meetings),
            "groups": list(self.groups),
            "codes": None if self.codes is None else list(self.codes),
        }


def read_arrangement(data: Mapping[str, Any]) -> Arrangement:
    """As a plan keeps it; what is missing is as at the beginning."""
    if not data:
        return Arrangement()
    codes = data["codes"]
    return Arrangement(
        data["regular_service"],
        data["follow_up_service"],
        data["weekday"],
        data["minute"],
        {read_key(key): _read(choice) for key, choice in data["choices"].items()},
        tuple(data["meetings"]),
        tuple(data["groups"]),
        None if codes is None else tuple(codes),
    )


def write_key(line: int, day: date) -> str:
    """`3-2026-12-01`."""
    return f"{line}-{day.isoformat()}"


def read_key(written: str) -> DateKey:
    """Raises ValueError for anything else."""
    line, _, day = written.partition("-")
    return int(line), date.fromisoformat(day)


def _written(choice: Choice) -> str:
    return choice.astimezone(UTC).isoformat() if isinstance(choice, datetime) else LEAVE_OUT


def _read(written: str) -> Choice:
    return LEAVE_OUT if written == LEAVE_OUT else datetime.fromisoformat(written)
