"""JSON that is spelled once and sent to many, within answers that are spelled for one."""

import json
from secrets import token_hex
from typing import Any

_MARK = token_hex(16)
"""Of this process: nobody outside can say it, so it stands for nothing else."""


class Spelled(str):
    """Stands in an answer where `text`, which is JSON already, belongs. Otherwise a word without meaning."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> "Spelled":
        made = super().__new__(cls, _MARK)
        made.text = text
        return made


def spelled(value: object) -> str:
    """As python-socketio spells it."""
    return json.dumps(value, separators=(",", ":"))


def filled_in(packet: str, data: Any) -> str:
    """The packet of this data with what was `Spelled` in its first part put in place."""
    first = data[0] if isinstance(data, list) and data else None
    if not isinstance(first, dict):
        return packet
    for value in first.values():
        if isinstance(value, Spelled):
            packet = packet.replace(f'"{_MARK}"', value.text, 1)
    return packet
