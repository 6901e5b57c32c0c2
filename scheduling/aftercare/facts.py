"""What is known about one member on one day, and the figures that rules speak of. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import fmean

LATELY = timedelta(days=28)
_UNSETTLING_LEVEL = 2
"""Bands run from 0 to 4; from moderate on, a week is not a steady one."""
_COMPARED = 3
"""A newest score is set against the mean of this many before it."""

FIGURES: Mapping[str, str] = {
    "days_in_plan": "days since the plan began",
    "level": "the plan's rhythm: 0 as agreed, 1 closer, -1 wider",
    "missed_in_a_row": "contacts in a row that did not come about: missed, or word left without an answer",
    "check_ins_missed": "check-ins in a row that were not sent",
    "days_silent": "days without a check-in, a kept appointment, a meeting or an answered call",
    "meetings_lately": "meetings and groups attended within 28 days",
    "meetings_before": "meetings and groups attended within the 28 days before those",
    "days_since_meeting": "days since the last meeting or group; nothing when there was none",
    "days_since_alarm": "days since words or answers last called somebody out; nothing when none did",
    "weeks_steady": "whole weeks with no missed contact, alarm, concern, step, or score from moderate on",
}
OF_A_MEASURE: Mapping[str, str] = {
    "value": "its newest score",
    "level": "that score's band, from 0 (nothing to do) to 4 (severe)",
    "rise": "how far the newest score lies above the mean of up to three before it; nothing for a first one",
    "days_old": "days since it was answered",
}


@dataclass(frozen=True)
class Reading:
    """One score of a measure, on the plan's local day; `level` is its band, 0 to 4."""

    on: date
    value: float
    level: int


@dataclass(frozen=True)
class Facts:
    """Local days of the plan's zone, each list the oldest first; `readings` by the measure's code.

    `kept` are days on which somebody of the team and the member met or spoke. `last_sign` is any sign of
    life; `stepped_on` the last step, `concerned_on` the last day on which a concern stood.
    """

    today: date
    began: date
    level: int = 0
    unkept: Sequence[date] = ()
    kept: Sequence[date] = ()
    unsent: Sequence[date] = ()
    sent: Sequence[date] = ()
    last_sign: date | None = None
    meetings: Sequence[date] = ()
    alarms: Sequence[date] = ()
    readings: Mapping[str, Sequence[Reading]] = field(default_factory=dict)
    stepped_on: date | None = None
    concerned_on: date | None = None


def figures(facts: Facts) -> dict[str, float]:
    """Each figure by its name. What nobody can say is not in it, and no rule holds by it."""
    told: dict[str, float | None] = {
        "days_in_plan": _days(facts, facts.began),
        "level": facts.level,
        "missed_in_a_row": _since_last(facts.unkept, facts.kept),
        "check_ins_missed": _since_last(facts.unsent, facts.sent),
        "days_silent": _days(facts, max(facts.last_sign or facts.began, facts.began)),
        "meetings_lately": _meetings(facts, facts.today - LATELY, facts.today),
        "meetings_before": _meetings(facts, facts.today - 2 * LATELY, facts.today - LATELY),
        "days_since_meeting": _days(facts, max(facts.meetings, default=None)),
        "days_since_alarm": _days(facts, max(facts.alarms, default=None)),
        "weeks_steady": (facts.today - _last_unsettled(facts)).days // 7,
    }
    for code, readings in facts.readings.items():
        told |= {f"{code}.{name}": value for name, value in _of_measure(facts, readings).items()}
    return {name: value for name, value in told.items() if value is not None}


def _days(facts: Facts, since: date | None) -> int | None:
    return None if since is None else (facts.today - since).days


def _since_last(bad: Sequence[date], good: Sequence[date]) -> int:
    """How many of the one kind came after the last of the other. On the same day the good one counts."""
    last = max(good, default=date.min)
    return sum(1 for one in bad if one > last)


def _meetings(facts: Facts, after: date, until: date) -> int:
    return sum(1 for one in facts.meetings if after < one <= until)


def _of_measure(facts: Facts, readings: Sequence[Reading]) -> dict[str, float | None]:
    if not readings:
        return {}
    newest, before = readings[-1], [one.value for one in readings[-1 - _COMPARED : -1]]
    return {
        "value": newest.value,
        "level": newest.level,
        "rise": newest.value - fmean(before) if before else None,
        "days_old": _days(facts, newest.on),
    }


def _last_unsettled(facts: Facts) -> date:
    """The last day that was not steady; the first day of the plan begins the count."""
    high = (one.on for all_of in facts.readings.values() for one in all_of if one.level >= _UNSETTLING_LEVEL)
    days = [facts.began, *facts.unkept, *facts.alarms, *high]
    days += [one for one in (facts.stepped_on, facts.concerned_on) if one is not None]
    return max(days)
