"""Many members in one loop: they come in a few at a time, and everything that reaches them is passed on."""

import select
import time
from collections.abc import Iterator, Sequence
from itertools import islice

from benchmarks.load.member import Member

_TURN_SECONDS = 1.0


class TookTooLong(Exception):
    """Something that had to happen did not happen in time."""


class Crowd:
    def __init__(self) -> None:
        self.members: list[Member] = []
        self._by_fd: dict[int, Member] = {}
        self._epoll = select.epoll()

    def fileno(self) -> int:
        """What is ready to be read when something has come for somebody."""
        return self._epoll.fileno()

    def come_in(
        self, url: str, tokens: Sequence[str], room: str, *, at_once: int, plain: bool, patience: float
    ) -> list[float]:
        """Connect and join one member for each token, so many at once. The milliseconds that each took."""
        deadline = time.perf_counter() + patience
        left = iter(tokens)
        took: list[float] = []
        coming = [self._begin(url, one, room, plain) for one in islice(left, at_once)]
        while coming:
            for _ in self.listen(_TURN_SECONDS):
                pass
            self.require_in_time(deadline)
            arrived = [one for one in coming if one.seated]
            took += [(time.perf_counter() - one.began) * 1000 for one in arrived]
            following = [self._begin(url, one, room, plain) for one in islice(left, len(arrived))]
            coming = [one for one in coming if not one.seated] + following
        return took

    def hear(self, deadline: float) -> Iterator[tuple[Member, bytes, float]]:
        """Each message, to whom and when, until the caller has heard enough. Raises TookTooLong."""
        while True:
            yield from self.listen(_TURN_SECONDS)
            self.require_in_time(deadline)

    def listen(self, seconds: float) -> Iterator[tuple[Member, bytes, float]]:
        """What comes next, if anything comes within so many seconds."""
        for fd, _ in self._epoll.poll(seconds):
            messages = self._by_fd[fd].receive()
            at = time.perf_counter()
            for message in messages:
                yield self._by_fd[fd], message, at

    def require_in_time(self, deadline: float) -> None:
        if time.perf_counter() > deadline:
            raise TookTooLong(f"{sum(one.seated for one in self.members)} of {len(self.members)} are seated")

    def leave(self) -> None:
        for member in self.members:
            member.socket.close()
        self._epoll.close()

    def _begin(self, url: str, token: str, room: str, plain: bool) -> Member:
        member = Member(len(self.members), url, token, room, plain=plain)
        self.members.append(member)
        self._by_fd[member.socket.fileno()] = member
        self._epoll.register(member.socket, select.EPOLLIN)
        return member
