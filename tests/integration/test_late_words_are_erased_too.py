"""What is said in a room whose words are erased already goes too, once nobody needs a person there."""

from datetime import datetime

import pytest
from sqlalchemy import select

from foundation.database import Database
from realtime.alerts import claim_alert, dispose_alert
from realtime.asking import ask
from realtime.erasure import erase_due
from realtime.models import Question, RoomEvent
from safety.flags import open_flags
from tests.builders.rooms import Evening, an_evening, later


@pytest.fixture
def erased(database: Database, now: datetime) -> Evening:
    evening = an_evening(database, now=now, members=1)
    evening.approved(evening.members[0])
    evening.steer(close=True)
    later(evening, days=30)
    assert erase(evening) == 1
    assert erase(evening) == 0
    return evening


def erase(evening: Evening) -> int:
    with evening.database.write() as session:
        return erase_due(session, now=evening.now)


def what_is_left(evening: Evening) -> list[str]:
    with evening.database.read() as session:
        rows = session.scalars(select(Question)).all()
        said = [words for one in rows for words in (one.text, one.reply) if words]
        return [*said, *session.scalars(select(RoomEvent.kind))]


def test_a_reply_from_a_page_that_stood_open(erased: Evening) -> None:
    with erased.database.read() as session:
        asked = session.scalars(select(Question.id)).one()
    erased.moderate(asked, "reply", text="Come again next week.")
    assert what_is_left(erased) != []
    assert erase(erased) == 1
    assert what_is_left(erased) == []
    assert erase(erased) == 0


def test_words_of_danger_stay_until_their_ending(erased: Evening) -> None:
    room, ana = erased.room_id, erased.members[0]
    with erased.database.write() as session:
        ask(session, room, ana, client_id="late", text="I want to kill myself", now=erased.now)
    assert erase(erased) == 0
    with erased.database.write() as session:
        flag = open_flags(session, f"room:{room}")[0].id
        claim_alert(session, room, erased.desk, flag, now=erased.now)
        dispose_alert(session, room, erased.desk, flag, outcome="safe", reason="Spoken with.", now=erased.now)
    assert erase(erased) == 1
    assert what_is_left(erased) == []
