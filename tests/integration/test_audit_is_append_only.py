"""Nobody rewrites the audit trail, not even our own code."""

from datetime import datetime

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from foundation.audit import AuditEntry, record
from foundation.database import Database


def note(database: Database, now: datetime) -> None:
    with database.write() as session:
        record(session, actor=None, action="person.added", kind="person", object_id="x", now=now)


def test_an_entry_is_kept_with_the_change(database: Database, now: datetime) -> None:
    note(database, now)
    with database.read() as session:
        assert session.scalars(select(AuditEntry)).one().at == now


def test_R36_an_entry_cannot_be_changed_or_removed(database: Database, now: datetime) -> None:
    note(database, now)
    for change in (update(AuditEntry).values(action="nothing"), delete(AuditEntry)):
        with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
            session.execute(change)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 1
