"""Nobody claims an alert: the worker alone calls, by mail and pager, and says what did not go out."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from auth.people import Role, people_with
from foundation.audit import AuditEntry
from foundation.database import Database
from foundation.outbox import LEASE, claim
from foundation.pager import Pager
from foundation.settings import Settings
from jobs.deliver import Post, deliver_due
from mail.send import NotSent
from realtime.alerts import claim_alert, hand_over_alert, release_alert
from realtime.eventlog import MOD, events_after, payload
from realtime.lines import speak_to_person, speak_to_team
from safety.flags import Flag
from safety.oncall import add_shift
from tests.builders.pagers import PagerServer, a_pager
from tests.builders.people import a_coordinator, a_practitioner
from tests.builders.post import Tray, a_post
from tests.builders.rooms import Evening, an_evening
from tests.conftest import Clock

WORDS = "I do not want to be h\u200bere any\u200bmore"
SECRET = "a secret that only the pager knows too"
MINUTE = timedelta(minutes=1)
SMTP_REFUSED = NotSent("SMTP 550 for the recipient", retry=False)


@pytest.fixture
def pager() -> Iterator[PagerServer]:
    with a_pager() as listening:
        yield listening


@pytest.fixture
def tray() -> Tray:
    return Tray()


@pytest.fixture
def post(database: Database, settings: Settings, clock: Clock, tray: Tray, pager: PagerServer) -> Post:
    return a_post(database, replace(settings, pager=Pager(pager.url, SECRET)), clock, tray)


@pytest.fixture
def evening(database: Database, clock: Clock) -> Evening:
    evening = an_evening(database, now=clock(), members=2)
    with database.write() as session:
        maya = a_practitioner(session, name="Maya Okafor", email="maya@example.org")
        a_coordinator(session, name="Cora Lind", email="cora@example.org")
        add_shift(session, person_id=maya.id, starts_at=clock(), ends_at=clock() + timedelta(hours=9))
    return evening


def work(post: Post, clock: Clock, until: timedelta, evening: Evening) -> None:
    """The worker's turns, half a minute apart, and nothing else: every web process sleeps."""
    while clock() < evening.now + until:
        clock.set(clock() + MINUTE / 2)
        while deliver_due(post):
            pass


def the_flag(evening: Evening) -> Flag:
    with evening.database.read() as session:
        return session.scalars(select(Flag).order_by(Flag.raised_at.desc(), Flag.id)).all()[0]


def told(evening: Evening, kind: str = "") -> list[dict[str, Any]]:
    """What the desk was told about alerts, in order."""
    with evening.database.read() as session:
        found = [payload(one) for one in events_after(session, evening.room_id, MOD, 0, limit=999)]
    return [one for one in found if one["kind"] == kind]


def to(tray: Tray) -> list[str]:
    return [str(mail["To"]).split("@")[0] for mail in tray.sent]


def acts(evening: Evening) -> list[str]:
    with evening.database.read() as session:
        return list(session.scalars(select(AuditEntry.action).where(AuditEntry.object_kind == "flag")))


def test_it_repeats_and_reaches_the_next_one_too(
    evening: Evening, post: Post, tray: Tray, pager: PagerServer, clock: Clock
) -> None:
    evening.ask(evening.members[0], WORDS)
    work(post, clock, MINUTE / 2, evening)
    assert (to(tray), pager.heard) == ([], [])
    work(post, clock, MINUTE, evening)
    assert (to(tray), len(pager.heard)) == (["maya"], 1)
    work(post, clock, 5 * MINUTE, evening)
    assert sorted(to(tray)) == ["cora", "cora", "maya", "maya", "maya"]
    flag = the_flag(evening)
    assert (flag.calls, flag.called_at) == (3, evening.now + 5 * MINUTE)
    work(post, clock, 29 * MINUTE, evening)
    rounds = [json.loads(one.body)["round"] for one in pager.heard]
    assert rounds == [1, 2, 3, 4, 5, 6, 7]


