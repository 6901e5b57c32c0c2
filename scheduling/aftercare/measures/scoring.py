"""What answers come to: missing ones, the score with its band, and the answers that need a person. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from foundation.plaintext import hides_something
from scheduling.aftercare.measures.measure import Alarm, Item, Kind, Measure

LONGEST_LINE = 2000
Answers = Mapping[str, str]
"""By question: points as digits, or what was written."""


@dataclass(frozen=True)
class Result:
    """`points` holds what each chosen answer counts, also of questions beside the score."""

    value: int
    band: str
    level: int
    points: Mapping[str, int] = field(default_factory=dict)


def readable(measure: Measure, typed: Answers) -> dict[str, str]:
    """What of it can be kept: answers that the measure has, texts up to their length."""
    told = {item.id: _readable(item, typed.get(item.id, "")) for item in measure.items}
    return {item_id: answer for item_id, answer in told.items() if answer}


def problems_in(measure: Measure, typed: Answers) -> dict[str, str]:
    """By question, what to put right before it can be sent."""
    found = {item.id: _wrong(item, typed.get(item.id, "").strip()) for item in measure.items}
    return {item_id: words for item_id, words in found.items() if words}


def score(measure: Measure, answers: Answers) -> Result:
    """The sum of what counts. The caller has looked for problems: KeyError for a missing answer."""
    chosen = {item.id: int(answers[item.id]) for item in measure.items if _is_chosen(item, answers)}
    value = sum(chosen[item.id] for item in measure.items if item.counts)
    band = measure.band_of(value)
    return Result(value, band.name, band.level, chosen)


def alarms_in(measure: Measure, answers: Answers) -> list[Alarm]:
    """Also in answers that are not complete: nobody has to finish a form to be noticed."""
    return [one for one in measure.alarms if int(answers.get(one.item) or -1) >= one.at_least]


def said(item: Item, answer: str) -> str:
    """The answer as the person saw it; of an option that is gone, its points."""
    if item.kind is Kind.TEXT:
        return answer
    words = next((one.text for one in item.options if str(one.points) == answer), "")
    return f"{answer}, {words}" if item.kind is Kind.SCALE and words else words or answer


def first_open(measure: Measure, answers: Answers) -> str:
    """The question to go on with, or nothing when all that is required is answered."""
    return next((item.id for item in measure.items if item.required and not answers.get(item.id)), "")


def _is_chosen(item: Item, answers: Answers) -> bool:
    return item.counts or (item.kind is not Kind.TEXT and bool(answers.get(item.id)))


def _readable(item: Item, typed: str) -> str:
    if item.kind is Kind.TEXT:
        return typed.replace("\r\n", "\n").strip()[:LONGEST_LINE]
    return typed if _is_option(item, typed) else ""


def _wrong(item: Item, typed: str) -> str:
    if not typed:
        return "This one needs an answer." if item.required else ""
    if item.kind is not Kind.TEXT:
        return "" if _is_option(item, typed) else "Choose one of the answers."
    if len(typed) > LONGEST_LINE:
        return f"That is too long: there is room for {LONGEST_LINE} letters."
    return "That holds letters nobody can see. Type it by hand." if hides_something(typed) else ""


def _is_option(item: Item, typed: str) -> bool:
    return typed in {str(one.points) for one in item.options}
