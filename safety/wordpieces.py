"""Words cut into the pieces that a model knows: the longest known beginning, again and again. Pure.

The cut of BERT in small letters (Wu et al. 2016, arXiv:1609.08144, section 4.1), for text in plain letters.
"""

import re
from collections.abc import Iterator, Sequence

_WORD = re.compile(r"[^\W_]+|[^\w\s]|_")
_WITHIN = "##"
_LONGEST_WORD = 100
UNKNOWN, FIRST, LAST = 0, 1, 2


class WordPieces:
    """The first three pieces are unknown, beginning and end; one that stands within a word begins with ##."""

    def __init__(self, pieces: Sequence[str]) -> None:
        self._known = {piece: number for number, piece in enumerate(pieces)}

    def numbers(self, text: str) -> list[int]:
        """The numbers of the pieces, between the marks for beginning and end."""
        return [FIRST, *(number for word in _WORD.findall(text) for number in self._cut(word)), LAST]

    def _cut(self, word: str) -> list[int]:
        """A word of which some part is not known is unknown as a whole."""
        numbers = list(self._pieces_of(word)) if len(word) <= _LONGEST_WORD else [UNKNOWN]
        return [UNKNOWN] if UNKNOWN in numbers else numbers

    def _pieces_of(self, word: str) -> Iterator[int]:
        start = 0
        while start < len(word):
            mark, end = _WITHIN if start else "", len(word)
            while end > start and mark + word[start:end] not in self._known:
                end -= 1
            if end == start:
                yield UNKNOWN
                return
            yield self._known[mark + word[start:end]]
            start = end
