"""Reading what a client sent. Every field has a type and a bound; anything else is BadPayload."""

from collections.abc import Mapping
from typing import Any

from realtime.errors import BadPayload

_LONGEST_ID = 64
_LONGEST_TEXT = 8000


class Data:
    """One event's fields. `None` counts as absent."""

    def __init__(self, sent: object) -> None:
        if not isinstance(sent, dict):
            raise BadPayload()
        self._sent: Mapping[str, Any] = sent

    def has(self, name: str) -> bool:
        return self._sent.get(name) is not None

    def ident(self, name: str) -> str:
        """A short name or id, of letters that can be seen."""
        value = self._text(name, _LONGEST_ID)
        if not value.isprintable():
            raise BadPayload(f"“{name}” holds characters nobody can see.")
        return value

    def ident_or_none(self, name: str) -> str | None:
        return self.ident(name) if self.has(name) else None

    def text(self, name: str) -> str:
        """What somebody wrote; half an emoji, cut off by a limit, becomes the mark for an unknown one."""
        written = self._text(name, _LONGEST_TEXT)
        return written.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def text_or_none(self, name: str) -> str | None:
        return self.text(name) if self.has(name) else None

    def flag(self, name: str, default: bool | None = None) -> bool:
        found = self.flag_or_none(name)
        if found is None and default is None:
            raise BadPayload(f"“{name}” is missing; it is true or false.")
        return bool(default) if found is None else found

    def flag_or_none(self, name: str) -> bool | None:
        value = self._sent.get(name)
        if value is not None and not isinstance(value, bool):
            raise BadPayload(f"“{name}” is true or false.")
        return value

    def number_or_none(self, name: str) -> int | None:
        value = self._sent.get(name)
        if value is not None and (
            isinstance(value, bool) or not isinstance(value, int) or abs(value) > 2**31
        ):
            raise BadPayload(f"“{name}” is a whole number.")
        return value

    def after(self) -> dict[str, int] | None:
        """The numbers that the client has: one for pub, or {pub, mod, member}. Missing streams count as 0."""
        value = self._sent.get("after")
        if value is None:
            return None
        numbers = {"pub": value} if isinstance(value, int) else value
        if not isinstance(numbers, dict) or not all(_is_count(one) for one in numbers.values()):
            raise BadPayload("“after” is the last number you have, or one for each stream.")
        return {str(stream): number for stream, number in numbers.items()}

    def _text(self, name: str, most: int) -> str:
        value = self._sent.get(name)
        if not isinstance(value, str) or len(value) > most:
            raise BadPayload(f"“{name}” is text of up to {most} letters.")
        return value


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
