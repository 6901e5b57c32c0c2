"""Reads a compiled zone (TZif, RFC 9636): its known changes of offset, and the rule that follows them."""

import struct
import zoneinfo
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import ClassVar

from foundation.errors import DomainError

_HEADER = struct.Struct(">4s1s15x6l")
_LEAP_SECOND_BYTES = 12  # in version 2 and later


class UnknownZone(DomainError):
    code: ClassVar[str] = "unknown_zone"
    default: ClassVar[str] = "That time zone is not known. Choose one from the list."


@dataclass(frozen=True)
class Offset:
    """What clocks show: `seconds` east of UTC, a name, and whether the zone calls it summer time."""

    seconds: int
    name: str
    is_dst: bool


@dataclass(frozen=True)
class Onset:
    """The moment (`at`, seconds since 1970 UTC) when `before` ends and `after` begins."""

    at: int
    before: Offset
    after: Offset


@dataclass(frozen=True)
class ZoneFile:
    """`footer` is a POSIX TZ string that holds after the last of `onsets`; `first` holds before the first."""

    first: Offset
    onsets: tuple[Onset, ...]
    footer: str


@lru_cache(maxsize=256)
def read_zone(name: str) -> ZoneFile:
    """The zone as `zoneinfo` on this machine has it. Raises UnknownZone."""
    if name not in _known():
        raise UnknownZone
    return _parse(_bytes_of(name))


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _bytes_of(name: str) -> bytes:
    """From the first place where ZoneInfo would look, so that both always agree."""
    for folder in zoneinfo.TZPATH:
        path = Path(folder, name)
        if path.is_file():
            return path.read_bytes()
    return resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()


def _parse(data: bytes) -> ZoneFile:
    """The second block, with 64-bit times; the first is for readers from the last century."""
    second = _HEADER.size + _block_length(data[: _HEADER.size], time_bytes=4)
    _magic, _version, isutc, isstd, leap, times, types, letters = _HEADER.unpack_from(data, second)
    at = second + _HEADER.size
    instants = struct.unpack_from(f">{times}q", data, at)
    indices = data[at + 8 * times : at + 9 * times]
    table = at + 9 * times
    names = data[table + 6 * types : table + 6 * types + letters]
    offsets = [_offset(data[table + 6 * n : table + 6 * n + 6], names) for n in range(types)]
    end = table + 6 * types + letters + leap * _LEAP_SECOND_BYTES + isstd + isutc
    return ZoneFile(offsets[0], _onsets(offsets, instants, indices), data[end:].decode("ascii").strip())


def _block_length(header: bytes, time_bytes: int) -> int:
    counts: tuple[int, ...] = _HEADER.unpack(header)[2:]
    isutc, isstd, leap, times, types, letters = counts
    return isutc + isstd + leap * (time_bytes + 4) + times * (time_bytes + 1) + types * 6 + letters


def _offset(packed: bytes, names: bytes) -> Offset:
    seconds, is_dst, start = struct.unpack(">l?B", packed)
    return Offset(seconds, names[start : names.index(b"\0", start)].decode("ascii"), is_dst)


def _onsets(offsets: list[Offset], instants: tuple[int, ...], indices: bytes) -> tuple[Onset, ...]:
    """Each change with what went before; a change into the same offset and name is none."""
    before, found = offsets[0], []
    for at, index in zip(instants, indices, strict=True):
        if offsets[index] != before:
            found.append(Onset(at, before, offsets[index]))
        before = offsets[index]
    return tuple(found)
