"""Many ballots in one transaction are judged each by itself, and the counts are the rows."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auth.actor import Actor
from auth.people import Person
from auth.permissions import NotSignedIn
from auth.sessions import NOTE_EVERY, AuthSession, open_session
from auth.tokens import issue_token
from foundation.database import Database
from realtime.ballots import Ballot, cast_votes
from realtime.errors import Removed, UnknownQuestion
from realtime.models import Question, Room, Vote
from realtime.persons import act_on_person
from realtime.snapshot import Seat
from realtime.snapshots import Snapshots
from realtime.visitors import Credential
from tests.builders.rooms import PSEUDONYMS, Evening, an_evening


@pytest.fixture
def evening(database: Database, now: datetime) -> Evening:
    return an_evening(database, now=now, members=4)


def credential(evening: Evening, actor: Actor, *, is_api: bool = False) -> Credential:
    with evening.database.write() as session:
        person = session.get_one(Person, actor.person_id)
        if is_api:
            return Credential(issue_token(session, person, label="Phone", now=evening.now), is_api=True)
        return Credential(open_session(session, person, now=evening.now))


def cast(evening: Evening, *ballots: tuple[Credential, str, bool], now: datetime | None = None) -> list[Any]:
    with evening.database.write() as session:
        made = [Ballot(by, evening.room_id, question, on) for by, question, on in ballots]
        return list(cast_votes(session, evening.room_id, made, now=now or evening.now))


def counts(session: Session, question: str) -> tuple[int, int]:
    """As the question says, and as the rows do."""
    rows = session.scalar(select(func.count()).select_from(Vote).where(Vote.question_id == question))
    return session.get_one(Question, question).votes, rows or 0


def test_each_is_judged_by_itself(evening: Evening) -> None:
    ana, ben, cleo, dan = evening.members
    question, held = evening.approved(ana), evening.ask(ben)["question"]
    by = [credential(evening, one, is_api=one is ben) for one in (ana, ben, cleo, dan)]
    with evening.database.write() as session:
        act_on_person(session, evening.room_id, evening.desk, PSEUDONYMS[3], "remove", now=evening.now)
    told = cast(
        evening,
        (by[0], question, True), (by[1], question, True), (by[1], question, True), (by[2], held, True),
        (by[3], question, True), (Credential("nobody's"), question, True), (by[2], question, False),
    )  # fmt: skip
    assert [one if isinstance(one, dict) else type(one) for one in told] == [
        {"votes": 2}, {"votes": 2}, {"votes": 2}, UnknownQuestion, Removed, NotSignedIn, {"votes": 2},
    ]  # fmt: skip
    with evening.database.read() as session:
        assert counts(session, question) == (2, 2)


def test_a_vote_taken_back_in_the_same_moment_is_none(evening: Evening) -> None:
    question, by = evening.approved(evening.members[0]), credential(evening, evening.members[1])
    assert cast(evening, (by, question, True)) == [{"votes": 1}]
    assert cast(evening, (by, question, True), (by, question, False)) == [{"votes": 0}] * 2
    with evening.database.read() as session:
        assert counts(session, question) == (0, 0)


def test_whoever_votes_was_here(evening: Evening) -> None:
    question, by = evening.approved(evening.members[0]), credential(evening, evening.members[1])
    cast(evening, (by, question, True), now=evening.now + NOTE_EVERY)
    with evening.database.read() as session:
        mine = select(AuthSession.seen_at).where(AuthSession.person_id == evening.members[1].person_id)
        assert session.scalar(mine) == evening.now + NOTE_EVERY


def test_what_is_kept_for_all_holds_nothing_of_the_desk(evening: Evening) -> None:
    """Whoever comes first, moderator or member, the other gets what is theirs."""
    evening.approved(evening.members[0], "What do you do on Sundays?")
    evening.ask(evening.members[1], "Held for now")
    kept = Snapshots()
    with evening.database.moment() as session:
        room = session.get_one(Room, evening.room_id)
        place: Any = None
        first = kept.whole(session, room, Seat(place, True), 7).text
        then = kept.whole(session, room, Seat(place, False), 7).text
        again = kept.whole(session, room, Seat(place, True), 7).text
    assert '"desk":' in first
    assert "Held for now" in first
    assert first == again
    assert '"desk":' not in then
    assert "Held for now" not in then
    assert "What do you do on Sundays?" in then


def test_what_is_kept_is_read_again_for_another_number_epoch_second_or_count(evening: Evening) -> None:
    question, at = evening.approved(evening.members[0]), [0.0]
    by, member, kept = credential(evening, evening.members[1]), Seat(None, False), Snapshots(lambda: at[0])  # type: ignore[arg-type]

    def votes(seq: int = 7) -> bool:
        with evening.database.moment() as session:
            return (
                '"votes":1' in kept.whole(session, session.get_one(Room, evening.room_id), member, seq).text
            )

    assert not votes()
    cast(evening, (by, question, True))
    assert not votes(), "kept for a moment"
    assert votes(8)
    cast(evening, (by, question, False))
    kept.numbers_changed(evening.room_id)
    assert not votes(8)
    cast(evening, (by, question, True))
    at[0] = 1.5
    assert votes(8)
