"""What a text means, beside the words it uses: how likely it is that somebody is in danger. Pure.

0 is ordinary talk, 1 is danger. Without its three files, or without numpy, meaning is not heard: `is_there`
says so.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from safety.lookalikes import plain

if TYPE_CHECKING:
    from safety.judge import Judge

ENCODER, JUDGE, READER = (
    Path(__file__).with_name(name) for name in ("encoder.npz", "judge.npz", "reader.npz")
)
_READ_FROM_START, _READ_FROM_END = 2000, 600
_WHOLE_LETTERS = 400
_FEWEST_WORDS = 3
_SENTENCE = re.compile(r"[^.!?;\n]+")
_MARKS = "¿¡.!?; "


def danger_in(text: str) -> float | None:
    """The danger of the most dangerous passage; None where meaning cannot be heard."""
    judge = _judge()
    passages = passages_of(text)
    if judge is None or not passages:
        return None
    return judge.danger([as_written(one) for one in passages], [plain(one) for one in passages])


def is_there() -> bool:
    """Whether meaning is heard in this installation. The first call reads the files: 0.2 seconds."""
    return _judge() is not None


def passages_of(text: str) -> list[str]:
    """The whole, if short, and its sentences if there are more than one; of a very long text both ends."""
    whole = " ".join(text.split())
    read = text if len(text) <= _READ_FROM_START else f"{text[:_READ_FROM_START]}\n{text[-_READ_FROM_END:]}"
    sentences = (" ".join(found.group().split()) for found in _SENTENCE.finditer(read))
    said = [one for one in sentences if len(one.split()) >= _FEWEST_WORDS]
    if len(whole) > _WHOLE_LETTERS:
        return list(dict.fromkeys(one[:_WHOLE_LETTERS] for one in said))
    together = [whole] if len(whole.split()) >= _FEWEST_WORDS else []
    return together if _is_one(whole, said) else list(dict.fromkeys(together + said))


def _is_one(whole: str, said: list[str]) -> bool:
    """A lone sentence need not be read again without its full stop."""
    return [one.strip(_MARKS) for one in said] in ([], [whole.strip(_MARKS)])


def as_written(text: str) -> str:
    """In small letters, with its accents."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


@cache
def _judge() -> "Judge | None":
    try:
        from safety.encoder import Encoder
        from safety.judge import Judge
        from safety.reader import Reader

        return Judge(Encoder(ENCODER), Reader(READER), JUDGE)
    except (ImportError, OSError, ValueError):
        return None
