"""What a measure is: questions, what answers count, what a score means, when a person must look. Pure."""

from dataclasses import dataclass
from enum import StrEnum

CHECK_IN = "check-in"


class Kind(StrEnum):
    """How a question is answered: one of some words, a number on a scale, or a line of one's own."""

    CHOICE = "choice"
    SCALE = "scale"
    TEXT = "text"


@dataclass(frozen=True)
class Option:
    """An answer to choose. `points` is what it counts, and what is kept."""

    points: int
    text: str


@dataclass(frozen=True)
class Item:
    """A question. One without `counts` is asked beside the score, such as how hard all this makes the day."""

    id: str
    text: str
    kind: Kind
    options: tuple[Option, ...] = ()
    required: bool = True
    counts: bool = True
    help: str = ""


@dataclass(frozen=True)
class Band:
    """Scores from `start` up to the next band. `level` runs from 0 (nothing to do) to 4 (severe)."""

    start: int
    name: str
    level: int


@dataclass(frozen=True)
class Alarm:
    """An answer of `at_least` so many points to `item` needs a person the same moment."""

    name: str
    item: str
    at_least: int


@dataclass(frozen=True)
class Line:
    """One line of the plot. Without an `item` it is the score."""

    name: str
    item: str = ""


@dataclass(frozen=True)
class Measure:
    """A questionnaire (FHIR Questionnaire). A member reads `title`; clinicians call it `name`."""

    code: str
    version: int
    title: str
    name: str
    about: str
    ask: str
    items: tuple[Item, ...]
    bands: tuple[Band, ...]
    alarms: tuple[Alarm, ...]
    lines: tuple[Line, ...]
    source: str
    licence: str
    how_to_word: str = ""

    @property
    def is_asked(self) -> bool:
        """Whether all questions have their words; some may be had from their authors alone."""
        return all(item.text for item in self.items)

    @property
    def highest(self) -> int:
        return sum(max(one.points for one in item.options) for item in self.items if item.counts)

    @property
    def lowest(self) -> int:
        return sum(min(one.points for one in item.options) for item in self.items if item.counts)

    def item(self, item_id: str) -> Item:
        """KeyError for an id that it does not have."""
        found = next((one for one in self.items if one.id == item_id), None)
        if found is None:
            raise KeyError(item_id)
        return found

    def band_of(self, value: int) -> Band:
        return [band for band in self.bands if band.start <= value][-1]
