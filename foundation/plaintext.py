"""Which characters a person's text may hold: what cannot be seen cannot be meant."""

import unicodedata

_BREAKS = "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_TURNERS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_UNSEEN = "\u200b\u2060\ufeff\u00ad"
_KEPT_IN_TEXT = "\r\n\t"


def breaks_the_line(text: str) -> bool:
    """Whether `text` would take more than one line, in a page or in a mail's header."""
    return any(letter in _BREAKS for letter in text)


def hides_something(text: str) -> bool:
    """Whether `text` holds controls, letters without width, or marks that turn the reading direction.

    Line breaks and tabs do not count, nor do the joiners that some scripts and emoji need.
    """
    return any(_is_hidden(letter) for letter in text)


def _is_hidden(letter: str) -> bool:
    if letter in _TURNERS or letter in _UNSEEN:
        return True
    return letter not in _KEPT_IN_TEXT and unicodedata.category(letter) in {"Cc", "Cs"}
