"""What people write into the room: cleaned, measured and screened before anything else happens. Pure."""

import re
from functools import lru_cache

from foundation.plaintext import hides_something
from realtime.errors import NothingWritten, TooLong, UnreadableText
from safety.screening import Tier, Verdict, screen

QUESTION_LETTERS = 500
CHAT_LETTERS = 300
REPLY_LETTERS = 1000
_CONTACTS = (
    r"https?://|www\.",
    r"\b[\w.+-]+@[\w-]+\.\w{2,}",
    r"(?<!\w)@\w{3,}",
    r"(?:\+?\d[\s().-]?){7,}",
    r"\b\d{1,5} [a-z]+ (?:st|street|ave|avenue|road)\b",
)
_CONTACT = re.compile("|".join(_CONTACTS), re.IGNORECASE)
_WORD = re.compile(r"[a-z']+")
_SMALL_WORDS = """
    a an and are as at be but by can did do does for from get had has have how i i'm if in into is
    it its just me my not of on or our so than that the their them then there they this to up was we
    what when where which who why will with without would you your it's don't
"""
_SMALL = frozenset(_SMALL_WORDS.split())
_ALIKE = 0.5
_FEWEST_WORDS = 3


def clean(text: str, *, most: int) -> str:
    """The text without outer spaces. Raises NothingWritten, TooLong, UnreadableText."""
    if hides_something(text):
        raise UnreadableText()
    trimmed = text.replace("\r\n", "\n").strip()
    if not any(c.isalnum() for c in trimmed):
        raise NothingWritten()
    if len(trimmed) > most:
        raise TooLong(f"That is longer than the room can read at once. Keep to {most} letters.")
    return trimmed


def read(text: str) -> Verdict:
    return screen(text)


def is_crisis(text: str) -> bool:
    return screen(text).tier is Tier.CRISIS


def has_contact(text: str) -> bool:
    """Whether it names a way to reach or to find somebody."""
    return _CONTACT.search(text) is not None


def without_contacts(text: str) -> str:
    """The text with every link, address and number left out."""
    return _CONTACT.sub("[left out]", text)


def alike(text: str, others: dict[str, str]) -> str | None:
    """The id of the other text that says nearly the same, if one does."""
    words = _content(text)
    best = max(others, key=lambda one: _overlap(words, _content(others[one])), default=None)
    return best if best and _overlap(words, _content(others[best])) >= _ALIKE else None


@lru_cache(maxsize=512)
def _content(text: str) -> frozenset[str]:
    """Kept for a while: each new question is compared with the same hundred others, under the room's lock."""
    return frozenset(word[:6] for word in _WORD.findall(text.lower()) if word not in _SMALL)


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    fewer = min(len(one), len(other))
    return len(one & other) / fewer if fewer >= _FEWEST_WORDS else 0.0
