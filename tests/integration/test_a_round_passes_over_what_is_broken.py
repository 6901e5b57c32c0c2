"""The nightly round: one plan that cannot be read costs nobody else a night, and is never silent.

Nor does a worker that dies in the middle, nor two that walk at once: everybody is judged, and once.
"""

import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text, update

from cli.doctor_judging import judging
from foundation.database import Database
from foundation.settings import Settings
from jobs.deliver import Post
from jobs.judging import judge_due
from mail.send import sender_for
from scheduling.aftercare import rounds
from scheduling.aftercare.concerns import open_concerns
from scheduling.aftercare.judging import Judged, settle_all
from scheduling.aftercare.measures.answering import send_answers
from scheduling.aftercare.measures.records import MeasureResponse
from scheduling.aftercare.passed_over import passed_over_since
from scheduling.aftercare.plan_records import CarePlan
from tests.builders.aftercare import in_care, scored
from tests.builders.people import a_member, a_practitioner
from tests.conftest import Clock

EARLY = datetime(2026, 11, 28, 11, 0, tzinfo=UTC)
BEGAN = date(2026, 10, 2)
NAMES = ("Ann", "Bea", "Cal", "Dee", "Eli")


class Killed(BaseException):
    """As kill -9 ends a process: nothing more of it happens."""


@pytest.fixture
def post(database: Database, settings: Settings, clock: Clock) -> Post:
    clock.set(EARLY)
    return Post(database, settings, sender_for(settings), clock, threading.Event())


@pytest.fixture
def members(database: Database) -> list[str]:
    """Five of one zone, by their ids as a round meets them. Nobody has heard of any for weeks."""
    with database.write() as session:
        dana = a_practitioner(session)
        people = [a_member(session, name=name) for name in NAMES]
        for one in people:
            in_care(session, one, dana, began=BEGAN)
            scored(session, one, "phq-9", EARLY - timedelta(days=40), 3, 0)
        return sorted(one.id for one in people)


def judged(database: Database, members: Sequence[str]) -> list[int]:
    """How many concerns stand about each; one is right."""
    with database.read() as session:
        return [len(open_concerns(session, one)) for one in members]


def test_words_that_do_not_open_are_passed_over_and_told(
    post: Post, members: list[str], settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    write_over_score(post.database, members[2])
    assert judge_due(post) == 1
    assert judged(post.database, members) == [1, 1, 0, 1, 1]
    with post.database.read() as session:
        assert passed_over_since(session, EARLY) == 1
    [told] = [one for one in caplog.records if one.message == "a plan could not be judged"]
    assert (told.__dict__["why"], members[2] in str(told.__dict__)) == ("SealBroken", False)


def test_what_a_member_sends_is_kept_beside_what_does_not_open(post: Post, members: list[str]) -> None:
    write_over_score(post.database, members[2])
    answers = {"1": "0", "2": "0", "3": "0", "4": "0", "5": "0", "6": "0", "7": "0", "8": "0", "9": "0"}
    with post.database.write() as session:
        kept = send_answers(session, members[2], "phq-9", answers, now=EARLY)
    with post.database.read() as session:
        assert session.get_one(MeasureResponse, kept.response_id).completed_at == EARLY
        assert passed_over_since(session, EARLY) == 1


def write_over_score(database: Database, member_id: str) -> None:
    broken = text("UPDATE measure_response SET score = :sealed WHERE member_id = :id")
    with database.write() as session:
        session.execute(broken, {"sealed": b"what somebody wrote over it", "id": member_id})


def test_the_doctor_says_how_many(post: Post, members: list[str], settings: Settings) -> None:
    url = post.database.engine.url.render_as_string(hide_password=False)
    asked = Settings(**{**settings.__dict__, "database_url": url})
    assert not list(judging(asked, EARLY))
    lose_zone(post.database, members[0])
    judge_due(post)
    [finding] = judging(asked, EARLY)
    assert finding.words.startswith("1 plans could not be judged")


def test_a_zone_that_nobody_knows_stops_no_other(post: Post, members: list[str]) -> None:
    lose_zone(post.database, members[0])
    assert judge_due(post) == 2
    assert judged(post.database, members) == [0, 1, 1, 1, 1]
    assert judge_due(post) == 0


def lose_zone(database: Database, member_id: str) -> None:
    with database.write() as session:
        session.execute(
            update(CarePlan).where(CarePlan.member_id == member_id).values(timezone="America/Nowhere")
        )


@pytest.mark.parametrize("dies_at", [1, 2, 3])
def test_a_worker_that_dies_leaves_nobody_out(
    post: Post, members: list[str], dies_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After it has settled a stretch, before that is committed."""
    monkeypatch.setattr(rounds, "STRETCH", 2)
    stretches = []

    def dying(session: Any, found: Sequence[Judged], *rest: Any, **more: Any) -> int:
        changed = settle_all(session, found, *rest, **more)
        stretches.append(changed)
        if len(stretches) == dies_at:
            raise Killed
        return changed

    monkeypatch.setattr(rounds, "settle_all", dying)
    with pytest.raises(Killed):
        judge_due(post)
    assert sum(judged(post.database, members)) == 2 * (dies_at - 1)
    judge_due(post)
    assert judged(post.database, members) == [1] * 5


def test_two_workers_settle_everybody_once(
    post: Post, members: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "STRETCH", 2)
    settled: Counter[str] = Counter()
    both = threading.Barrier(2, timeout=60)

    def counting(session: Any, found: Sequence[Judged], *rest: Any, **more: Any) -> int:
        settled.update(one.member.member_id for one in found)
        return settle_all(session, found, *rest, **more)

    def walk() -> int:
        both.wait()
        return judge_due(post)

    monkeypatch.setattr(rounds, "settle_all", counting)
    with ThreadPoolExecutor(2) as workers:
        for done in [workers.submit(walk) for _ in range(2)]:
            done.result()
    judge_due(post)
    assert settled == dict.fromkeys(members, 1)
    assert judged(post.database, members) == [1] * 5
