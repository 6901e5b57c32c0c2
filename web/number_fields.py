"""Whole numbers and spans of time as people type them: `2 hours`, `3 days`."""

from typing import Any

from wtforms import SelectField
from wtforms.validators import StopValidation

from web.form_fields import LineField

_LONGEST = 6
UNITS: dict[str, int] = {"minutes": 1, "hours": 60, "days": 24 * 60}
_UNITS: Any = {unit: unit for unit in UNITS}


class NumberField(LineField):
    """A whole number; `number` is it, once it was validated. What was typed stays."""

    def __init__(self, label: str = "", **kwargs: Any) -> None:
        super().__init__(label, most=_LONGEST, missing="Write a number.", **kwargs)

    def check(self, text: str) -> None:
        if not (text.isascii() and text.isdecimal()) or len(text) > _LONGEST:
            raise StopValidation("Write a whole number, like 50.")

    @property
    def number(self) -> int:
        return int(self.data or 0)


class UnitField(SelectField):
    """The unit of the number before it."""

    def __init__(self, label: str = "Unit", **kwargs: Any) -> None:
        super().__init__(label, choices=_UNITS, **kwargs)

    def pre_validate(self, form: Any) -> None:
        if self.data not in UNITS:
            raise StopValidation("Choose minutes, hours or days.")

    @property
    def minutes(self) -> int:
        return UNITS[str(self.data)]


def in_units(minutes: int) -> tuple[str, str]:
    """The number and the largest unit that says it whole: 120 is `2 hours`."""
    unit = next((name for name in ("days", "hours") if minutes and minutes % UNITS[name] == 0), "minutes")
    return str(minutes // UNITS[unit]), unit


def spoken_span(minutes: int) -> str:
    """`2 hours`, `1 day`, `nothing`."""
    if not minutes:
        return "nothing"
    number, unit = in_units(minutes)
    return f"{number} {unit if number != '1' else unit[:-1]}"
