"""The drill: a house is backed up while it runs, destroyed, and brought back (R40)."""

import stat
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from auth.consents import Consent, give_consent, withdraw_consent
from auth.erased_list import add_to_list
from auth.erasing import erase_person, erased_ids
from auth.holdings import SOMEBODY
from auth.people import Person
from auth.sessions import AuthSession, open_session
from auth.tokens import ApiToken, issue_token, revoke_token
from cli.backup.bringing_back import bring_back
from cli.backup.reading import Label, label_of, rows_in
from cli.backup.rows import LEFT_OUT, read_rows
from cli.backup.sealed_file import NotOurFile
from cli.backup.writing import write_backup
from foundation.audit import AuditEntry, record
from foundation.database import Base, Database
from foundation.settings import Settings
from foundation.tables import know_every_table
from realtime.models import Question
from scheduling.appointments import Appointment
from scheduling.occupancy import Occupancy
from tests.builders.people import a_member
from tests.builders.rooms import Evening
from tests.clinic import Clinic
from tests.conftest import KEY

LATER = timedelta(hours=3)
_CHANGED_BY_COMING_BACK = {"audit_entry", "calendar_change", "room", *LEFT_OUT}


@pytest.fixture
def house(settings: Settings, database: Database) -> Settings:
    """The settings that name this story's database."""
    return replace(settings, database_url=database.engine.url.render_as_string(hide_password=False))


def everything(database: Database) -> dict[str, list[list[object]]]:
    """All rows as they lie there, sealed; without what coming back changes on purpose."""
    know_every_table()
    tables = [one for one in Base.metadata.sorted_tables if one.name not in _CHANGED_BY_COMING_BACK]
    with database.engine.connect() as connection:
        return {one.name: list(read_rows(connection, one)) for one in tables}


def test_R40_what_was_lost_is_there_again_row_by_row(
    evening: Evening, clinic: Clinic, house: Settings, database: Database, now: datetime, tmp_path: Path
) -> None:
    asked = evening.approved(evening.members[0], "What do you do on Sundays?")
    clinic.booked(note="I would rather talk by phone.")
    before, file = everything(database), tmp_path / "house.backup"
    written = write_backup(database, file, KEY, now=now)
    with database.write() as session:
        session.execute(update(Question).values(text="", state="rejected"))
        session.execute(text("DELETE FROM occupancy"))
        session.execute(text("DELETE FROM appointment"))
        a_member(session, name="Somebody Later")
    assert everything(database) != before
    done = bring_back(house, file, label_of(file), now=now + LATER)
    assert everything(database) == before
    assert done.rows == written.rows
    with database.read() as session:
        [kept] = session.scalars(select(Appointment))
        assert kept.note == "I would rather talk by phone."
        assert session.get_one(Question, asked).text == "What do you do on Sundays?"


def test_guards_stand_again_afterwards(
    clinic: Clinic, house: Settings, database: Database, now: datetime, tmp_path: Path
) -> None:
    clinic.booked()
    bring_back(house, *a_backup(database, tmp_path, now), now=now + LATER)
    with pytest.raises(IntegrityError, match="occupancy"), database.write() as session:
        taken = session.scalars(select(Occupancy)).one()
        again = {"practitioner_id": taken.practitioner_id, "kind": taken.kind}
        session.add(Occupancy(starts_at=taken.starts_at, ends_at=taken.ends_at, **again))
    with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
        session.execute(delete(AuditEntry))


def test_it_is_written_while_somebody_writes(
    clinic: Clinic, database: Database, now: datetime, tmp_path: Path
) -> None:
    with database.write() as session:
        a_member(session, name="Not There Yet")
        file, _label = a_backup(database, tmp_path, now)
    names = [row.values["name"] for row in rows_in(file, [KEY]) if row.table == "person"]
    assert sorted(names) == ["Dana Whitlock", "Jonah Reed"]


