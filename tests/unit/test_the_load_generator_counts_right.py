"""What measures us must not be wrong itself: its frames, what counts as heard, when a vote is shown."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.figures import Figure
from benchmarks.load.frames import TEXT, BrokenStream, masked, split
from benchmarks.load.relay import words
from benchmarks.load.screens import Screens
from benchmarks.load.tally import Tally


def from_server(body: bytes) -> bytes:
    """A client's frame without its mask is a server's."""
    frame = masked(body)
    head = {126: 4, 127: 10}.get(frame[1] & 127, 2)
    return bytes((frame[0], frame[1] & 127)) + frame[2:head] + frame[head + 4 :]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.binary(max_size=300) | st.just(bytes(70_000)), max_size=6), st.data())
def test_frames_are_read_whole_however_they_are_cut(bodies: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(map(from_server, bodies))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=5)))
    read: list[bytes] = []
    kept = b""
    for begin, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        frames, kept = split(kept + stream[begin:end])
        read += [body for first, body in frames if first == TEXT]
    assert (read, kept) == (bodies, b"")


def test_a_stream_that_lost_bytes_is_broken_and_not_passed_over() -> None:
    stream = from_server(b"x" * 200) + from_server(b"y" * 200)
    with pytest.raises(BrokenStream):
        split(stream[:100] + stream[110:])


def test_a_frame_of_a_client_in_the_stream_of_the_server_is_broken() -> None:
    with pytest.raises(BrokenStream):
        split(masked(b"from the wrong side"))


def test_a_line_counts_once_for_each_listener_and_what_was_skipped_is_known() -> None:
    tally = Tally(2)
    for listener, line in ((0, 1), (1, 1), (0, 2), (0, 2), (1, 3), (0, 3), (0, 1)):
        tally.note(listener, line, took_ms=1.0)
    assert tally.has_everybody(1)
    assert not tally.has_everybody(2)
    assert tally.has_everybody(3)
    assert (tally.heard, tally.doubled, tally.skipped) == (5, 2, 1)


def test_the_slowest_hundredth_is_told() -> None:
    tally = Tally(1)
    for line in range(1, 201):
        tally.note(0, line, took_ms=100.0 if line > 190 else 2.0)
    told = tally.told()
    assert (told["p50_ms"], told["p99_ms"]) == (2.0, 100.0)


def test_every_line_is_of_one_length_and_says_its_number() -> None:
    assert {len(words(line, 150)) for line in (1, 20, 300)} == {150}
    assert words(17, 150).startswith("line 17 ")


def pulse(**votes: int) -> bytes:
    return b"42/live," + json.dumps(["pulse", {"seq": 4, "votes": votes}]).encode()


def test_a_vote_is_shown_when_the_last_screen_has_a_pulse_with_it() -> None:
    screens = Screens(2)
    screens.note(pulse(q=1), 1.0)
    screens.note(pulse(q=1), 1.1)
    screens.note(pulse(q=3), 2.0)
    assert screens.everywhere_at("q", 1) == 1.1
    assert screens.everywhere_at("q", 2) is None
    screens.note(pulse(q=3), 2.4)
    assert screens.everywhere_at("q", 2) == 2.4
    assert screens.everywhere_at("another", 1) is None


def test_a_pulse_that_is_said_again_moves_no_moment() -> None:
    screens = Screens(1)
    for at in (1.0, 9.0):
        screens.note(pulse(q=1), at)
    assert screens.everywhere_at("q", 1) == 1.0


def test_a_figure_misses_its_goal_from_either_side() -> None:
    assert Figure("too slow", 1.4, "x", goal=1.35).is_missed
    assert not Figure("quick", 1.3, "x", goal=1.35).is_missed
    assert Figure("too few", 3, least=4).is_missed
    assert not Figure("without a goal", 3).is_missed
