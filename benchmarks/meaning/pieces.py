"""Text cut into the pieces of words that the encoder of sentences knows: the likeliest cut. Pure."""

from collections.abc import Sequence

_BEGINS_WORD = "▁"
_UNKNOWN_COSTS = 30.0
UNKNOWN, FIRST, LAST = 0, 1, 2


class Pieces:
    """`pieces[i]` has the log likelihood `scores[i]`; the first three are unknown, beginning and end."""

    def __init__(self, pieces: Sequence[str], scores: Sequence[float]) -> None:
        self._known = {
            piece: (number, score) for number, (piece, score) in enumerate(zip(pieces, scores, strict=True))
        }
        self._longest = max(map(len, pieces))

    def numbers(self, text: str) -> list[int]:
        """The numbers of the pieces, between the marks for beginning and end."""
        written = _BEGINS_WORD + text.strip().replace(" ", _BEGINS_WORD)
        return [FIRST, *self._best_cut(written), LAST]

    def _best_cut(self, text: str) -> list[int]:
        size = len(text)
        best = [0.0] + [float("-inf")] * size
        cut: list[tuple[int, int]] = [(0, UNKNOWN)] * (size + 1)
        for start in range(size):
            _offer(best, cut, start, start + 1, UNKNOWN, -_UNKNOWN_COSTS)
            for end in range(start + 1, min(start + self._longest, size) + 1):
                known = self._known.get(text[start:end])
                if known is not None:
                    _offer(best, cut, start, end, *known)
        return _walked_back(cut, size)


def _offer(
    best: list[float], cut: list[tuple[int, int]], start: int, end: int, number: int, score: float
) -> None:
    if best[start] + score > best[end]:
        best[end], cut[end] = best[start] + score, (start, number)


def _walked_back(cut: Sequence[tuple[int, int]], size: int) -> list[int]:
    numbers: list[int] = []
    while size > 0:
        size, number = cut[size]
        numbers.append(number)
    return numbers[::-1]
