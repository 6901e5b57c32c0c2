"""Each line of chat asks whether somebody is at the desk: that looks at the desk, not at the whole room."""

from pathlib import Path
from typing import Any

from sqlalchemy import event

from cli.wiring import utc_now
from realtime.presence import has_moderator
from tests.builders.rooms import an_evening
from tests.schema import new_sqlite


def test_who_is_at_the_desk_is_found_by_its_index(tmp_path: Path) -> None:
    """SQLite says how it goes about it; with so few rows PostgreSQL would read them all either way."""
    database = new_sqlite(tmp_path)
    evening = an_evening(database, now=utc_now(), members=2)
    asked: list[tuple[str, Any]] = []
    with database.read() as session:
        event.listen(session.connection(), "before_cursor_execute", lambda *given: asked.append(given[2:4]))
        assert has_moderator(session, evening.room_id, now=utc_now())
        [(statement, values)] = asked
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    database.close()
    assert "USING INDEX ix_room_presence_at_desk" in str(plan)
