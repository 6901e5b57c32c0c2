"""A measure's file, read with care: a wrong count of points would be believed for years. Pure."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from scheduling.aftercare.measures.measure import Alarm, Band, Item, Kind, Line, Measure, Option

Table = Mapping[str, Any]
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,38}")
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,19}")
_HIGHEST_LEVEL = 4
_MOST_ITEMS = 60
_LONGEST_NAME = 40
_FEWEST_OPTIONS = 2
_KNOWN = {
    "code", "version", "title", "name", "about", "ask", "source", "licence", "how_to_word",
    "option", "item", "band", "alarm", "line",
}  # fmt: skip


class MeasureBroken(Exception):
    """The file does not describe a measure; the message says where and what to do."""


def read_measure(text: str) -> Measure:
    """The measure that a TOML text describes. Raises MeasureBroken."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MeasureBroken(f"This is not TOML: {error}.") from error
    try:
        measure = _measure(table)
    except (KeyError, TypeError, ValueError) as error:
        raise MeasureBroken(f"Something is missing or of the wrong kind: {error}.") from error
    _check(measure, table)
    return measure


def _measure(table: Table) -> Measure:
    shared = tuple(_option(one) for one in table.get("option", ()))
    items = tuple(_item(one, shared) for one in table["item"])
    return Measure(
        code=table["code"],
        version=int(table["version"]),
        title=table["title"],
        name=table["name"],
        about=table["about"],
        ask=table.get("ask", ""),
        items=items,
        bands=tuple(Band(one["from"], one["name"], one["level"]) for one in table["band"]),
        alarms=tuple(Alarm(one["name"], one["item"], one["at_least"]) for one in table.get("alarm", ())),
        lines=tuple(Line(one["name"], one.get("item", "")) for one in table.get("line", ()))
        or (Line(table["name"]),),
        source=table["source"],
        licence=table["licence"],
        how_to_word=table.get("how_to_word", ""),
    )


def _item(table: Table, shared: tuple[Option, ...]) -> Item:
    kind = Kind(table.get("kind", Kind.CHOICE))
    is_text = kind is Kind.TEXT
    return Item(
        id=str(table["id"]),
        text=table["text"].strip(),
        kind=kind,
        options=() if is_text else _options(table, kind) or shared,
        required=table.get("required", not is_text),
        counts=table.get("counts", not is_text),
        help=table.get("help", ""),
    )


def _options(table: Table, kind: Kind) -> tuple[Option, ...]:
    """A scale names its ends; the numbers between them have no words."""
    if kind is not Kind.SCALE:
        return tuple(_option(one) for one in table.get("option", ()))
    first, last = int(table["from"]), int(table["to"])
    ends = {first: table["from_says"], last: table["to_says"]}
    return tuple(Option(points, ends.get(points, "")) for points in range(first, last + 1))


def _option(table: Table) -> Option:
    return Option(int(table["points"]), table["text"])


def _check(measure: Measure, table: Table) -> None:
    problem = next((words for is_wrong, words in _problems(measure, table) if is_wrong), None)
    if problem is not None:
        raise MeasureBroken(problem)


def _problems(measure: Measure, table: Table) -> list[tuple[object, str]]:
    unknown = set(table) - _KNOWN
    ids = [item.id for item in measure.items]
    asked = {item.id: {one.points for one in item.options} for item in measure.items}
    return [
        (unknown, f"Nothing here is called {', '.join(sorted(unknown))}. Is it misspelt?"),
        (not _CODE.fullmatch(measure.code), "`code` is small letters, digits and hyphens, up to 39."),
        (measure.version < 1, "`version` is a number from 1; count it up when you change the questions."),
        (not measure.source or not measure.licence, "Say where it is from (`source`) and its `licence`."),
        (not 0 < len(ids) <= _MOST_ITEMS, f"It needs from 1 to {_MOST_ITEMS} questions."),
        (len(set(ids)) < len(ids), "Two questions have the same `id`."),
        (
            not all(map(_ID.fullmatch, ids)),
            "Each `id` is small letters, digits, _ and -, up to 20.",
        ),
        (_bad_options(measure), f"Question {_bad_options(measure)} needs two answers or more, none twice."),
        (not any(item.counts for item in measure.items), "No question counts towards the score."),
        (_loose_counts(measure), "A question that counts must be required, and cannot be a text."),
        (_bad_bands(measure), "`band` begins at the lowest score, rises, and has a level from 0 to 4."),
        (any(len(one.name) > _LONGEST_NAME for one in measure.alarms), "An `alarm` has a name up to 40."),
        (_unreached(measure.alarms, asked), "An `alarm` names a question, and points that it can have."),
        ([one for one in measure.lines if one.item and one.item not in asked], "A `line` has no question."),
    ]


def _bad_options(measure: Measure) -> str:
    for item in measure.items:
        points = [one.points for one in item.options]
        if item.kind is not Kind.TEXT and (len(points) < _FEWEST_OPTIONS or len(set(points)) < len(points)):
            return item.id
    return ""


def _loose_counts(measure: Measure) -> bool:
    return any(item.counts and (not item.required or item.kind is Kind.TEXT) for item in measure.items)


def _bad_bands(measure: Measure) -> bool:
    starts = [band.start for band in measure.bands]
    levels = [band.level for band in measure.bands]
    rises = all(one < other for one, other in pairwise(starts))
    fits = all(0 <= level <= _HIGHEST_LEVEL for level in levels)
    return not (starts and starts[0] == measure.lowest and rises and fits)


def _unreached(alarms: Sequence[Alarm], asked: Mapping[str, set[int]]) -> bool:
    return any(max(asked.get(one.item) or {-1}) < one.at_least for one in alarms)
