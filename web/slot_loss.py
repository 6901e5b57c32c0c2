"""What to say when a slot could not be had: what happened, and what can be chosen instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from foundation.errors import DomainError
from foundation.timewords import clock, day, short_day
from scheduling.guest_limit import EnoughAhead
from scheduling.refusals import BeyondHorizon, LimitReached, NotASlot, OutsideNotice, SlotTaken
from web.slot_days import Free, SlotChoice
from web.slot_picker import Picker

REFUSALS = (SlotTaken, NotASlot, OutsideNotice, BeyondHorizon, LimitReached, EnoughAhead)


@dataclass(frozen=True)
class Loss:
    title: str
    words: str
    choices: tuple[SlotChoice, ...] = ()


def taken(starts_at: datetime, who: str, others: Sequence[Free], zone: ZoneInfo) -> Loss:
    """`3:00 pm was taken a moment ago`, and the nearest free times; `who` is a first name, or nobody's."""
    title = f"{clock(starts_at, zone)} was taken a moment ago"
    when = f"It was {day(starts_at, zone)}."
    if not others:
        return Loss(title, f"{when} Nothing else is free close to it. The other days are below.")
    same_day = all(_date(one.starts_at, zone) == _date(starts_at, zone) for one in others)
    subject = f"{who} is also free" if who else "Also free"
    words = f"{subject} at these times{', the same day' if same_day else ''}:"
    return Loss(title, words, tuple(_choice(one, zone, with_day=not same_day) for one in _in_order(others)))


def loss_of(error: DomainError | None, lost: tuple[str, datetime] | None, picker: Picker) -> Loss | None:
    """The words for a refusal; only a taken slot has alternatives, the others speak for themselves."""
    if error is None:
        return None
    if isinstance(error, SlotTaken) and lost:
        someone = picker.person(lost[0])
        return taken(lost[1], someone.first_name if someone else "", error.alternatives, picker.ask.zone)
    return Loss("That time cannot be booked", error.message)


def _choice(one: Free, zone: ZoneInfo, *, with_day: bool) -> SlotChoice:
    label = clock(one.starts_at, zone)
    if with_day:
        label = f"{short_day(one.starts_at, zone)}, {label}"
    return SlotChoice(one.practitioner_id, one.starts_at, label)


def _in_order(slots: Sequence[Free]) -> list[Free]:
    return sorted(slots, key=lambda slot: slot.starts_at)


def _date(instant: datetime, zone: ZoneInfo) -> date:
    return instant.astimezone(zone).date()
