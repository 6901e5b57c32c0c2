"""Every event of a client gets its answer, in the form that docs/interface.md promises; the line lives."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from tests.clients.conftest import Hall
from tests.live_house import LiveEvening
from tests.peers import Peer, events, numbers, wait_until

ODD_WORDS = 'Ein „Wort“ – “quotes”, \\ a "slash", a line\nbreak, 🙂 and 漢字'
MANY = 20
TOO_LARGE = "x" * 20_000
JUST_FITS = "x" * 15_000


def test_a_question_from_asking_to_a_vote(hall: Hall) -> None:
    asked = hall.ana.call("ask", {"id": "q1", "text": ODD_WORDS.replace("\n", " "), "anonymous": True})
    assert set(asked) >= {"ok", "question", "state"}
    assert asked["ok"]
    if asked["state"] == "pending":
        approved = hall.desk.call(
            "moderate", {"question": asked["question"], "action": "approve", "version": 1}
        )
        assert (approved["state"], approved["version"]) == ("live", 2)
    wait_until(lambda: any(event["kind"] == "question" for event in events(hall.ben)))
    [shown] = [event["question"] for event in events(hall.ben) if event["kind"] == "question"]
    assert (shown["text"], shown["who"]) == (ODD_WORDS.replace("\n", " "), None)
    assert hall.ben.call("vote", {"question": asked["question"], "on": True}) == {"ok": True, "votes": 1}
    wait_until(lambda: ("pulse", 1) in votes(hall.ana, asked["question"]))


def test_a_hand_goes_up_and_down(hall: Hall) -> None:
    assert hall.ana.call("hand", {"up": True}) == {"ok": True, "position": 1}
    assert hall.ben.call("hand", {"up": True}) == {"ok": True, "position": 2}
    assert hall.ana.call("hand", {"up": False}) == {"ok": True, "position": None}


def test_the_same_id_again_is_the_same_answer_and_one_line(hall: Hall) -> None:
    first = hall.ana.call("chat", {"id": "once", "text": "Good evening"})
    assert hall.ana.call("chat", {"id": "once", "text": "Good evening"}) == first
    after = hall.ben.call("chat", {"id": "next", "text": "Good evening, you two"})
    assert after["seq"] == first["seq"] + 1


def test_twenty_sent_at_once_are_done_in_their_order(hall: Hall) -> None:
    calls = [("chat", {"id": f"line{number}", "text": f"Line {number}"}) for number in range(MANY)]
    told = [answer["seq"] for answer in hall.ana.call_at_once(calls)]
    assert all(later == earlier + 1 for earlier, later in pairwise(told))
    for peer in (hall.ana, hall.ben, hall.desk):
        wait_until(lambda one=peer: told[-1] in numbers(one))  # type: ignore[misc]
        said = [event["text"] for event in events(peer) if event["kind"] == "chat"]
        assert said == [f"Line {number}" for number in range(MANY)]


@pytest.mark.parametrize(
    ("event", "data", "code"),
    [
        ("vote", [{"question": "no-such", "on": True}], "unknown_question"),
        ("vote", [{"question": "no-such", "on": "yes"}], "bad_request"),
        ("moderate", [{"question": "no-such", "action": "approve"}], "not_allowed"),
        ("sing", [{}], "bad_request"),
        ("chat", [None], "bad_request"),
        ("chat", [[1, 2]], "bad_request"),
        ("chat", [], "bad_request"),
        ("chat", [{"id": "long", "text": JUST_FITS}], "too_long"),
        ("join", [{"room": "no-such-room"}], "unknown_meeting"),
    ],
)
def test_a_refusal_has_its_code_and_words_for_a_person(
    hall: Hall, event: str, data: list[object], code: str
) -> None:
    refused = hall.ana.call(event, *data)
    assert (refused["ok"], refused["error"]["code"]) == (False, code)
    assert len(refused["error"]["message"]) > 10
    assert hall.ana.call("hand", {"up": True})["ok"]
    assert hall.ana.times_connected() == 1


def test_before_joining_everything_is_refused_but_the_line_lives(
    arrive: Callable[[str], Peer], evening: LiveEvening
) -> None:
    early = arrive(evening.tokens[0])
    assert early.call("hand", {"up": True})["error"]["code"] == "not_joined"
    assert early.call("join", {"room": evening.slug})["ok"]


def test_bytes_are_refused_in_words_and_the_line_lives(hall: Hall) -> None:
    refused = hall.ana.call("chat", {"id": "bytes", "text": b"\x00\x01\xff"})
    assert (refused["ok"], refused["error"]["code"]) == (False, "bad_request")
    assert hall.ana.call("chat", {"id": "words", "text": "In words, then"})["ok"]
    assert hall.ana.times_connected() == 1


def test_a_frame_too_large_costs_only_its_sender_a_moment(hall: Hall) -> None:
    hall.ana.tell("chat", {"id": "large", "text": TOO_LARGE})
    wait_until(lambda: hall.ana.times_connected() == 2, "it did not come back")
    hall.join(hall.ana, after=hall.joined_ana["seq"], epoch=hall.joined_ana["epoch"])
    assert hall.ana.call("chat", {"id": "small", "text": "Shorter now"})["ok"]
    assert "large" not in str(hall.evening.told())
    assert hall.ben.times_connected() == 1


def votes(peer: Peer, question: str) -> list[tuple[str, int | None]]:
    return [(name, data["votes"].get(question)) for name, data in peer.heard if name == "pulse"]