def test_the_desk_reads_who_was_called_and_rings_again(evening: Evening, post: Post, clock: Clock) -> None:
    evening.ask(evening.members[0], WORDS)
    work(post, clock, 3 * MINUTE, evening)
    assert len(told(evening, "alert")) == 2
    latest = told(evening, "flag")[-1]["flag"]
    called = {one["name"]: one["times"] for one in latest["called"]}
    assert called == {"Maya": 2, "Cora": 1, "The pager": 2}
    assert latest["called_at"] == (evening.now + 3 * MINUTE).isoformat()
    assert latest["unsent"] == []


def test_a_claim_ends_the_calling(evening: Evening, post: Post, tray: Tray, clock: Clock) -> None:
    evening.ask(evening.members[0], WORDS)
    work(post, clock, 4 * MINUTE, evening)
    before = len(tray.sent)
    with evening.database.write() as session:
        claim_alert(session, evening.room_id, evening.desk, the_flag(evening).id, now=clock())
    work(post, clock, 8 * MINUTE, evening)
    with evening.database.write() as session:
        speak_to_person(session, evening.desk, the_flag(evening).id, "I am here.", now=clock())
    work(post, clock, 60 * MINUTE, evening)
    assert len(tray.sent) == before


def test_a_claim_without_a_word_calls_somebody_else_after_five_minutes(
    evening: Evening, post: Post, tray: Tray, clock: Clock
) -> None:
    evening.ask(evening.members[0], WORDS)
    with evening.database.write() as session:
        claim_alert(session, evening.room_id, evening.desk, the_flag(evening).id, now=clock())
    work(post, clock, 4 * MINUTE, evening)
    assert tray.sent == []
    work(post, clock, 5 * MINUTE, evening)
    assert to(tray) == ["maya"]
    work(post, clock, 7 * MINUTE, evening)
    assert told(evening, "alert")[-1]["flag"]["state"] == "claimed"  # the desk rings once more


def test_many_words_of_danger_on_a_line_are_one_calling(
    evening: Evening, post: Post, tray: Tray, clock: Clock
) -> None:
    evening.ask(evening.members[0], WORDS)
    flag, who = the_flag(evening), evening.members[0]
    with evening.database.write() as session:
        claim_alert(session, evening.room_id, evening.desk, flag.id, now=clock())
        for words in ("I am going to kill myself now", "I want to die tonight", "I will kill myself"):
            speak_to_team(session, who, flag.id, words, now=clock())
    work(post, clock, 2 * MINUTE, evening)
    assert to(tray) == ["maya"]


def test_a_page_names_nobody_and_is_signed(
    evening: Evening, post: Post, pager: PagerServer, clock: Clock
) -> None:
    evening.ask(evening.members[0], WORDS)
    work(post, clock, MINUTE, evening)
    (heard,) = pager.heard
    flag = the_flag(evening)
    page = json.loads(heard.body)
    assert page == {
        "type": "flag.unclaimed",
        "flag": flag.id,
        "raised_at": "2026-11-27T20:00:00+00:00",
        "round": 1,
        "url": f"http://127.0.0.1:8000/staff/flags/{flag.id}",
    }
    moment = heard.headers["Evenside-Timestamp"]
    assert int(moment) == int(clock().timestamp())
    expected = hmac.new(SECRET.encode(), f"{moment}.".encode() + heard.body, hashlib.sha256).hexdigest()
    assert heard.headers["Evenside-Signature"] == f"v1={expected}"


def test_what_could_not_be_sent_is_said_and_others_are_called_all_the_same(
    evening: Evening, post: Post, tray: Tray, pager: PagerServer, clock: Clock
) -> None:
    tray.troubles, pager.answers = [SMTP_REFUSED], [500]
    evening.ask(evening.members[0], WORDS)
    work(post, clock, MINUTE, evening)
    unsent = {one["to"]: one["why"] for one in told(evening, "flag")[-1]["flag"]["unsent"]}
    assert unsent == {"Maya": "SMTP 550 for the recipient", "The pager": "HTTP 500"}
    assert the_flag(evening).calls == 0
    work(post, clock, 3 * MINUTE, evening)
    assert sorted(to(tray)) == ["cora", "maya"]
    assert told(evening, "flag")[-1]["flag"]["unsent"] == []


