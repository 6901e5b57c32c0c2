"""The link of a sign-in mail: once, ten minutes, in the browser that asked, even if twenty press at once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auth.asking import FOR_ADDRESS_HERE, FROM_NETWORK, Request, ask_for_link
from auth.attempts import SigninAttempt, forget_old_attempts
from auth.links import LinkSpent, WrongBrowser, issue_link, look_at_link, redeem_link
from auth.sessions import AuthSession, open_session
from auth.throttle import TooMany
from foundation.database import Database
from foundation.outbox import Delivery, claim
from tests.builders.people import a_member

KEY = bytes(range(32))
HERE = "203.0.113.7"


def ask(session: Session, address: str, now: datetime, *, network: str = HERE, binding: str = "mine") -> None:
    ask_for_link(session, Request(address, network, binding), key=KEY, now=now)


def mailed(session: Session, now: datetime) -> list[str]:
    """The tokens of the mails that are due."""
    return [claimed.refs["token"] for claimed in claim(session, now=now, limit=100)]


def asked(database: Database, now: datetime) -> str:
    with database.write() as session:
        ask(session, a_member(session, email="ana@example.org").email, now)
        [token] = mailed(session, now)
    return str(token)


def test_the_link_lets_its_person_in(database: Database, now: datetime) -> None:
    token = asked(database, now)
    with database.write() as session:
        entry = redeem_link(session, token, binding="mine", now=now)
    assert entry.person.email == "ana@example.org"


def test_R4_the_mail_carries_link_and_code_and_is_never_late(database: Database, now: datetime) -> None:
    with database.write() as session:
        ask(session, a_member(session, name="Ana").email, now)
        [delivery] = claim(session, now=now)
    assert delivery.kind == "signin.link"
    assert set(delivery.refs) == {"email", "name", "token", "code", "expires_at"}
    assert len(delivery.refs["code"]) == 6
    assert delivery.not_after == now + timedelta(minutes=10)


def test_R6_nothing_that_opens_a_door_is_kept(database: Database, now: datetime) -> None:
    token = asked(database, now)
    with database.read() as session:
        attempt = session.scalars(select(SigninAttempt)).one()
        kept = [str(getattr(attempt, column.key)) for column in SigninAttempt.__table__.columns]
    assert not any(secret in value for value in kept for secret in (token, "mine", "ana@example.org"))


def test_R4_looking_at_it_uses_nothing_up(database: Database, now: datetime) -> None:
    token = asked(database, now)
    with database.read() as session:
        for _ in range(3):
            look_at_link(session, token, binding="mine", now=now)
    with database.write() as session:
        redeem_link(session, token, binding="mine", now=now)


def test_R5_twenty_presses_at_once_make_one_session(database: Database, now: datetime) -> None:
    token = asked(database, now)

    def press(_number: int) -> str:
        try:
            with database.write() as session:
                entry = redeem_link(session, token, binding="mine", now=now)
                open_session(session, entry.person, now=now)
        except LinkSpent:
            return "spent"
        return "in"

    with ThreadPoolExecutor(20) as people:
        assert Counter(people.map(press, range(20))) == {"in": 1, "spent": 19}
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(AuthSession)) == 1


@pytest.mark.parametrize("binding", [None, "", "another"])
def test_R5_another_browser_is_refused_and_the_link_still_works_here(
    database: Database, now: datetime, binding: str | None
) -> None:
    token = asked(database, now)
    with pytest.raises(WrongBrowser), database.write() as session:
        redeem_link(session, token, binding=binding, now=now)
    with database.write() as session:
        redeem_link(session, token, binding="mine", now=now)


def test_R5_after_ten_minutes_it_is_over(database: Database, now: datetime) -> None:
    token = asked(database, now)
    with pytest.raises(LinkSpent), database.write() as session:
        redeem_link(session, token, binding="mine", now=now + timedelta(minutes=10))


def test_an_operators_link_works_in_any_browser_once(database: Database, now: datetime) -> None:
    with database.write() as session:
        token = issue_link(session, a_member(session), now=now)
    with database.write() as session:
        redeem_link(session, token, binding=None, now=now)
    with pytest.raises(LinkSpent), database.write() as session:
        redeem_link(session, token, binding=None, now=now)


def test_somebody_who_has_left_is_not_let_in(database: Database, now: datetime) -> None:
    with database.write() as session:
        person = a_member(session)
        token = issue_link(session, person, now=now)
        person.departed_at = now
    with pytest.raises(LinkSpent), database.write() as session:
        redeem_link(session, token, binding=None, now=now)


@pytest.mark.parametrize("address", ["nobody@example.org", "gone@example.org"])
def test_R7_a_stranger_leaves_the_same_traces_and_gets_no_mail(
    database: Database, now: datetime, address: str
) -> None:
    with database.write() as session:
        a_member(session, email="gone@example.org", departed_at=now)
        ask(session, address, now)
    with database.write() as session:
        assert session.scalars(select(SigninAttempt.person_id)).all() == [None]
        [delivery] = session.scalars(select(Delivery)).all()
        assert (delivery.refs["email"], delivery.refs["token"], delivery.refs["code"]) == ("", "", "")
        assert all(
            one.not_after and one.not_after < now + timedelta(hours=1) for one in claim(session, now=now)
        )
        assert mailed(session, now + timedelta(minutes=10)) == []


def test_a_flood_for_one_address_mails_little_and_leaves_its_owner_free(
    database: Database, now: datetime
) -> None:
    with database.write() as session:
        ana = a_member(session).email
        for number in range(20):
            ask(session, ana, now, network="198.51.100.1", binding=f"flood {number}")
        assert len(mailed(session, now)) == FOR_ADDRESS_HERE.most
        ask(session, ana, now, binding="ana's own")
        [token] = mailed(session, now)
    with database.write() as session:
        redeem_link(session, token, binding="ana's own", now=now)


def test_a_network_that_asks_for_very_many_is_told_when_to_come_back(
    database: Database, now: datetime
) -> None:
    with database.write() as session:
        for number in range(FROM_NETWORK.most):
            ask(session, f"guess{number}@example.org", now)
    with pytest.raises(TooMany, match="Try again in 15 minutes") as refused, database.write() as session:
        ask(session, "one.more@example.org", now)
    later = now + timedelta(seconds=refused.value.details["retry_after"])
    with database.write() as session:
        ask(session, "one.more@example.org", later)


def test_old_attempts_are_forgotten_after_a_day(database: Database, now: datetime) -> None:
    asked(database, now)
    with database.write() as session:
        assert forget_old_attempts(session, now=now + timedelta(hours=24)) == 0
        assert forget_old_attempts(session, now=now + timedelta(hours=25)) == 1
