"""No table is forgotten: each one that names a person says what it holds of them, or why nothing."""

import pytest
from sqlalchemy import Column, ForeignKey, MetaData, String, Table

from foundation.database import Base
from foundation.personal import explanations, holdings, is_explained
from foundation.tables import know_every_table

know_every_table()

NAMES = {
    *("member_id", "person_id", "practitioner_id", "owner_id", "actor_id", "author_id", "by_id"),
    *("created_by", "changed_by", "decided_by", "added_by", "done_by", "reported_by"),
}
"""What columns that name a person are called, also where the database holds no key on them."""


def silent_columns(metadata: MetaData) -> set[str]:
    """Columns that name a person, or a row that is a person's, in tables that say nothing of it."""
    held = {(one.table.name, one.column) for one in holdings()}
    their_tables = {table for table, _column in held}
    return {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if _names_a_person(column) or _is_a_child(table, column, their_tables)
        if (table.name, column.name) not in held and not is_explained(table.name, column.name)
    }


def _names_a_person(column: Column[object]) -> bool:
    return column.name in NAMES or any(key.column.table.name == "person" for key in column.foreign_keys)


def _is_a_child(table: Table, column: Column[object], their_tables: set[str]) -> bool:
    """It refers to rows that are somebody's, and nothing is said of its table at all."""
    if table.name in their_tables or any(name == table.name for name, _column in explanations()):
        return False
    return any(key.column.table.name in their_tables for key in column.foreign_keys)


def test_every_column_that_names_a_person_is_held_or_explained() -> None:
    assert silent_columns(Base.metadata) == set(), (
        "say `holds` or `explains` below the class: foundation/personal"
    )


def test_what_is_held_is_shown_or_said_why_not() -> None:
    assert [one.table.name for one in holdings() if not one.shows and not one.unshown] == []


def test_no_column_is_both_held_and_explained() -> None:
    assert [one.table.name for one in holdings() if is_explained(one.table.name, one.column)] == []


@pytest.mark.parametrize("column", ["person_id", "written_for", "appointment_id"])
def test_a_forgotten_table_is_found(column: str) -> None:
    metadata = MetaData()
    for known in Base.metadata.tables.values():
        known.to_metadata(metadata)
    target = {"written_for": "person.id", "appointment_id": "appointment.id"}.get(column)
    keys = [ForeignKey(target)] if target else []
    Table("forgotten", metadata, Column("id", String, primary_key=True), Column(column, String, *keys))
    assert silent_columns(metadata) >= {f"forgotten.{column}"}
