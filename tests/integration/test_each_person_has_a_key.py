"""What is about a person is sealed with their key, bound to its row, and shredded with it (R35, R40)."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary, func, select, text, type_coerce, update

from auth.authenticator_apps import AuthenticatorApp, try_app_code
from auth.erasing import erase_person
from auth.people import Person
from cli.backup.bringing_back import bring_back
from cli.backup.key_book import book_beside
from cli.backup.reading import label_of, rows_in
from cli.backup.sealed_file import NotOurFile
from cli.backup.writing import write_backup
from cli.keys.resealing import reseal_everything
from cli.keys.rotating import forget, rotate
from foundation.columns import SealBroken, blind_index, install_key
from foundation.database import Database
from foundation.key_file import HouseKeys, read_key_file, write_key_file
from foundation.keyring import KEYRING, Keyring
from foundation.person_keys import PersonKey
from foundation.sealing import key_name, name_of
from foundation.settings import Settings
from scheduling.appointments import Appointment
from scheduling.kept import keep_typed
from tests.builders.factors import an_app
from tests.clinic import NOW, Clinic
from tests.conftest import KEY

SAYS = "I would rather talk by phone."
LATER = timedelta(hours=1)
_RAW = type_coerce(Appointment.note, LargeBinary)


def notes_as_they_lie(database: Database) -> list[bytes]:
    with database.read() as session:
        return [bytes(one) for one in session.scalars(select(_RAW).order_by(Appointment.id))]


def keys_of(database: Database, person_id: str) -> list[str]:
    with database.read() as session:
        theirs = select(PersonKey.id).where(PersonKey.owner_id == person_id)
        return list(session.scalars(theirs.order_by(PersonKey.created_at)))


@pytest.fixture
def key_file(tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "encryption.key"
    write_key_file(file, HouseKeys(KEY))
    KEYRING.install(HouseKeys(KEY), file)
    yield file
    install_key(KEY)


def test_a_note_is_sealed_with_the_members_key(clinic: Clinic) -> None:
    clinic.booked(note=SAYS)
    [mine] = keys_of(clinic.database, clinic.jonah.id)
    [sealed] = notes_as_they_lie(clinic.database)
    assert key_name(sealed) == bytes.fromhex(mine)
    assert clinic.appointments()[0].note == SAYS


def test_the_secret_of_an_app_is_sealed_with_its_owners_key(clinic: Clinic, now: datetime) -> None:
    """From its first code on, not only while it waits for that."""
    with clinic.database.write() as session:
        app = an_app(session, clinic.dana, now=now)
    [mine] = keys_of(clinic.database, clinic.dana.id)
    raw = type_coerce(AuthenticatorApp.secret, LargeBinary)
    with clinic.database.write() as session:
        assert key_name(bytes(session.scalar(select(raw)) or b"")) == bytes.fromhex(mine)
        assert try_app_code(session, clinic.dana.id, app.shows(now), now=now)


def test_a_second_note_needs_no_second_key(clinic: Clinic) -> None:
    one = clinic.booked(note=SAYS)
    with clinic.database.write() as session:
        session.get_one(Appointment, one.id).note = "Or by video."
    assert len(keys_of(clinic.database, clinic.jonah.id)) == 1
    assert clinic.appointments()[0].note == "Or by video."


def test_a_key_whose_transaction_failed_is_used_by_nobody(clinic: Clinic) -> None:
    with pytest.raises(RuntimeError), clinic.database.write() as session:
        session.get_one(Person, clinic.jonah.id).phone = "+13125550100"
        session.flush()
        raise RuntimeError
    assert keys_of(clinic.database, clinic.jonah.id) == []
    clinic.booked(note=SAYS)
    assert clinic.appointments()[0].note == SAYS


def test_a_key_that_went_back_with_a_savepoint_seals_nothing_afterwards(clinic: Clinic) -> None:
    """As with a series that leaves out the date which is taken."""
    with clinic.database.write() as session:
        with pytest.raises(RuntimeError), session.begin_nested():
            session.get_one(Person, clinic.jonah.id).phone = "+13125550100"
            session.flush()
            raise RuntimeError
        session.get_one(Person, clinic.jonah.id).phone = "+13125550199"
    with clinic.database.read() as session:
        sealed = session.scalar(
            select(type_coerce(Person.phone, LargeBinary)).where(Person.id == clinic.jonah.id)
        )
    assert [key_name(bytes(sealed or b""))] == [
        bytes.fromhex(one) for one in keys_of(clinic.database, clinic.jonah.id)
    ]


def test_R35_a_text_moved_to_another_row_is_refused(clinic: Clinic) -> None:
    first, second = clinic.booked(note=SAYS), clinic.booked(NOW + timedelta(days=5), note="Another.")
    with clinic.database.write() as session:
        stolen = session.scalar(select(_RAW).where(Appointment.id == first.id))
        moved = "UPDATE appointment SET note = :note WHERE id = :id"
        session.execute(text(moved), {"note": stolen, "id": second.id})
    with clinic.database.read() as session, pytest.raises(SealBroken, match="another row"):
        session.get_one(Appointment, second.id)


def test_a_text_copied_by_us_belongs_to_its_new_row(clinic: Clinic) -> None:
    first, second = clinic.booked(note=SAYS), clinic.booked(NOW + timedelta(days=5), note="Another.")
    with clinic.database.write() as session:
        copied = session.get_one(Appointment, first.id).note
        session.execute(update(Appointment).where(Appointment.id == second.id).values(note=copied))
    assert [one.note for one in clinic.appointments()] == [SAYS, SAYS]


def test_another_process_finds_a_key_that_was_made_since(clinic: Clinic) -> None:
    clinic.booked(note=SAYS)
    KEYRING.forget([bytes.fromhex(one) for one in keys_of(clinic.database, clinic.jonah.id)])
    assert clinic.appointments()[0].note == SAYS


def test_what_is_deleted_opens_in_no_backup_any_more(clinic: Clinic, now: datetime, tmp_path: Path) -> None:
    """R40: the file and the house's key are not enough; the key that is missing lay in neither."""
    clinic.booked(note=SAYS)
    file = tmp_path / "house.backup"
    write_backup(clinic.database, file, KEY, now=now)
    [sealed] = [row.values["note"] for row in rows_in(file, [KEY]) if row.table == "appointment"]
    assert KEYRING.open(sealed, "appointment.note") == SAYS
    with clinic.database.write() as session:
        erase_person(session, clinic.jonah.id, now=now)
    with pytest.raises(SealBroken):
        KEYRING.open(sealed, "appointment.note")
    write_backup(clinic.database, file, KEY, now=now + LATER)
    with clinic.database.read() as session:
        assert session.scalar(select(func.count()).select_from(PersonKey)) == 0


