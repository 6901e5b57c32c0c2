"""The clients come back by themselves; then exactly what was missed comes, or the whole when it is much."""

from typing import Any

from tests.clients.conftest import Hall
from tests.peers import Peer, events, numbers, wait_until

LONG_LINE = "What helped me most was to call somebody before the evening begins. " * 6
MUCH = 250
TOO_MUCH = 301
LARGE_FRAME = 65_536


def test_exactly_the_missed_events_come(hall: Hall) -> None:
    first = hall.ben.call("chat", {"id": "before", "text": "Before it broke"})["seq"]
    wait_until(lambda: first in numbers(hall.ana))
    had = {**hall.joined_ana["seq"], "pub": first}
    missed = lose(hall, hall.ana, 5)
    back = hall.join(hall.ana, after=had, epoch=hall.joined_ana["epoch"])
    assert set(back) >= {"ok", "epoch", "seq", "events", "me", "votes"}
    assert [event["seq"] for event in back["events"] if event["stream"] == "pub"] == missed
    last = hall.ben.call("chat", {"id": "after", "text": "After"})["seq"]
    wait_until(lambda: last in numbers(hall.ana))
    assert numbers(hall.ana) == [first, last]


def test_three_losses_in_a_row_leave_no_gap(hall: Hall) -> None:
    at: dict[str, Any] = hall.joined_ana
    kept: list[int] = []
    for loss in range(3):
        missed = lose(hall, hall.ana, 2, mark=f"loss{loss}-")
        at = hall.join(hall.ana, after=at["seq"], epoch=at["epoch"])
        caught_up = [event["seq"] for event in at["events"] if event["stream"] == "pub"]
        assert caught_up == missed
        kept += caught_up
    assert kept == list(range(kept[0], kept[0] + 6))


def test_a_delta_of_many_long_lines_comes_whole(hall: Hall) -> None:
    """Larger than 64 KB, where a frame's length takes eight bytes."""
    hall.ana.leave()
    last = hall.evening.write_lines(MUCH, LONG_LINE)
    hall.ana.return_()
    back = hall.join(hall.ana, after=hall.joined_ana["seq"], epoch=hall.joined_ana["epoch"])
    lines = [event["text"] for event in back["events"] if event["kind"] == "chat"]
    assert sum(map(len, lines)) > LARGE_FRAME
    assert lines == [f"{LONG_LINE} {number}" for number in range(MUCH)]
    assert back["seq"]["pub"] == last


def test_whoever_missed_more_than_three_hundred_gets_the_room_as_it_is(hall: Hall) -> None:
    hall.ana.leave()
    last = hall.evening.write_lines(TOO_MUCH)
    hall.ana.return_()
    back = hall.join(hall.ana, after=hall.joined_ana["seq"], epoch=hall.joined_ana["epoch"])
    assert "events" not in back
    assert back["seq"]["pub"] == last
    assert back["snapshot"]["chat"][-1]["text"] == f"A line {TOO_MUCH - 1}"


def test_whoever_stayed_heard_all_of_them_in_order(hall: Hall) -> None:
    """Many events in few commits: several batches follow one another on one line."""
    last = hall.evening.write_lines(TOO_MUCH, LONG_LINE)
    for peer in (hall.ana, hall.ben):
        wait_until(lambda one=peer: last in numbers(one))  # type: ignore[misc]
        said = [event["text"] for event in events(peer) if event["kind"] == "chat"]
        assert said == [f"{LONG_LINE} {number}" for number in range(TOO_MUCH)]


def test_another_epoch_is_answered_with_the_whole(hall: Hall) -> None:
    assert "snapshot" in hall.join(hall.ana, after=hall.joined_ana["seq"], epoch="another")
    assert "events" in hall.join(hall.ana, after=hall.joined_ana["seq"], epoch=hall.joined_ana["epoch"])


def lose(hall: Hall, peer: Peer, how_many: int, mark: str = "") -> list[int]:
    """The peer's connection tears, others talk, it comes back by itself; the numbers that it missed."""
    before = peer.times_connected()
    peer.tear()
    wait_until(lambda: not peer.is_here() or peer.times_connected() > before)
    calls = [("chat", {"id": f"{mark}{number}", "text": f"Line {number}"}) for number in range(how_many)]
    missed = [answer["seq"] for answer in hall.ben.call_at_once(calls)]
    wait_until(lambda: peer.is_here() and peer.times_connected() > before, "it did not come back")
    return missed
