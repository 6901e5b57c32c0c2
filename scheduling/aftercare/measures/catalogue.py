"""Which measures there are: those that come with the house, and those of the clinic's own folder."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

from foundation.errors import DomainError
from scheduling.aftercare.measures.measure import Measure
from scheduling.aftercare.measures.reading import MeasureBroken, read_measure

SHIPPED = Path(__file__).with_name("files")
Stamp = tuple[tuple[str, int, int], ...]


class UnknownMeasure(DomainError):
    code: ClassVar[str] = "unknown_measure"
    default: ClassVar[str] = "There are no questions at this address."


class _Chosen:
    folder: Path | None = None


def use_measures(folder: Path | None) -> None:
    """From now on read the clinic's own measures from this folder, which need not be there."""
    _Chosen.folder = folder


def measures() -> Mapping[str, Measure]:
    """All by code. A clinic's file stands in for ours of the same code; a changed file is read again."""
    return MappingProxyType(_all()[0])


def broken_measures() -> Mapping[str, str]:
    """Which files of the clinic's folder cannot be used, and what to change in them."""
    return MappingProxyType(_all()[1])


def find_measure(code: str) -> Measure:
    """One that is asked. Raises UnknownMeasure."""
    found = measures().get(code)
    if found is None or not found.is_asked:
        raise UnknownMeasure
    return found


def shipped_codes() -> frozenset[str]:
    """Codes of our own files, also where a clinic put one of its own in place."""
    return frozenset(_read(SHIPPED, ())[0])


def shipped_file(code: str) -> str | None:
    """The text of ours, for a clinic to begin its own from; None for a code that is not ours."""
    if code not in shipped_codes():
        return None
    return (SHIPPED / f"{code}.toml").read_text(encoding="utf-8")


def _all() -> tuple[dict[str, Measure], dict[str, str]]:
    own, broken = _read(_Chosen.folder, _stamp(_Chosen.folder)) if _Chosen.folder else ({}, {})
    return {**_read(SHIPPED, ())[0], **own}, broken


def _stamp(folder: Path) -> Stamp:
    """Names, times and sizes: another stamp, another reading."""
    stats = [(path.name, path.stat()) for path in sorted(folder.glob("*.toml"))]
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)


@lru_cache(8)
def _read(folder: Path, _as_of: Stamp) -> tuple[dict[str, Measure], dict[str, str]]:
    found: dict[str, Measure] = {}
    broken: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            measure = read_measure(path.read_text(encoding="utf-8"))
        except (MeasureBroken, OSError, UnicodeDecodeError) as error:
            broken[path.name] = str(error)
        else:
            found[measure.code] = measure
    return found, broken
