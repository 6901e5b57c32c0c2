"""Slow and stalled readers, answers between broadcasts, nonsense in frames, on a real server."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from realtime.telling import PLACE
from safety.flags import open_flags
from tests.bare_line import BareLine
from tests.house import House, running_house
from tests.live_house import LiveEvening, a_live_evening
from tests.peers import wait_until

EVENTS = 3000
LONG = "It was a long day, and here is why. " * 8
SMALL_BUFFER = 4096
DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"
PING, PONG, CLOSE = 0x89, 0x8A, 0x88
CALLS = 40


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running_house(tmp_path_factory.mktemp("bytes")) as running:
        yield running


@pytest.fixture
def evening(house: House) -> LiveEvening:
    return a_live_evening(house.database, 2)


def told(line: BareLine, **how: int) -> Iterator[Any]:
    """The events and acknowledgements of a line, as (kind, what)."""
    for first, body in line.frames(**how):
        if first == CLOSE:
            return
        text = body.decode()
        if text.startswith("42/live,"):
            name, data = json.loads(text.removeprefix("42/live,"))
            yield name, data
        elif text.startswith("43/live,"):
            number, _, rest = text.removeprefix("43/live,").partition("[")
            yield "answer", (int(number), json.loads("[" + rest)[0])


def answered(lines: Iterator[Any]) -> dict[str, Any]:
    """The next acknowledgement."""
    for kind, what in lines:
        if kind == "answer":
            answer: dict[str, Any] = what[1]
            assert answer["ok"], answer
            return answer
    raise AssertionError("the connection ended before the answer")


def line_numbers(lines: Iterator[Any], last: int) -> list[int]:
    """The sequence numbers of the public stream as they come, until `last` or the end."""
    numbers: list[int] = []
    for kind, what in lines:
        if kind == "events" and what["stream"] == "pub":
            numbers += [event["seq"] for event in what["events"] if event["kind"] == "chat"]
            if numbers[-1:] == [last]:
                break
    return numbers


def test_a_stalled_reader_gets_whole_bytes_and_the_others_do_not_wait_for_it(
    house: House, evening: LiveEvening
) -> None:
    with BareLine(house, buffer=SMALL_BUFFER) as stalled, BareLine(house) as lively:
        heard = {}
        for line, token in ((stalled, evening.tokens[0]), (lively, evening.tokens[1])):
            line.come_in(token, evening.slug)
            heard[line] = told(line)
            answered(heard[line])
        last = evening.write_lines(EVENTS, LONG, at_once=500)
        everything = list(range(last - EVENTS + 1, last + 1))
        assert line_numbers(heard[lively], last) == everything
        late = line_numbers(heard[stalled], last)
        assert late == everything[: len(late)]
        assert late, "the first bytes were in the buffers"


def test_answers_and_broadcasts_do_not_mingle_for_somebody_who_reads_in_small_pieces(
    house: House, evening: LiveEvening
) -> None:
    with BareLine(house, buffer=SMALL_BUFFER) as line:
        line.come_in(evening.tokens[0], evening.slug)
        lines = told(line, at_once=700)
        answered(lines)
        writing = threading.Thread(
            target=evening.write_lines, args=(CALLS * 20, LONG), kwargs={"at_once": 20}
        )
        writing.start()
        for number in range(1, CALLS + 1):
            line.send(f"42/live,{number}" + json.dumps(["join", {"room": evening.slug}]))
        answers: list[int] = []
        numbers: list[int] = []
        while len(answers) < CALLS or len(numbers) < CALLS * 20:
            kind, what = next(lines)
            if kind == "answer":
                answers.append(what[0])
            elif kind == "events" and what["stream"] == "pub":
                numbers += [event["seq"] for event in what["events"] if event["kind"] == "chat"]
        writing.join()
        assert answers == list(range(1, CALLS + 1))
        assert numbers == list(range(numbers[0], numbers[0] + CALLS * 20))


def test_compression_is_never_agreed_on(house: House) -> None:
    with BareLine(house, DEFLATE) as line:
        assert b" 101 " in line.head
        assert b"xtensions" not in line.head
        first, opened = next(line.frames())
        assert first == 0x81
        assert opened.startswith(b'0{"sid":')


def test_pings_are_answered_and_goodbyes_said_back(house: House) -> None:
    with BareLine(house) as line:
        frames = line.frames()
        next(frames)
        line.send_frame(PING, b"are you there")
        assert next(frames) == (PONG, b"are you there")
        line.send_frame(CLOSE, (1001).to_bytes(2, "big") + b"bye")
        assert list(frames) == [(CLOSE, (1001).to_bytes(2, "big"))]


@pytest.mark.parametrize(
    ("first", "body", "masked", "code"),
    [(0x81, b"40", False, 1002), (0xC1, b"40", True, 1002), (0x81, b"\xff\xfe", True, 1007)],
)
def test_what_no_client_may_send_is_refused_with_its_code(
    house: House, first: int, body: bytes, masked: bool, code: int
) -> None:
    with BareLine(house) as line:
        frames = line.frames()
        next(frames)
        line.send_frame(first, body, masked=masked)
        assert list(frames) == [(CLOSE, code.to_bytes(2, "big"))]


def test_fragments_are_bounded_together(house: House) -> None:
    with BareLine(house) as line:
        frames = line.frames()
        next(frames)
        line.send_frame(0x01, b"4" + b"x" * 9000)
        line.send_frame(0x00, b"x" * 9000)
        assert next(frames) == (CLOSE, (1009).to_bytes(2, "big"))


def test_whoever_was_sent_away_cannot_come_back_on_the_same_wire(house: House, evening: LiveEvening) -> None:
    with BareLine(house) as line, BareLine(house) as desk:
        line.come_in(evening.tokens[0], evening.slug)
        lines = told(line)
        name = answered(lines)["me"]["name"]
        desk.come_in(evening.desk_token, evening.slug)
        answered(desk_lines := told(desk))
        desk.send("42/live,1" + json.dumps(["person", {"pseudonym": name, "action": "remove"}]))
        answered(desk_lines)
        assert ("gone", {"reason": "removed"}) in list(lines)
        try:
            line.send("40/live," + json.dumps({"token": evening.tokens[1]}))
            assert list(line.frames()) == []
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused more plainly still


def test_words_of_danger_are_heard_from_somebody_who_leaves_with_them(
    house: House, evening: LiveEvening
) -> None:
    """The quick exit a moment after the words: both come in together."""
    with BareLine(house) as line:
        line.come_in(evening.tokens[0], evening.slug)
        answered(told(line))
        said = {"id": "1", "text": "I want to kill myself tonight"}
        text = ("42/live,1" + json.dumps(["ask", said])).encode()
        line.socket.sendall(bytes([0x81, 0x80 | len(text)]) + bytes(4) + text + b"\x88\x80" + bytes(4))
    wait_until(lambda: alerts(house, evening), "nobody was alerted")


def alerts(house: House, evening: LiveEvening) -> list[str]:
    with house.database.read() as session:
        return [flag.text for flag in open_flags(session, f"{PLACE}{evening.room().id}")]
