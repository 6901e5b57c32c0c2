"""Form fields that say in plain words what to do, and that refuse what nobody can see."""

from collections.abc import Callable
from datetime import date
from typing import Any

from wtforms import Field, SelectField, StringField, TextAreaField
from wtforms.fields import EmailField, TelField
from wtforms.validators import StopValidation
from wtforms.widgets import DateInput, TimeInput

from auth.addresses import BadAddress, normalise_address
from auth.phones import BadPhone, normalise_phone, spoken_phone
from foundation.errors import DomainError
from foundation.plaintext import breaks_the_line, hides_something
from foundation.zones import zone_choices

LONGEST_ADDRESS = 254
_DAY_HOURS = 24
_YEARS = range(1900, 2200)
"""Beyond them a day more, or another zone, would be no date at all."""
_HOUR_MINUTES = 60
_EMPTY = "Write something here."


class _Typed(StringField):
    """What a person typed, without outer spaces. `missing` None: it may stay empty."""

    def __init__(self, label: str = "", *, most: int, missing: str | None = _EMPTY, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.most, self.missing = most, missing

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = str(valuelist[0]).strip()

    def pre_validate(self, form: Any) -> None:
        text = self.data or ""
        if not text:
            raise StopValidation(self.missing or "")
        self.check(text)

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        if not self.data and self.missing is None:
            self.data, self.errors = "", []
            return True
        return super().validate(form, extra_validators)

    def check(self, text: str) -> None:
        if len(text) > self.most:
            raise StopValidation(_too_long(len(text) - self.most, self.most))
        if hides_something(text):
            raise StopValidation("That holds letters nobody can see, perhaps from copying. Type it by hand.")


class LineField(_Typed):
    """One line of up to `most` letters."""

    def __init__(
        self, label: str = "", *, most: int = 120, missing: str | None = _EMPTY, **kwargs: Any
    ) -> None:
        super().__init__(label, most=most, missing=missing, **kwargs)

    def check(self, text: str) -> None:
        super().check(text)
        if breaks_the_line(text):
            raise StopValidation("That has a line break in it. Write it on one line.")


class TextField_(TextAreaField, _Typed):  # noqa: N801 - WTForms has a TextField of its own
    """Several lines of up to `most` letters; line ends become plain newlines."""

    def __init__(
        self, label: str = "", *, most: int = 2000, missing: str | None = _EMPTY, **kwargs: Any
    ) -> None:
        super().__init__(label, most=most, missing=missing, **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata([str(text).replace("\r\n", "\n") for text in valuelist])


class _Read(LineField):
    """A line that is rewritten one way by `read`, whose refusal becomes the field's error."""

    read: Callable[[str], str]
    refusal: type[DomainError]

    def check(self, text: str) -> None:
        super().check(text)
        try:
            self.data = type(self).read(text)
        except self.refusal as error:
            raise StopValidation(error.message) from error


class AddressField(_Read, EmailField):
    """An e-mail address; `data` is the normalised one. Nothing is looked up."""

    read = staticmethod(normalise_address)
    refusal = BadAddress

    def __init__(self, label: str = "E-mail address", **kwargs: Any) -> None:
        kwargs.setdefault("missing", "Write your e-mail address.")
        super().__init__(label, most=LONGEST_ADDRESS, **kwargs)


class PhoneField(_Read, TelField):
    """A telephone number; `data` is E.164, and the page shows it as it is said."""

    read = staticmethod(normalise_phone)
    refusal = BadPhone

    def __init__(self, label: str = "Phone", **kwargs: Any) -> None:
        kwargs.setdefault("missing", None)
        super().__init__(label, most=40, **kwargs)

    def _value(self) -> str:
        return spoken_phone(self.data or "")


class ZoneField(SelectField):
    """A time zone by its city, in groups; each city stands once, so that one option is chosen."""

    def __init__(self, label: str = "Time zone", **kwargs: Any) -> None:
        super().__init__(label, choices=_grouped_once(), **kwargs)

    def pre_validate(self, form: Any) -> None:
        try:
            super().pre_validate(form)
        except ValueError as error:
            raise StopValidation("Choose a city from the list; it stands for the time zone.") from error


class DayField(Field):
    """A calendar date, as <input type=date> sends it."""

    widget = DateInput()
    data: date | None

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        typed = str(valuelist[0]).strip() if valuelist else ""
        if not typed:
            raise ValueError("Choose a day.")
        try:
            self.data = date.fromisoformat(typed)
        except ValueError as error:
            raise ValueError("That is not a day. Write it like 2026-11-27.") from error
        if self.data.year not in _YEARS:
            self.data = None
            raise ValueError("That is in nobody's calendar. Look at the year again.")

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else (self.data.isoformat() if self.data else "")


class MinuteField(Field):
    """A time on the clock, as <input type=time> sends it; `data` counts minutes from midnight."""

    widget = TimeInput()
    data: int | None

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        hour, colon, minute = str(valuelist[0] if valuelist else "").strip()[:5].partition(":")
        if not colon or not (hour + minute).isdecimal():
            raise ValueError("Write the time like 19:00.")
        if int(hour) >= _DAY_HOURS or int(minute) >= _HOUR_MINUTES:
            raise ValueError("That time is not on the clock. Write it like 19:00.")
        self.data = int(hour) * _HOUR_MINUTES + int(minute)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else "{:02d}:{:02d}".format(*divmod(self.data, _HOUR_MINUTES))


def _too_long(over: int, most: int) -> str:
    letters = "1 letter" if over == 1 else f"{over} letters"
    return f"That is {letters} too long: there is room for {most}."


def _grouped_once() -> Any:
    """Group to {zone: label}, as WTForms wants it. Its published types do not know this shape yet."""
    seen: set[str] = set()
    groups: dict[str, dict[str, str]] = {}
    for name, choices in zone_choices():
        groups[name] = {zone: label for zone, label in choices if zone not in seen}
        seen.update(groups[name])
    return groups
