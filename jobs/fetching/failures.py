"""What can go wrong when an address is fetched, in words for whoever put it in."""

from datetime import timedelta


class NotFetched(Exception):
    """`lasting` is true when waiting will not help; `not_before` is what the server asked for."""

    def __init__(self, words: str, *, lasting: bool = False, not_before: timedelta | None = None) -> None:
        super().__init__(words)
        self.words, self.lasting, self.not_before = words, lasting, not_before
