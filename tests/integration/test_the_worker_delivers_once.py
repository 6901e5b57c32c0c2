"""None lost, at most one doubled, and nothing after its time: what the worker promises."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from foundation import outbox
from foundation.audit import AuditEntry
from foundation.database import Database
from foundation.heartbeat import is_alive
from foundation.outbox import LEASE, MOST_ATTEMPTS, Delivery, claim, promise
from foundation.sealing import SealBroken
from foundation.settings import Settings
from jobs.deliver import BATCH, Post, deliver_due
from jobs.sweep import SWEEPS, sweep
from jobs.worker import AWAY_SECONDS, POLL_SECONDS, Turn, run
from mail.send import NotSent
from tests.builders.post import Tray, a_post, code_refs, owe_code, states
from tests.conftest import Clock

ROWS = 500


@pytest.fixture
def tray() -> Tray:
    return Tray()


@pytest.fixture
def post(database: Database, settings: Settings, clock: Clock, tray: Tray) -> Post:
    return a_post(database, settings, clock, tray)


def owe(post: Post, number: int = 1, **more: Any) -> None:
    with post.database.write() as session:
        owe_code(session, number, now=post.clock(), **more)


def the_delivery(post: Post) -> Delivery:
    with post.database.read() as session:
        return session.scalars(select(Delivery)).one()


def test_what_is_due_is_sent_and_marked(post: Post, tray: Tray) -> None:
    owe(post)
    assert deliver_due(post) == 1
    assert [str(mail["To"]) for mail in tray.sent] == ["ana@example.org"]
    assert states(post.database) == {"signin.link:1": "sent"}
    assert deliver_due(post) == 0


def test_nothing_is_sent_inside_a_transaction(post: Post, tray: Tray) -> None:
    """While the mail goes out, others can write: also on SQLite, whose writers are one at a time."""

    class Writing(Tray):
        def send(self, mail: object) -> None:
            owe(post, 2)

    owe(post)
    deliver_due(replace(post, sender=Writing()))
    assert states(post.database) == {"signin.link:1": "sent", "signin.link:2": "waiting"}


def test_what_is_no_longer_true_is_dropped(post: Post, tray: Tray, clock: Clock) -> None:
    owe(post)
    clock.set(clock() + timedelta(minutes=11))
    deliver_due(post)
    assert (tray.sent, states(post.database)) == ([], {"signin.link:1": "dropped"})


def test_nothing_goes_out_after_its_last_moment(post: Post, tray: Tray, clock: Clock) -> None:
    owe(post, not_after=clock() + timedelta(minutes=5))
    clock.set(clock() + timedelta(minutes=5, seconds=1))
    deliver_due(post)
    assert (tray.sent, the_delivery(post).last_error) == ([], "too late")


def test_a_busy_server_is_asked_again_later(post: Post, tray: Tray, clock: Clock) -> None:
    tray.troubles = [NotSent("SMTP 451", retry=True)]
    owe(post)
    deliver_due(post)
    assert states(post.database) == {"signin.link:1": "waiting"}
    assert deliver_due(post) == 0
    clock.set(clock() + timedelta(minutes=1))
    deliver_due(post)
    assert states(post.database) == {"signin.link:1": "sent"}


def test_pauses_double_and_the_last_try_is_the_eighth(post: Post, tray: Tray, clock: Clock) -> None:
    tray.troubles = [NotSent("SMTP 451", retry=True)] * 20
    refs = code_refs(clock() + timedelta(days=2))
    with post.database.write() as session:
        promise(session, "signin.link", refs, key="long-lived", due_at=clock(), now=clock())
    pauses = []
    while deliver_due(post):
        told = the_delivery(post)
        pauses.append(int((told.due_at - clock()).total_seconds()) // 60)
        clock.set(max(told.due_at, clock()))
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 0]
    assert the_delivery(post).state == "failed"
    assert the_delivery(post).attempts == MOST_ATTEMPTS


def test_a_refusal_for_good_is_noted_and_not_repeated(post: Post, tray: Tray, clock: Clock) -> None:
    tray.troubles = [NotSent("SMTP 550 for the recipient", retry=False)]
    owe(post)
    deliver_due(post)
    clock.set(clock() + timedelta(days=1))
    assert deliver_due(post) == 0
    with post.database.read() as session:
        noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "mail.failed")).one()
    assert noted.detail == {"kind": "signin.link", "error": "SMTP 550 for the recipient"}
    assert noted.object_id == the_delivery(post).id


def test_a_letter_that_cannot_be_written_hurts_no_other(post: Post, tray: Tray) -> None:
    with post.database.write() as session:
        promise(session, "signin.link", {}, key="broken", due_at=post.clock(), now=post.clock())
        promise(session, "newsletter", {}, key="unknown", due_at=post.clock(), now=post.clock())
        owe_code(session, 1, now=post.clock())
        owe_code(session, 2, now=post.clock(), email="a@example.org\r\nBcc: b@example.org")
    deliver_due(post)
    assert len(tray.sent) == 1
    assert states(post.database) == {
        "broken": "waiting",
        "unknown": "failed",
        "signin.link:1": "sent",
        "signin.link:2": "failed",
    }


def test_a_worker_killed_before_it_marks_sends_one_more_with_the_same_id(
    post: Post, tray: Tray, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_args: object, **_kwargs: object) -> None:
        raise Killed

    owe(post)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(outbox, "mark_sent", die)
        deliver_due(post)
    assert deliver_due(post) == 0
    clock.set(clock() + LEASE + timedelta(seconds=1))
    deliver_due(post)
    clock.set(clock() + LEASE + timedelta(seconds=1))
    deliver_due(post)
    assert states(post.database) == {"signin.link:1": "sent"}
    assert len(tray.sent) == 2
    assert len({mail["Message-ID"] for mail in tray.sent}) == 1


def test_a_slow_server_does_not_keep_others_mails_past_the_lease(
    post: Post, tray: Tray, clock: Clock
) -> None:
    class Slow(Tray):
        def send(self, mail: object) -> None:
            clock.set(clock() + timedelta(seconds=40))

    for number in range(BATCH):
        owe(post, number)
    deliver_due(replace(post, sender=Slow()))
    counted = Counter(states(post.database).values())
    assert counted == {"sent": 2, "waiting": BATCH - 2}
    with post.database.write() as session:
        assert len(claim(session, now=clock(), limit=BATCH)) == BATCH - 2


def test_a_worker_told_to_stop_gives_the_rest_back(post: Post) -> None:
    class Stopping(Tray):
        def send(self, mail: object) -> None:
            post.stop.set()

    for number in range(BATCH):
        owe(post, number)
    deliver_due(replace(post, sender=Stopping()))
    assert Counter(states(post.database).values()) == {"sent": 1, "waiting": BATCH - 1}
    with post.database.read() as session:
        assert {one.attempts for one in session.scalars(select(Delivery)) if one.state == "waiting"} == {0}


def test_four_workers_lose_none_and_double_none(database: Database, settings: Settings, clock: Clock) -> None:
    with database.write() as session:
        for number in range(ROWS):
            owe_code(session, number, now=clock(), email=f"person{number}@example.org")
    trays = [Tray() for _ in range(4)]
    posts = [a_post(database, settings, clock, tray) for tray in trays]
    workers = [threading.Thread(target=until_empty, args=(post,)) for post in posts]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=120)
    reached = Counter(str(mail["To"]) for tray in trays for mail in tray.sent)
    assert len(reached) == ROWS
    assert set(reached.values()) == {1}
    assert set(states(database).values()) == {"sent"}


def until_empty(post: Post) -> None:
    while deliver_due(post):
        pass


def test_the_worker_runs_beats_and_stops_in_the_middle_of_its_rest(
    database: Database, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.worker.POLL_SECONDS", 3600.0)
    tray, stop = Tray(), threading.Event()
    with database.write() as session:
        owe_code(session, now=clock())
    worker = threading.Thread(target=run, args=(database, settings, clock, stop), kwargs={"sender": tray})
    worker.start()
    wait_until(lambda: bool(tray.sent) and is_alive(settings))
    stop.set()
    worker.join(timeout=60)
    assert not worker.is_alive()
    assert is_alive(settings)


def test_the_worker_waits_for_a_database_that_is_away(
    settings: Settings, clock: Clock, tmp_path: Path
) -> None:
    away = Database(f"sqlite:///{tmp_path / 'nowhere' / 'evenside.db'}")
    assert Turn(a_post(away, settings, clock)).take() == AWAY_SECONDS
    assert not is_alive(settings)


def test_what_nobody_foresaw_ends_no_worker(
    post: Post, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Two ends within a minute would end web and live room too (cli/supervisor.py)."""

    def broken(*_args: object, **_kwargs: object) -> None:
        raise SealBroken("another house's key")

    monkeypatch.setattr(outbox, "claim", broken)
    assert Turn(post).take() == POLL_SECONDS
    assert "a round of deliveries went wrong" in caplog.text


