"""Reading what a client sent. Every field has a type and a bound; anything else is BadPayload."""

from collections.abc import Mapping
from typing import Any

from realtime.errors import BadPayload

_LONGEST_ID = 64
_LONGEST_TEXT = 16 * 1024
"""All that a frame can hold: what is too long for the room is measured by it, once it has been screened."""
_MOST_IDS = 100


class Data:
    """One event's fields. `None` counts as absent."""

    def __init__(self, sent: object) -> None:
        if not isinstance(sent, dict):
            raise BadPayload()
        self._sent: Mapping[str, Any] = sent

    def sent(self, name: str) -> object:
        """Whatever stands there, of any type."""
        return self._sent.get(name)

    def written(self) -> list[str]:
        """What may be words of somebody: texts and names, as `whole` letters."""
        found = (self._sent.get(name) for name in ("text", "name"))
        return [whole(one) for one in found if isinstance(one, str) and len(one) <= _LONGEST_TEXT]

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

    def idents(self, name: str) -> list[str]:
        """Up to a hundred ids."""
        value = self._sent.get(name)
        if not isinstance(value, list) or len(value) > _MOST_IDS:
            raise BadPayload(f"“{name}” is a list of up to {_MOST_IDS} ids.")
        return [Data({name: one}).ident(name) for one in value]

    def numbers(self, name: str) -> list[int]:
        """Up to a hundred whole numbers; none when it is missing."""
        value = self._sent.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or len(value) > _MOST_IDS or not all(_is_count(one) for one in value):
            raise BadPayload(f"“{name}” is a list of up to {_MOST_IDS} whole numbers.")
        return value

    def text(self, name: str) -> str:
        """What somebody wrote, as `whole` letters."""
        return whole(self._text(name, _LONGEST_TEXT))

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


def whole(written: str) -> str:
    """Half an emoji, cut off by a limit, becomes the mark for an unknown one."""
    return written.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
