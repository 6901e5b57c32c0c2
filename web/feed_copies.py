"""The latest copy of each feed, kept in this process under the version that names its state."""

from collections import OrderedDict

MOST_BYTES = 32 * 1024 * 1024


class FeedCopies:
    """At most `most` bytes of them; those that nobody has asked for longest go first."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._size = 0
        self._kept: OrderedDict[str, tuple[str, bytes]] = OrderedDict()

    def find(self, feed_id: str, version: str) -> bytes | None:
        """The copy of exactly this version."""
        kept = self._kept.get(feed_id)
        if kept is None or kept[0] != version:
            return None
        self._kept.move_to_end(feed_id)
        return kept[1]

    def keep(self, feed_id: str, version: str, content: bytes) -> None:
        """In place of the feed's older copy."""
        self._drop(feed_id)
        self._kept[feed_id] = version, content
        self._size += len(content)
        while self._size > self._most:
            self._drop(next(iter(self._kept)))

    def _drop(self, feed_id: str) -> None:
        _version, content = self._kept.pop(feed_id, ("", b""))
        self._size -= len(content)
