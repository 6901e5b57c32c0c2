"""Two threads that want one person's key in the same moment both get it, whoever unwraps it first."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from foundation.key_file import KEY_BYTES, HouseKeys
from foundation.keyring import Keyring
from foundation.sealing import NAME_BYTES

NAME, HERS = b"n" * NAME_BYTES, b"k" * KEY_BYTES
PLACE, WORDS = "appointment.note", "I would rather talk by phone."


class Lying(dict[bytes, bytes]):
    """Wrapped keys. The first who sees one there goes on only when another has begun to unwrap it."""

    def __init__(self, wrapped: bytes) -> None:
        super().__init__({NAME: wrapped})
        self.was_seen, self.is_unwrapped = Event(), Event()

    def __contains__(self, name: object) -> bool:
        there = super().__contains__(name)
        if there and not self.was_seen.is_set():
            self.was_seen.set()
            self.is_unwrapped.wait(10)
        return there


class Unhurried(Keyring):
    """The first to unwrap a key is done only after the other has what they want."""

    def __init__(self) -> None:
        super().__init__()
        self.install(HouseKeys(b"h" * KEY_BYTES))
        self.lying = Lying(self.wrap(HERS, NAME))
        self._wrapped = self.lying
        self.other_is_done = Event()

    def _unwrap(self, wrapped: bytes) -> bytes:
        if not self.lying.is_unwrapped.is_set():
            self.lying.is_unwrapped.set()
            self.other_is_done.wait(10)
        return super()._unwrap(wrapped)


class Nowhere:
    """A database that has no further keys."""

    def find_keys(self, name: str | None) -> dict[str, bytes]:
        return {}


def test_a_key_lies_there_until_it_is_unwrapped() -> None:
    keyring, source = Unhurried(), Nowhere()
    keyring.add_source(source)
    keyring.remember(NAME, HERS)
    sealed = keyring.seal(WORDS, PLACE, name=NAME)
    keyring._people.clear()  # as in a process that has not met it yet

    def sees_it_there() -> str:
        try:
            return keyring.open(sealed, PLACE)
        finally:
            keyring.other_is_done.set()

    def takes_it() -> str:
        keyring.lying.was_seen.wait(10)
        return keyring.open(sealed, PLACE)

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(sees_it_there), pool.submit(takes_it)]
        assert [one.result() for one in both] == [WORDS, WORDS]
