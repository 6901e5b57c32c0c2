"""The keys of this process: the house's from its file, people's from the database, sealed by the house's."""

import hmac
from pathlib import Path
from typing import Protocol
from weakref import WeakSet

from foundation.key_file import HouseKeys, read_key_file
from foundation.sealing import SealBroken, name_of, seal, unseal

_WRAPPED = "person_key.wrapped"


class KeySource(Protocol):
    """Where people's keys lie."""

    def find_keys(self, name: str | None) -> dict[str, bytes]:
        """By name, wrapped: the one that is asked for, or all."""
        ...


class Keyring:
    """Seals with the newest key of the house, opens with any that is known."""

    def __init__(self) -> None:
        self._house: dict[bytes, bytes] = {}
        self._newest = self._oldest = b""
        self._index = b""
        self._people: dict[bytes, bytes] = {}
        self._wrapped: dict[bytes, bytes] = {}
        self._sources: WeakSet[KeySource] = WeakSet()
        self._asked: WeakSet[KeySource] = WeakSet()
        self._file: Path | None = None
        self._stamp: tuple[int, int] | None = None

    def install(self, keys: HouseKeys, file: Path | None = None) -> None:
        """Use these keys of the house from now on; `file` is looked into again when it was written anew."""
        self._house = {name_of(key): key for key in keys.all}
        self._newest, self._oldest, self._index = keys.newest, keys.oldest, keys.index
        self._file = file

    def add_source(self, source: KeySource) -> None:
        self._sources.add(source)

    def remove_source(self, source: KeySource) -> None:
        self._sources.discard(source)

    @property
    def sources(self) -> list[KeySource]:
        """Where a person's key is looked for."""
        return list(self._sources)

    @property
    def newest(self) -> bytes:
        """The house's key that seals now. Raises SealBroken before `install`.

        The file is looked at each time: whoever sealed on with a key that was rotated away since, and then
        destroyed (`evenside keys forget`), would write what opens nowhere.
        """
        if self._file is not None and _stamp_of(self._file) not in {None, self._stamp}:
            self._read_again(self._file)
        if not self._newest:
            raise SealBroken("no encryption key is installed")
        return self._newest

    def index(self, place: str, value: str) -> str:
        """A digest to find sealed text by; it outlives every rotation."""
        _ = self.newest
        return hmac.digest(self._index, f"{place}:{value}".encode(), "sha256").hex()

    def seal(self, text: str, place: str, *, name: bytes | None = None, row: str = "") -> bytes:
        """With the person's key of this name, or with the house's."""
        key = self.newest if name is None else self._find(name)
        return seal(text.encode(), key=key, name=name or name_of(key), place=place, row=row)

    def open(self, sealed: bytes, place: str) -> str:
        """Raises SealBroken."""
        return unseal(sealed, self._find, place).decode()

    def wrap(self, key: bytes, name: bytes) -> bytes:
        """Somebody's key, to be kept in the database."""
        newest = self.newest
        return seal(key, key=newest, name=name_of(newest), place=_WRAPPED, row=name.hex())

    def rewrap(self, wrapped: bytes, name: bytes) -> bytes:
        """The same, by the newest key of the house. Raises SealBroken."""
        return self.wrap(self._unwrap(wrapped), name)

    def remember(self, name: bytes, key: bytes) -> None:
        """A person's key that was made just now."""
        self._people[name] = key

    def forget(self, names: list[bytes]) -> None:
        """Keys that were destroyed."""
        for name in names:
            self._people.pop(name, None)
            self._wrapped.pop(name, None)

    def _find(self, name: bytes | None) -> bytes:
        if name is None:
            return self._oldest
        found = self._house.get(name) or self._people.get(name) or self._person(name) or self._looked_up(name)
        if found is None:
            raise SealBroken("its key is not here: it was destroyed, or it is another house's")
        return found

    def _person(self, name: bytes) -> bytes | None:
        """At the first look into a database all its keys are read: nearly all will be wanted."""
        for source in self.sources:
            if name in self._wrapped:
                break
            wanted = name.hex() if source in self._asked else None
            self._asked.add(source)
            self._wrapped |= {bytes.fromhex(one): key for one, key in source.find_keys(wanted).items()}
        wrapped = self._wrapped.get(name)
        if wrapped is not None:  # it lies there until it is unwrapped: another thread may want it meanwhile
            self._people[name] = self._unwrap(wrapped)
            self._wrapped.pop(name, None)
        return self._people.get(name)

    def _unwrap(self, wrapped: bytes) -> bytes:
        return unseal(wrapped, self._house_key, _WRAPPED)

    def _house_key(self, name: bytes | None) -> bytes:
        found = self._house.get(name or b"") or self._looked_up(name or b"")
        if found is None:
            raise SealBroken("the house's key that this was sealed with is not in its file")
        return found

    def _looked_up(self, name: bytes) -> bytes | None:
        """Another process may have rotated the keys meanwhile."""
        if self._file is None or _stamp_of(self._file) is None:
            return None
        self._read_again(self._file)
        return self._house.get(name)

    def _read_again(self, file: Path) -> None:
        """The stamp is taken before: what is written between the two is read at the next look."""
        stamp = _stamp_of(file)
        self.install(read_key_file(file), file)
        self._stamp = stamp


def _stamp_of(file: Path) -> tuple[int, int] | None:
    """Another one for each file that takes its place; None where there is none."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns


KEYRING = Keyring()
"""This process's own."""