def test_one_that_cannot_be_opened_stops_no_other(post: Post, tray: Tray) -> None:
    for number in (1, 2, 3):
        owe(post, number)
    with post.database.write() as session:
        session.execute(
            text("UPDATE outbox_delivery SET sealed_refs = :sealed WHERE key = 'signin.link:2'"),
            {"sealed": b"what somebody wrote over it"},
        )
    deliver_due(post)
    assert len(tray.sent) == 2
    assert states(post.database) == {
        "signin.link:1": "sent",
        "signin.link:2": "waiting",
        "signin.link:3": "sent",
    }


def test_without_a_mail_server_mails_are_files(database: Database, settings: Settings, clock: Clock) -> None:
    stop = threading.Event()
    with database.write() as session:
        owe_code(session, now=clock())
    worker = threading.Thread(target=run, args=(database, settings, clock, stop))
    worker.start()
    wait_until(lambda: len(list((settings.data / "outbox").glob("*.eml"))) == 1)
    stop.set()
    worker.join(timeout=60)


def test_nobody_beats_where_no_worker_ran(tmp_path: Path, settings: Settings) -> None:
    assert not is_alive(replace(settings, data=tmp_path / "elsewhere"))


def test_a_sweep_goes_through_everything_and_forgets_old_mails(
    post: Post, clock: Clock, database: Database
) -> None:
    owe(post)
    deliver_due(post)
    assert set(sweep(database, now=clock())) == set(SWEEPS)
    assert states(database) == {"signin.link:1": "sent"}
    assert sweep(database, now=clock() + timedelta(days=31))["deliveries"] == 1
    assert states(database) == {}


def test_a_sweep_that_fails_stops_no_other(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_args: object, **_kwargs: object) -> int:
        raise ValueError("no")

    monkeypatch.setitem(SWEEPS, "rooms", broken)
    assert sweep(database, now=clock()) == dict.fromkeys(SWEEPS, 0)
    assert "a sweep went wrong" in caplog.text


def wait_until(is_true: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
