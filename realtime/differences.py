"""What a moderator changed in somebody's words, word by word. Pure."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "out", "in"]
_WORDS = re.compile(r"\S+\s*")


def differences(before: str, after: str) -> list[tuple[Kind, str]]:
    """The two texts as one: runs of words that stayed, went out, or came in."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    bare_old, bare_new = [word.strip() for word in old], [word.strip() for word in new]
    found = SequenceMatcher(None, bare_old, bare_new, autojunk=False).get_opcodes()
    return [run for one in found for run in _runs(one, old, new)]


def _runs(
    change: tuple[str, int, int, int, int], old: list[str], new: list[str]
) -> Iterator[tuple[Kind, str]]:
    kind, from_old, to_old, from_new, to_new = change
    if kind == "equal":
        yield "same", "".join(new[from_new:to_new])
        return
    if from_old < to_old:
        yield "out", "".join(old[from_old:to_old]).strip()
    if from_new < to_new:
        yield "in", "".join(new[from_new:to_new]).strip()
