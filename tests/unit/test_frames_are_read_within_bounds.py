"""What clients send, in any pieces: read as another's library wrote it, or refused with a code."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, TextMessage

from realtime.frames import BINARY, CLOSE, PING, PONG, TEXT, close_frame, frame, text_frame
from realtime.reading import BadFrame, FrameReader, Heard

MOST = 16 * 1024
MASK = b"\x01\x02\x03\x04"
LONG = 126
SIXTY_MEGABYTES = 60_000_000


def masked(opcode: int, body: bytes, *, first: int = 0x80, length: bytes | None = None) -> bytes:
    """A client's frame, or something like one."""
    size = bytes([0x80 | len(body)]) if length is None else length
    hidden = bytes(letter ^ MASK[at % 4] for at, letter in enumerate(body))
    return bytes([first | opcode]) + size + MASK + hidden


def in_pieces(whole: bytes, cuts: list[int]) -> Iterator[bytes]:
    ends = sorted({min(cut, len(whole)) for cut in cuts} | {0, len(whole)})
    for begin, end in pairwise(ends):
        yield whole[begin:end]


def as_event(message: str | bytes) -> TextMessage | BytesMessage:
    return TextMessage(data=message) if isinstance(message, str) else BytesMessage(data=message)


def read(*pieces: bytes, most: int = MOST) -> list[Heard]:
    reader = FrameReader(most)
    return [message for piece in pieces for message in reader.feed(piece)]


said = st.lists(st.one_of(st.text(max_size=300), st.binary(max_size=300)), min_size=1, max_size=8)


@given(said, st.lists(st.integers(min_value=0, max_value=3000), max_size=30))
def test_messages_of_another_library_come_as_they_were_said(
    messages: list[str | bytes], cuts: list[int]
) -> None:
    client = Connection(ConnectionType.CLIENT)
    whole = b"".join(client.send(as_event(one)) for one in messages)
    heard = read(*in_pieces(whole, cuts))
    assert [one.text if one.opcode == TEXT else one.body for one in heard] == messages


@given(st.lists(st.text(min_size=1, max_size=50), min_size=1, max_size=20), st.integers(1, 50))
def test_fragments_are_put_together_with_pings_in_between(parts: list[str], cut: int) -> None:
    client = Connection(ConnectionType.CLIENT)
    whole = b""
    for number, part in enumerate(parts):
        whole += client.send(TextMessage(data=part, message_finished=number == len(parts) - 1))
        whole += client.send(Ping(payload=b"hm"))
    heard = read(*in_pieces(whole, list(range(0, len(whole), cut))))
    assert [one.text for one in heard if one.opcode == TEXT] == ["".join(parts)]
    assert [one.body for one in heard if one.opcode == PING] == [b"hm"] * len(parts)


@given(st.text(max_size=70_000) | st.sampled_from(["x" * 125, "x" * 126, "x" * 65_535, "x" * 65_536]))
def test_what_we_write_is_what_another_library_reads(text: str) -> None:
    client = Connection(ConnectionType.CLIENT)
    client.receive_data(text_frame(text) + frame(PONG, b"") + close_frame(1009))
    events = list(client.events())
    assert "".join(one.data for one in events if isinstance(one, TextMessage)) == text
    assert isinstance(events[-1], CloseConnection)
    assert events[-1].code == 1009
    assert not [one for one in events if isinstance(one, BytesMessage)]


def test_sixty_megabytes_are_refused_at_their_header() -> None:
    header = bytes([0x80 | TEXT, 0xFF]) + SIXTY_MEGABYTES.to_bytes(8, "big") + MASK
    assert read(header[:-1]) == []
    assert code_for(header) == 1009


def test_fragments_are_bounded_together_and_in_number() -> None:
    part = masked(TEXT, b"x" * 100, first=0)
    more = masked(0, b"x" * 100, first=0)
    assert code_for(part, *[more] * 5, most=500) == 1009
    empty = masked(0, b"", first=0)
    assert code_for(part, *[empty] * 1000) == 1009


def test_bytes_that_wait_are_no_more_than_a_message() -> None:
    reader = FrameReader(MOST)
    size = (MOST).to_bytes(2, "big")
    for piece in (masked(TEXT, b"", length=bytes([0x80 | LONG]) + size), b"x" * (MOST - 1)):
        assert list(reader.feed(piece)) == []
    assert reader.kept < MOST + 16
    (heard,) = reader.feed(b"x")
    assert len(heard.body) == MOST
    assert reader.kept == 0


@pytest.mark.parametrize(
    ("what", "sent", "code"),
    [
        ("no mask", b"\x81\x02hi", 1002),
        ("a reserved bit", masked(TEXT, b"hi", first=0x80 | 0x40), 1002),
        ("an unknown kind", masked(0x3, b"hi"), 1002),
        ("a ping in pieces", masked(PING, b"hi", first=0), 1002),
        ("a long ping", masked(PING, b"", length=bytes([0x80 | LONG]) + (200).to_bytes(2, "big")), 1002),
        ("a length too long for itself", masked(TEXT, b"", length=bytes([0xFE, 0, 5])), 1002),
        ("a length beyond all", masked(TEXT, b"", length=bytes([0xFF]) + b"\xff" * 8), 1002),
        ("more of nothing", masked(0, b"hi"), 1002),
        ("no UTF-8", masked(TEXT, b"\xff\xfe"), 1007),
        ("half a goodbye", masked(CLOSE, b"\x03"), 1002),
        ("a goodbye that nobody may say", masked(CLOSE, (1005).to_bytes(2, "big")), 1002),
        ("a goodbye in no words", masked(CLOSE, (1000).to_bytes(2, "big") + b"\xff"), 1007),
    ],
)
def test_what_no_client_may_send_ends_the_connection_with_its_code(what: str, sent: bytes, code: int) -> None:
    assert code_for(sent) == code, what


def test_a_message_within_a_message_is_refused() -> None:
    assert code_for(masked(TEXT, b"hi", first=0), masked(BINARY, b"hi")) == 1002


def test_what_came_before_the_wrong_is_heard() -> None:
    reader, heard = FrameReader(MOST), []
    with pytest.raises(BadFrame):
        for one in reader.feed(masked(TEXT, b"hi") + b"\x81\x02hi"):
            heard.append(one.text)
    assert heard == ["hi"]


def test_a_goodbye_is_read_with_its_code() -> None:
    (heard,) = read(masked(CLOSE, (1001).to_bytes(2, "big") + b"bye"))
    assert (heard.opcode, heard.body) == (CLOSE, b"\x03\xe9bye")


def code_for(*pieces: bytes, most: int = MOST) -> int:
    with pytest.raises(BadFrame) as bad:
        [one.text for one in read(*pieces, most=most) if one.opcode == TEXT]
    return bad.value.code