def test_R40_who_was_deleted_since_stays_deleted(
    clinic: Clinic, house: Settings, database: Database, now: datetime, tmp_path: Path
) -> None:
    """R40, also where the database itself was lost: the list of ids lies beside it."""
    clinic.booked(note="I would rather talk by phone.")
    file, label = a_backup(database, tmp_path, now)
    with database.write() as session:
        erase_person(session, clinic.jonah.id, now=now + LATER)
        add_to_list(house.data, erased_ids(session))
    with database.write() as session:
        session.execute(text("DELETE FROM erased_person"))
    done = bring_back(house, file, label, now=now + 2 * LATER)
    assert done.deleted == 1
    with database.read() as session:
        assert session.get_one(Person, clinic.jonah.id).name == SOMEBODY
        [one] = session.scalars(select(Appointment))
        assert (one.status, one.note) == ("cancelled", "")
        assert erased_ids(session) == {clinic.jonah.id}


def test_what_was_taken_back_since_stays_so(
    clinic: Clinic, house: Settings, database: Database, now: datetime, tmp_path: Path
) -> None:
    with database.write() as session:
        jonah = session.get_one(Person, clinic.jonah.id)
        issue_token(session, jonah, label="A script", now=now)
        give_consent(session, jonah.id, "contact", "June, 312 555 0142", now=now)
        open_session(session, jonah, now=now)
    file, label = a_backup(database, tmp_path, now)
    with database.write() as session:
        [token] = session.scalars(select(ApiToken))
        revoke_token(session, token.id, clinic.jonah.id, now=now + LATER)
        withdraw_consent(session, clinic.jonah.id, "contact", now=now + LATER)
        record(session, actor=None, action="later", kind="house", object_id="x", now=now + LATER)
    done = bring_back(house, file, label, now=now + 2 * LATER)
    assert done.ended == 2
    with database.read() as session:
        assert session.scalars(select(ApiToken)).one().revoked_at == now + LATER
        assert session.scalars(select(Consent)).one().detail is None
        assert session.scalar(select(func.count()).select_from(AuthSession)) == 0
        trail = set(session.scalars(select(AuditEntry.action)))
    assert {"later", "consent.withdrawn", "backup.restored"} <= trail


def test_a_new_machine_gets_tables_rows_and_the_newest_schema(
    clinic: Clinic, settings: Settings, database: Database, now: datetime, tmp_path: Path
) -> None:
    """From either engine into an empty SQLite: so does a clinic move, or begin again."""
    clinic.booked(note="I would rather talk by phone.")
    file, label = a_backup(database, tmp_path, now)
    (fresh := tmp_path / "fresh").mkdir()
    empty = replace(settings, data=fresh, database_url=f"sqlite:///{fresh / 'evenside.db'}")
    bring_back(empty, file, label, now=now)
    there = Database(empty.database_url)
    assert everything(there) == everything(database)
    there.close()


@pytest.mark.parametrize("harm", ["cut", "turned", "another key", "no backup"])
def test_a_harmed_file_changes_nothing(
    clinic: Clinic, house: Settings, database: Database, now: datetime, tmp_path: Path, harm: str
) -> None:
    clinic.booked()
    file, label = a_backup(database, tmp_path, now)
    bytes_ = bytearray(file.read_bytes())
    if harm == "cut":
        del bytes_[-40:]
    elif harm == "turned":
        bytes_[-40] ^= 1
    elif harm == "no backup":
        bytes_[:8] = b"PK\x03\x04abcd"
    file.write_bytes(bytes_)
    before = everything(database)
    settings = replace(house, encryption_key=bytes(32)) if harm == "another key" else house
    with pytest.raises(NotOurFile):
        bring_back(settings, file, label, now=now)
    assert everything(database) == before


def test_the_file_is_private_sealed_and_free_of_sessions(
    clinic: Clinic, database: Database, now: datetime, tmp_path: Path
) -> None:
    clinic.visit(clinic.jonah)
    file, _label = a_backup(database, tmp_path, now)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"Jonah" not in file.read_bytes()
    assert LEFT_OUT.isdisjoint(row.table for row in rows_in(file, [KEY]))


def a_backup(database: Database, folder: Path, now: datetime) -> tuple[Path, Label]:
    file = folder / "house.backup"
    write_backup(database, file, KEY, now=now)
    return file, label_of(file)