def test_a_pager_that_failed_is_rung_again_and_never_follows_elsewhere(
    evening: Evening, post: Post, pager: PagerServer, clock: Clock
) -> None:
    pager.answers = [503, 307]
    evening.ask(evening.members[0], WORDS)
    work(post, clock, 2 * MINUTE, evening)
    assert [one.path for one in pager.heard] == ["/page", "/page"]
    ours = {one.headers["Evenside-Delivery"] for one in pager.heard}
    assert len(ours) == 1
    work(post, clock, 3 * MINUTE, evening)
    assert {one.path for one in pager.heard} == {"/page"}


def test_a_worker_that_died_holding_the_call_is_followed_by_one_that_sends_it(
    evening: Evening, post: Post, tray: Tray, clock: Clock
) -> None:
    evening.ask(evening.members[0], WORDS)
    clock.set(evening.now + MINUTE)
    with evening.database.write() as session:
        assert len(claim(session, now=clock())) == 2
    deliver_due(post)
    assert tray.sent == []
    clock.set(clock() + LEASE + MINUTE / 60)
    while deliver_due(post):
        pass
    assert "maya" in to(tray)
    assert the_flag(evening).calls >= 1


def test_without_a_pager_nothing_is_missed(
    evening: Evening, post: Post, settings: Settings, tray: Tray, clock: Clock
) -> None:
    mails_only = a_post(post.database, settings, clock, tray)
    evening.ask(evening.members[0], WORDS)
    work(mails_only, clock, 3 * MINUTE, evening)
    assert sorted(to(tray)) == ["cora", "maya", "maya"]
    assert told(evening, "flag")[-1]["flag"]["unsent"] == []


def test_whoever_comes_on_shift_later_is_called(
    database: Database, post: Post, tray: Tray, clock: Clock
) -> None:
    evening = an_evening(database, now=clock(), members=1)
    with database.write() as session:
        ruth = a_practitioner(session, name="Ruth Abelson", email="ruth@example.org")
        start = clock() + 2 * MINUTE
        add_shift(session, person_id=ruth.id, starts_at=start, ends_at=start + timedelta(hours=1))
    evening.ask(evening.members[0], WORDS)
    work(post, clock, 3 * MINUTE, evening)
    assert to(tray)[-1] == "ruth"


def test_given_back_it_sounds_and_is_called_out_anew(
    evening: Evening, post: Post, tray: Tray, clock: Clock
) -> None:
    evening.ask(evening.members[0], WORDS)
    flag = the_flag(evening)
    with evening.database.write() as session:
        claim_alert(session, evening.room_id, evening.desk, flag.id, now=clock())
        release_alert(session, evening.desk, flag.id, now=clock())
    assert len(told(evening, "alert")) == 2
    work(post, clock, MINUTE, evening)
    assert to(tray) == ["maya"]


def test_handed_over_the_other_one_is_called_at_once_and_must_take_it(
    evening: Evening, post: Post, tray: Tray, clock: Clock
) -> None:
    evening.ask(evening.members[0], WORDS)
    flag = the_flag(evening)
    with evening.database.write() as session:
        claim_alert(session, evening.room_id, evening.desk, flag.id, now=clock())
        (lind,) = people_with(session, Role.COORDINATOR)
        hand_over_alert(session, evening.desk, flag.id, lind.id, now=clock())
    assert the_flag(evening).state == "raised"
    while deliver_due(post):
        pass
    assert to(tray) == ["cora"]
    assert acts(evening) == ["flag.raised", "flag.claimed", "flag.handed_over"]


def test_words_of_danger_on_a_line_that_nobody_answers_call_somebody_else(
    evening: Evening, post: Post, tray: Tray, clock: Clock
) -> None:
    evening.ask(evening.members[0], WORDS)
    flag, who = the_flag(evening), evening.members[0]
    with evening.database.write() as session:
        claim_alert(session, evening.room_id, evening.desk, flag.id, now=clock())
        speak_to_team(session, who, flag.id, "I am going to kill myself now", now=clock())
    assert len(told(evening, "alert")) == 2
    work(post, clock, MINUTE, evening)
    assert to(tray) == ["maya"]
    with evening.database.write() as session:
        speak_to_person(session, evening.desk, flag.id, "I am here.", now=clock())
    work(post, clock, 20 * MINUTE, evening)
    assert to(tray) == ["maya"]
