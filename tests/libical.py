"""libical (Evolution's and KOrganizer's reader, in C) as a judge of our calendars, called directly.

It reads local times by the VTIMEZONEs of the file, and expands RRULE, RDATE and EXDATE by itself. That an
event with a RECURRENCE-ID takes the place of an occurrence is left to its caller, so that is done here.
"""

import subprocess
from collections.abc import Iterator
from ctypes import CDLL, CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_long, c_void_p
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

Told = list[tuple[str, datetime, datetime]]
_FINDER = Path(__file__).parents[1] / "scripts" / "find-libical"
_SECONDS_TO_INSTALL = 300


class _Time(Structure):
    """`struct icaltimetype` of libical 3."""

    _fields_ = [
        *((name, c_int) for name in ("year", "month", "day", "hour", "minute", "second")),
        *((name, c_int) for name in ("is_date", "is_daylight")),
        ("zone", c_void_p),
    ]


class _Span(Structure):
    """`struct icaltime_span`: seconds since 1970."""

    _fields_ = [("start", c_long), ("end", c_long), ("is_busy", c_int)]


_Heard = CFUNCTYPE(None, c_void_p, POINTER(_Span), c_void_p)
_SIGNATURES = {
    "icalparser_parse_string": (c_void_p, [c_char_p]),
    "icalcomponent_free": (None, [c_void_p]),
    "icalcomponent_string_to_kind": (c_int, [c_char_p]),
    "icalcomponent_get_first_component": (c_void_p, [c_void_p, c_int]),
    "icalcomponent_get_next_component": (c_void_p, [c_void_p, c_int]),
    "icalcomponent_get_uid": (c_char_p, [c_void_p]),
    "icalcomponent_foreach_recurrence": (None, [c_void_p, _Time, _Time, _Heard, c_void_p]),
    "icalcomponent_get_first_property": (c_void_p, [c_void_p, c_int]),
    "icalproperty_string_to_kind": (c_int, [c_char_p]),
    "icalproperty_get_datetime_with_component": (_Time, [c_void_p, c_void_p]),
    "icaltime_as_timet_with_zone": (c_long, [_Time, c_void_p]),
    "icaltime_from_timet_with_zone": (_Time, [c_long, c_int, c_void_p]),
    "icaltimezone_get_utc_timezone": (c_void_p, []),
}


@pytest.fixture(scope="session")
def libical() -> "LibIcal":
    """Skips, saying why, where it cannot be had."""
    found = subprocess.run(
        [str(_FINDER)], capture_output=True, text=True, timeout=_SECONDS_TO_INSTALL, check=False
    )
    if found.returncode:
        pytest.skip(f"libical does not judge here: {found.stderr.strip()[-300:]}")
    return LibIcal(CDLL(found.stdout.strip()))


@dataclass
class LibIcal:
    library: CDLL

    def __post_init__(self) -> None:
        for name, (gives, takes) in _SIGNATURES.items():
            function = getattr(self.library, name)
            function.restype, function.argtypes = gives, takes

    def instants(self, content: bytes, start: datetime, end: datetime) -> Told:
        """(UID, start, end) of all that begins within [start, end)."""
        calendar = self.library.icalparser_parse_string(content)
        assert calendar, "libical could not read it"
        try:
            events = list(self._events(calendar))
            replaced = {known for one in events if (known := self._replaces(one))}
            told = [row for one in events for row in self._expanded(one, start, end, replaced)]
        finally:
            self.library.icalcomponent_free(calendar)
        return sorted(row for row in told if start <= row[1] < end)

    def _events(self, calendar: int) -> Iterator[int]:
        kind = self.library.icalcomponent_string_to_kind(b"VEVENT")
        event = self.library.icalcomponent_get_first_component(calendar, kind)
        while event:
            yield event
            event = self.library.icalcomponent_get_next_component(calendar, kind)

    def _replaces(self, event: int) -> tuple[str, datetime] | None:
        """The UID and original start that this event stands for, if it stands for one occurrence."""
        kind = self.library.icalproperty_string_to_kind(b"RECURRENCE-ID")
        told = self.library.icalcomponent_get_first_property(event, kind)
        if not told:
            return None
        at = self.library.icalproperty_get_datetime_with_component(told, event)
        return self._uid(event), _instant(self.library.icaltime_as_timet_with_zone(at, at.zone))

    def _expanded(
        self, event: int, start: datetime, end: datetime, replaced: set[tuple[str, datetime]]
    ) -> Told:
        uid, rows = self._uid(event), []
        stands_for_one = self._replaces(event) is not None

        def hear(_event: int, span: "POINTER[_Span]", _data: object) -> None:  # type: ignore[valid-type]
            at = _instant(span.contents.start)  # type: ignore[attr-defined]
            if stands_for_one or (uid, at) not in replaced:
                rows.append((uid, at, _instant(span.contents.end)))  # type: ignore[attr-defined]

        self.library.icalcomponent_foreach_recurrence(
            event, self._time(start), self._time(end), _Heard(hear), None
        )
        return rows

    def _time(self, at: datetime) -> _Time:
        utc = self.library.icaltimezone_get_utc_timezone()
        made: _Time = self.library.icaltime_from_timet_with_zone(int(at.timestamp()), 0, utc)
        return made

    def _uid(self, event: int) -> str:
        said: bytes | None = self.library.icalcomponent_get_uid(event)
        return (said or b"").decode()


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
