"""With a token, with a sign-in's cookie, or not at all; and only where there is something to come into."""

from collections.abc import Callable

import pytest

from tests.clients.conftest import Hall
from tests.house import House
from tests.live_house import LiveEvening
from tests.peers import Peer, Refused, numbers, wait_until
from tests.visitor import Visitor

NewPeer = Callable[[House], Peer]


def test_with_a_token(arrive: Callable[[str], Peer], evening: LiveEvening) -> None:
    ana = arrive(evening.tokens[0])
    joined = ana.call("join", {"room": evening.slug})
    assert set(joined) == {"ok", "epoch", "seq", "snapshot", "me"}
    assert set(joined["seq"]) == {"pub", "member"}
    assert {"room", "questions", "chat", "host"} <= set(joined["snapshot"])
    assert joined["me"]["moderator"] is False


def test_with_the_cookie_of_a_sign_in(house: House, new_peer: NewPeer, evening: LiveEvening) -> None:
    ben = new_peer(house)
    ben.connect(cookie=cookie_of(house, evening.members[1].email))
    assert ben.call("join", {"room": evening.slug})["ok"]


@pytest.mark.parametrize("shown", ["nothing", "a made-up token", "a made-up cookie"])
def test_without_either_the_client_is_told_so(house: House, new_peer: NewPeer, shown: str) -> None:
    stranger = new_peer(house)
    token = "evs_made-up" if "token" in shown else None
    cookie = "session=made-up" if "cookie" in shown else None
    with pytest.raises(Refused):
        stranger.connect(token=token, cookie=cookie)
    assert not stranger.is_here()


@pytest.mark.parametrize("namespace", ["/", "/nowhere", "/live/inner"])
def test_a_namespace_that_does_not_exist_is_refused(
    house: House, new_peer: NewPeer, evening: LiveEvening, namespace: str
) -> None:
    with pytest.raises(Refused):
        new_peer(house).connect(token=evening.tokens[0], namespace=namespace)
    again = new_peer(house)
    again.connect(token=evening.tokens[0])
    assert again.call("join", {"room": evening.slug})["ok"]


def test_after_goodbye_nothing_more_is_heard_and_one_may_return(hall: Hall) -> None:
    hall.ben.leave()
    wait_until(lambda: not hall.ben.is_here())
    said = hall.desk.call("chat", {"id": "without-ben", "text": "Is Ben still here?"})["seq"]
    wait_until(lambda: said in numbers(hall.ana))
    assert said not in numbers(hall.ben)
    hall.ben.return_()
    back = hall.join(hall.ben, after=hall.joined_ben["seq"], epoch=hall.joined_ben["epoch"])
    assert [event["text"] for event in back["events"] if event["kind"] == "chat"] == ["Is Ben still here?"]


def test_whoever_is_removed_hears_why_and_does_not_come_back(hall: Hall) -> None:
    who = hall.joined_ana["me"]["name"]
    assert hall.desk.call("person", {"pseudonym": who, "action": "remove"})["ok"]
    wait_until(lambda: ("gone", {"reason": "removed"}) in hall.ana.heard)
    wait_until(lambda: not hall.ana.is_here())
    hall.ana.return_()
    refused = hall.ana.call("join", {"room": hall.evening.slug})
    assert (refused["ok"], refused["error"]["code"]) == (False, "removed")
    assert hall.ben.call("hand", {"up": True})["ok"]


def cookie_of(house: House, email: str) -> str:
    with Visitor(house) as browser:
        browser.sign_in(email)
        return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