def test_a_backup_without_the_book_is_refused_on_a_new_machine(
    clinic: Clinic, settings: Settings, now: datetime, tmp_path: Path
) -> None:
    clinic.booked(note=SAYS)
    file = tmp_path / "house.backup"
    write_backup(clinic.database, file, KEY, now=now)
    book_beside(file).unlink()
    (fresh := tmp_path / "fresh").mkdir()
    new = Settings(**{**vars(settings), "data": fresh, "database_url": f"sqlite:///{fresh / 'new.db'}"})
    with pytest.raises(NotOurFile, match="keys of what 1 people wrote"):
        bring_back(new, file, label_of(file), now=now)


def test_R35_rotation_seals_everything_anew_and_loses_nothing(clinic: Clinic, key_file: Path) -> None:
    """R35."""
    clinic.booked(note=SAYS)
    found_by = blind_index("somewhere", "Second Cup")
    [old_key], [old] = keys_of(clinic.database, clinic.jonah.id), notes_as_they_lie(clinic.database)
    done = rotate(clinic.database, key_file, now=NOW + LATER)
    [new] = notes_as_they_lie(clinic.database)
    assert (done.people, done.late) == (1, 0)
    assert key_name(new) != key_name(old)
    assert key_name(new) == bytes.fromhex(keys_of(clinic.database, clinic.jonah.id)[-1])
    assert clinic.appointments()[0].note == SAYS
    assert blind_index("somewhere", "Second Cup") == found_by
    assert read_key_file(key_file).older == (KEY,)
    assert forget(clinic.database, key_file, now=NOW + LATER) == (1, 1)
    assert old_key not in keys_of(clinic.database, clinic.jonah.id)
    KEYRING.install(read_key_file(key_file), key_file)
    assert clinic.appointments()[0].note == SAYS
    with pytest.raises(SealBroken):
        KEYRING.open(old, "appointment.note")


def test_a_process_that_runs_meanwhile_finds_the_new_key_by_itself(clinic: Clinic, key_file: Path) -> None:
    clinic.booked(note=SAYS)
    rotate(clinic.database, key_file, now=NOW + LATER)
    KEYRING.install(HouseKeys(KEY), key_file)
    KEYRING.forget([bytes.fromhex(one) for one in keys_of(clinic.database, clinic.jonah.id)])
    assert clinic.appointments()[0].note == SAYS
    assert KEYRING.newest == read_key_file(key_file).newest


def test_a_process_that_slept_through_it_seals_with_the_new_key(clinic: Clinic, key_file: Path) -> None:
    """It met no value of the new key, and the old one is destroyed: what it seals now must open tomorrow."""
    sleeper = Keyring()
    sleeper.install(read_key_file(key_file), key_file)
    rotate(clinic.database, key_file, now=NOW + LATER)
    forget(clinic.database, key_file, now=NOW + LATER)
    sealed = sleeper.seal(SAYS, "live_question.text")
    KEYRING.install(read_key_file(key_file), key_file)
    assert KEYRING.open(sealed, "live_question.text") == SAYS


def test_what_was_written_in_bulk_is_given_to_its_owner(clinic: Clinic, key_file: Path) -> None:
    """And so is what the first releases wrote, which has no names in it."""
    one = clinic.booked()
    with clinic.database.write() as session:
        session.execute(update(Appointment).where(Appointment.id == one.id).values(note=SAYS))
        keep_typed(session, clinic.jonah.id, "half a sent")
    [sealed] = notes_as_they_lie(clinic.database)
    assert key_name(sealed) == name_of(KEY)
    assert reseal_everything(clinic.database, now=NOW) > 0
    [sealed] = notes_as_they_lie(clinic.database)
    assert sealed and key_name(sealed) == bytes.fromhex(keys_of(clinic.database, clinic.jonah.id)[0])
    assert reseal_everything(clinic.database, now=NOW) == 0
    assert clinic.appointments()[0].note == SAYS


def test_values_of_the_first_releases_still_open(clinic: Clinic) -> None:
    one, nonce = clinic.booked(), os.urandom(12)
    first = nonce + AESGCM(KEY).encrypt(nonce, SAYS.encode(), b"appointment.note")
    with clinic.database.write() as session:
        change = text("UPDATE appointment SET note = :note WHERE id = :id")
        session.execute(change, {"note": first, "id": one.id})
    assert clinic.appointments()[0].note == SAYS
