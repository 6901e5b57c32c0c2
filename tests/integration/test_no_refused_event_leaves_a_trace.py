"""R17, R18: whatever a socket sends that is refused gets a code and words, logs no fault and writes no row.

What single wrong fields are answered is told in `test_bad_input_at_the_live_socket`; here each event is
fuzzed whole, with ids of another room among what is sent, and the database says whether anybody wrote.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pysqlite3
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.database import Base, Database
from realtime.messages import COMMANDS
from safety.flags import open_flags
from tests.builders.lines import Line
from tests.builders.rooms import Evening, an_evening
from tests.conftest import Clock
from tests.integration.test_bad_input_at_the_live_socket import FIELDS, JSON, is_clear
from tests.schema import new_sqlite

DEEP: Any = None
for _ in range(200):
    DEEP = [DEEP]
NASTY = st.sampled_from(["x" * 20_000, "\x00", "' OR 1=1 --", "{{ 7 * 7 }}", DEEP, [], {}, None, 2**63, -1])
FOREIGN = st.sampled_from(["question of another room", "alert of another room", "somebody else"])


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """SQLite alone: it can say whether another connection has written."""
    made = new_sqlite(tmp_path)
    yield made
    made.close()


class Watch:
    """What is in the database, as far as it takes to know whether anybody wrote."""

    def __init__(self, file: Path) -> None:
        self._line = pysqlite3.connect(file, isolation_level=None)
        self._tables = sorted(Base.metadata.tables.keys() - {"room"})

    def state(self, event: str) -> object:
        """Votes of one moment share a transaction, which takes the room's lock (a number in its row) whether
        they count or not; everything else is the same, and other events do not even commit."""
        if event != "vote":
            return self._line.execute("PRAGMA data_version").fetchone()
        return [self._line.execute(f'SELECT * FROM "{name}"').fetchall() for name in self._tables]

    def close(self) -> None:
        self._line.close()


@pytest.fixture
def watch(database: Database, tmp_path: Path) -> Iterator[Watch]:
    with closing(Watch(tmp_path / "evenside.db")) as made:
        yield made


@pytest.fixture
def elsewhere(database: Database, now: datetime) -> Mapping[str, str]:
    other = an_evening(database, now=now, members=1)
    other.ask(other.members[0], "I do not want to be here anymore")
    with database.read() as session:
        (flag,) = open_flags(session, f"room:{other.room_id}")
    return {
        "question of another room": other.approved(other.members[0]),
        "alert of another room": flag.id,
        "somebody else": other.members[0].person_id,
    }


@settings(
    max_examples=250,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data(), event=st.sampled_from([*COMMANDS, "join"]), leads=st.booleans())
def test_R18_a_refusal_is_typed_logged_as_no_fault_and_writes_nothing(
    data: st.DataObject,
    event: str,
    leads: bool,
    lines: tuple[Line, Line],
    clock: Clock,
    watch: Watch,
    elsewhere: Mapping[str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    sent = data.draw(a_message(event), label="sent")
    clock.set(clock() + timedelta(seconds=0.11))
    line, before = lines[leads], watch.state(event)
    answer = line.send(event, with_real_ids(sent, elsewhere))
    assert is_clear(answer), answer
    assert line.is_open
    assert answer["ok"] or watch.state(event) == before, (answer, "wrote")
    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR] == []


def test_the_watch_sees_a_row_when_there_is_one(lines: tuple[Line, Line], watch: Watch) -> None:
    before = watch.state("hand")
    assert lines[0].send("hand", {"up": True})["ok"]
    assert watch.state("hand") != before


def test_R17_what_belongs_to_another_room_is_not_there_for_any_event(
    lines: tuple[Line, Line], elsewhere: Mapping[str, str], watch: Watch, clock: Clock
) -> None:
    for line in lines:
        for event, fields in FIELDS.items():
            for field in {"question", "into", "flag", "host"} & set(fields):
                clock.set(clock() + timedelta(seconds=0.5))
                before = watch.state(event)
                for foreign in elsewhere.values():
                    answer = line.send(event, {**fields, field: foreign})
                    assert not answer["ok"], (event, field, answer)
                assert watch.state(event) == before, (event, field)


@pytest.fixture
def lines(app: Flask, evening: Evening) -> tuple[Line, Line]:
    """A member's and the desk's."""
    evening.steer(chat=True)
    slug = evening.meeting.slug
    return Line(app, evening.members[0].person_id, slug), Line(app, evening.desk.person_id, slug)


def a_message(event: str) -> st.SearchStrategy[object]:
    """Anything; or the event's own fields, some of them as meant and some of them anything."""
    fields = FIELDS[event]
    wrong = JSON | NASTY | FOREIGN
    whole = st.fixed_dictionaries(
        {}, optional={name: st.just(good) | wrong for name, good in fields.items() if name != "close"}
    )
    return whole | whole | JSON | NASTY


def with_real_ids(sent: object, elsewhere: Mapping[str, str]) -> object:
    if not isinstance(sent, dict):
        return sent
    return {
        name: elsewhere.get(value, value) if isinstance(value, str) else value for name, value in sent.items()
    }
