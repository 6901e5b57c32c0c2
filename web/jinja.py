"""What templates may call. Times are spoken in the viewer's zone; see components/time.html."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Literal

from flask import Flask
from wtforms import Form

from auth.phones import spoken_phone
from foundation import timewords
from web.assets import static_url
from web.care.keeping import steps_are_mine, steps_owner, steps_wish
from web.context import actor_or_none, halfway_or_none, now, settings, viewer_zone
from web.csrf import csrf
from web.navigation import is_let_in, nav_links

_NUMBERS = (
    "No",
    "One",
    "Two",
    "Three",
    "Four",
    "Five",
    "Six",
    "Seven",
    "Eight",
    "Nine",
    "Ten",
    "Eleven",
    "Twelve",
)


def init_jinja(app: Flask) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(_FILTERS)
    app.jinja_env.globals.update(_GLOBALS)


def spoken(instant: datetime, fmt: str = "clock") -> str:
    """A time in one of the ways that components/time.html lists."""
    return _FORMATS[fmt](instant)


def local_iso(instant: datetime) -> str:
    """For <time datetime>: with the viewer's offset."""
    return instant.astimezone(viewer_zone()).isoformat(timespec="minutes")


def in_words(number: int) -> str:
    """`Two`, to begin a sentence; digits past twelve."""
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def viewer_theme() -> Literal["light", "dark"] | None:
    """The person's own choice, or None: as the system has it."""
    somebody = actor_or_none()
    theme = somebody.theme if somebody else "system"
    return theme if theme in {"light", "dark"} else None  # type: ignore[return-value]


def fields_in_error(form: Form) -> list[tuple[str, str]]:
    """(element id, its label and message) for each thing to put right; choices are reached at the first."""
    return [(_anchor(field), f"{_called(field)}: {message}") for field in form for message in field.errors]


def described_by(field: Any, ids: str, attributes: Mapping[str, str]) -> dict[str, str]:
    """`attributes`, and those that tie help and error to the control; the first in error takes the focus."""
    described = {"aria_describedby": ids.strip()} if ids.strip() else {}
    wrong = {"aria_invalid": "true", "autofocus": "autofocus"} if field.errors else {}
    return {**attributes, **described, **wrong}


def _called(field: Any) -> str:
    """Two empty fields say the same; their labels tell them apart."""
    return str(field.label.text).rstrip(".:?")


def _anchor(field: Any) -> str:
    return f"{field.id}-0" if field.type == "RadioField" else str(field.id)


def _clock(instant: datetime) -> str:
    return timewords.clock(instant, viewer_zone())


def _hour(instant: datetime) -> str:
    return timewords.hour(instant, viewer_zone())


def _day(when: datetime | date) -> str:
    return timewords.day(when, viewer_zone())


def _short_day(when: datetime | date) -> str:
    return timewords.short_day(when, viewer_zone())


def _relative(instant: datetime) -> str:
    return timewords.relative(instant, now())


def _daypart(instant: datetime) -> str:
    return timewords.daypart(instant, now(), viewer_zone())


def _span(starts_at: datetime, ends_at: datetime) -> str:
    return timewords.span(starts_at, ends_at, viewer_zone())


def _zone_label(at: datetime) -> str:
    return timewords.zone_label(viewer_zone(), at)


def _weekday_clock(instant: datetime) -> str:
    return f"{_short_day(instant).split()[0]} {_clock(instant)}"


_FORMATS: dict[str, Callable[[datetime], str]] = {
    "clock": _clock,
    "hour": _hour,
    "day": _day,
    "short_day": _short_day,
    "weekday_clock": _weekday_clock,
    "full": lambda instant: f"{_day(instant)}, {_clock(instant)}",
    "relative": _relative,
}
_FILTERS: dict[str, Callable[..., Any]] = {
    **_FORMATS,
    "daypart": _daypart,
    "local_iso": local_iso,
    "in_words": in_words,
    "spoken_phone": spoken_phone,
}
_GLOBALS: dict[str, Callable[..., Any]] = {
    "actor_or_none": actor_or_none,
    "csrf": csrf,
    "described_by": described_by,
    "fields_in_error": fields_in_error,
    "halfway_or_none": halfway_or_none,
    "in_words": in_words,
    "is_let_in": is_let_in,
    "nav_links": nav_links,
    "now": now,
    "settings": settings,
    "span": _span,
    "spoken": spoken,
    "static_url": static_url,
    "steps_are_mine": steps_are_mine,
    "steps_owner": steps_owner,
    "steps_wish": steps_wish,
    "viewer_theme": viewer_theme,
    "viewer_zone": viewer_zone,
    "zone_city": timewords.zone_city,
    "zone_label": _zone_label,
}
