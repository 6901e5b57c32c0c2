"""Wherever a sealed file ends too early, it is refused in our own words."""

from io import BytesIO

import pytest

from cli.backup.sealed_file import NotOurFile, SealedWriter, open_sealed, read_label

KEY = bytes(range(32))


def a_sealed_file() -> bytes:
    file = BytesIO()
    with SealedWriter(file, KEY, {"made_at": "2026-11-27T20:00:00+00:00"}) as sealed:
        sealed.write(b"What everybody wrote")
    return file.getvalue()


def opened(content: bytes) -> bytes:
    read_label(BytesIO(content))
    return b"".join(open_sealed(BytesIO(content), [KEY]))


def test_whole_it_opens() -> None:
    assert opened(a_sealed_file()) == b"What everybody wrote"


def test_cut_anywhere_it_does_not() -> None:
    whole = a_sealed_file()
    for length in range(len(whole)):
        with pytest.raises(NotOurFile):
            opened(whole[:length])
