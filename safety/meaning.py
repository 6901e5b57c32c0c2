"""What a text means, beside the words it uses: how likely it is that somebody is in danger. Pure.

0 is ordinary talk, 1 is danger. Without its file, or without numpy, meaning is not heard: `is_there` says so.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

from safety.lookalikes import plain

if TYPE_CHECKING:
    from safety.reader import Reader

READER = Path(__file__).with_name("reader.npz")
_READ_FROM_START, _READ_FROM_END = 2000, 600
_AT_ONCE = 480
"""Letters of one passage: a question has at most 500, a line of chat 300."""
_FEWEST_WORDS = 3
_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?;])\s+|\n+")
_PICTURE = "So"


def danger_in(text: str) -> float | None:
    """The danger of the most dangerous passage; None where meaning cannot be heard."""
    passages = passages_of(text)
    reader = _reader() if passages else None
    return reader.danger(passages) if reader is not None else None


def is_there() -> bool:
    """Whether meaning is heard in this installation. The first call reads the file: 0.2 seconds."""
    return _reader() is not None


def passages_of(text: str) -> list[str]:
    """What is read, as it is read: the whole if it is short, else sentences together up to so many letters.

    Of a very long text both ends; what is said again says nothing new. Fewer than three words say too little.
    """
    read = text if len(text) <= _READ_FROM_START else f"{text[:_READ_FROM_START]}\n{text[-_READ_FROM_END:]}"
    spoken = (spoken_out(one) for one in _packed(read))
    return list(dict.fromkeys(one for one in spoken if len(one.split()) >= _FEWEST_WORDS))


def spoken_out(text: str) -> str:
    """In plain letters, and pictures by their names."""
    return pictures_named(plain(text))


def pictures_named(text: str) -> str:
    named = (_name(letter) if unicodedata.category(letter) == _PICTURE else letter for letter in text)
    return " ".join("".join(named).split())


def _name(picture: str) -> str:
    return f" {unicodedata.name(picture, '').lower()} "


def _packed(text: str) -> Iterator[str]:
    """Whole sentences as long as they fit; one that is too long by itself is cut between two words."""
    sentences = (part for one in _BETWEEN_SENTENCES.split(text) for part in wrap(one, _AT_ONCE))
    packed = ""
    for sentence in dict.fromkeys(sentences):
        if packed and len(packed) + len(sentence) >= _AT_ONCE:
            yield packed
            packed = ""
        packed = f"{packed} {sentence}".lstrip()
    yield packed


@cache
def _reader() -> "Reader | None":
    try:
        from safety.reader import Reader

        return Reader(READER)
    except (ImportError, OSError, ValueError):
        return None
