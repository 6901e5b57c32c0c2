"""The code of a sign-in mail: five tries, the newest mail, the browser that asked."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from auth.asking import Request, ask_for_link
from auth.codes import (
    WRONG_FOR_ADDRESS,
    WRONG_FROM_NETWORK,
    CodesClosed,
    NothingAsked,
    WrongCode,
    try_code,
)
from auth.links import Entry, redeem_link
from auth.throttle import TooMany
from foundation.database import Database
from foundation.outbox import claim
from tests.builders.people import a_member

KEY = bytes(range(32))


@dataclass
class Somebody:
    """A browser, and what it asks and types."""

    database: Database
    now: datetime
    address: str = "ana@example.org"
    binding: str = "mine"
    network: str = "203.0.113.7"

    def ask(self) -> dict[str, str]:
        """The references of the mail that comes, if one does; each asking is a moment later."""
        self.now += timedelta(seconds=1)
        with self.database.write() as session:
            ask_for_link(session, Request(self.address, self.network, self.binding), key=KEY, now=self.now)
            mails = claim(session, now=self.now)
        return dict(mails[0].refs) if mails else {}

    def type(self, code: str) -> Entry | WrongCode:
        with self.database.write() as session:
            return try_code(session, code, binding=self.binding, network=self.network, key=KEY, now=self.now)

    def guess(self, code: str) -> WrongCode:
        result = self.type(code)
        assert isinstance(result, WrongCode)
        return result


@pytest.fixture
def ana(database: Database, now: datetime) -> Somebody:
    with database.write() as session:
        a_member(session, email="ana@example.org")
    return Somebody(database, now)


def not_this(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_the_code_lets_in_and_takes_the_link_with_it(ana: Somebody) -> None:
    mail = ana.ask()
    entry = ana.type(mail["code"])
    assert isinstance(entry, Entry)
    assert entry.person.email == "ana@example.org"
    with pytest.raises(NothingAsked):
        ana.type(mail["code"])


def test_five_wrong_tries_spend_it_even_for_the_right_one(ana: Somebody) -> None:
    code = ana.ask()["code"]
    assert [ana.guess(not_this(code)).tries_left for _ in range(5)] == [4, 3, 2, 1, 0]
    assert ana.guess(code) == WrongCode(0)
    assert isinstance(ana.type(ana.ask()["code"]), Entry)


def test_twenty_guesses_at_once_are_five_tries(ana: Somebody) -> None:
    code = ana.ask()["code"]
    with ThreadPoolExecutor(20) as guesses:
        results = Counter(result.tries_left for result in guesses.map(ana.guess, [not_this(code)] * 20))
    assert [results[left] for left in (4, 3, 2, 1)] == [1, 1, 1, 1]
    assert results[0] == 16


def test_the_newest_mail_counts(ana: Somebody) -> None:
    first = ana.ask()["code"]
    second = ana.ask()["code"]
    if first != second:
        assert ana.guess(first).tries_left == 4
    assert isinstance(ana.type(second), Entry)


def test_another_browser_has_nothing_to_type(ana: Somebody) -> None:
    code = ana.ask()["code"]
    ana.binding = "another"
    with pytest.raises(NothingAsked):
        ana.type(code)


def test_after_ten_minutes_it_is_over(ana: Somebody) -> None:
    code = ana.ask()["code"]
    ana.now += timedelta(minutes=10)
    with pytest.raises(NothingAsked):
        ana.type(code)


def test_a_stranger_sees_what_a_wrong_code_shows(ana: Somebody, database: Database) -> None:
    stranger = Somebody(database, ana.now, address="nobody@example.org", binding="theirs")
    assert stranger.ask() == {}
    code = ana.ask()["code"]
    for _ in range(5):
        assert stranger.guess("000000") == ana.guess(not_this(code))


def test_guessing_closes_the_codes_of_an_address_and_leaves_its_links(ana: Somebody) -> None:
    for _ in range(WRONG_FOR_ADDRESS.most // 5):
        code = ana.ask()["code"]
        for _ in range(5):
            ana.guess(not_this(code))
    mail = ana.ask()
    with pytest.raises(CodesClosed):
        ana.type(mail["code"])
    with ana.database.write() as session:
        redeem_link(session, mail["token"], binding="mine", now=ana.now)


def test_codes_close_for_strangers_addresses_too(ana: Somebody, database: Database) -> None:
    stranger = Somebody(database, ana.now, address="nobody@example.org", binding="theirs")
    for _ in range(WRONG_FOR_ADDRESS.most // 5):
        stranger.ask()
        for _ in range(5):
            stranger.guess("000000")
    stranger.ask()
    with pytest.raises(CodesClosed):
        stranger.type("000000")


def test_a_network_that_guesses_is_stopped_before_the_code_is_compared(ana: Somebody) -> None:
    for number in range(WRONG_FROM_NETWORK.most // 5):
        guesser = Somebody(ana.database, ana.now, address=f"a{number}@example.org", binding=f"b{number}")
        guesser.network = "198.51.100.1"
        with ana.database.write() as session:
            asked = Request(guesser.address, f"198.51.100.{number}", guesser.binding)
            ask_for_link(session, asked, key=KEY, now=ana.now)
        for _ in range(5):
            guesser.guess("000000")
    code = ana.ask()["code"]
    ana.network = "198.51.100.1"
    with pytest.raises(TooMany):
        ana.type(code)
