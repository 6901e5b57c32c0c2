"""What a call for help says of anybody: no place, no words; and to whom a pager is never rung."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from foundation.outbox import Delivery
from foundation.pager import Pager
from jobs import paging
from mail.send import NotSent
from tests.builders.rooms import Evening
from tests.conftest import Clock

WORDS = "I do not want to be h\u200bere any\u200bmore"
SECRET = "a secret that only the pager knows too"
MINUTE = timedelta(minutes=1)


def test_a_private_network_is_no_pager(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    for address in ("10.1.2.3", "169.254.169.254", "127.0.0.1", "::1", "fd00::1"):
        found = [(0, 0, 0, "", (address, 443))]
        monkeypatch.setattr("socket.getaddrinfo", lambda *_a, found=found, **_k: found)
        with pytest.raises(NotSent, match="private network"):
            paging.ring(Pager("https://pager.example.org/", SECRET), {}, key="k", now=clock())


def test_the_moment_is_part_of_the_signature() -> None:
    body = b"{}"
    at = datetime.fromisoformat("2026-11-27T20:00:00+00:00")
    one, other = paging.signed(SECRET, body, "k", at), paging.signed(SECRET, body, "k", at + MINUTE)
    assert one["Evenside-Signature"] != other["Evenside-Signature"]
    assert one["Evenside-Delivery"] == other["Evenside-Delivery"]


def test_what_a_call_owes_names_no_place_and_no_words(evening: Evening) -> None:
    evening.ask(evening.members[0], WORDS)
    with evening.database.read() as session:
        owed = list(session.scalars(select(Delivery).where(Delivery.kind.startswith("flag."))))
    assert {one.kind for one in owed} == {"flag.unclaimed", "flag.page", "flag.again"}
    assert all(set(one.refs) <= {"flag", "to", "number"} for one in owed)
