"""`evenside doctor` names what is unsafe about keys, backups and deletions, in plain words (R35, R40)."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from auth.leaving import ask_to_leave
from cli.doctor_data import data
from cli.findings import GOOD, NOTE, UNSAFE
from foundation.backup_note import note_backup
from foundation.columns import install_key
from foundation.settings import Settings
from tests.clinic import NOW, Clinic
from tests.conftest import KEY


@pytest.fixture
def house(settings: Settings, clinic: Clinic) -> Settings:
    url = clinic.database.engine.url.render_as_string(hide_password=False)
    return replace(settings, database_url=url)


def said(settings: Settings) -> dict[str, str]:
    return {one.words: one.state for one in data(settings, NOW)}


@pytest.mark.parametrize(("days", "state"), [(0, GOOD), (3, NOTE), (8, UNSAFE)])
def test_a_backup_grows_old(house: Settings, days: int, state: str) -> None:
    note_backup(house.data, NOW - timedelta(days=days))
    assert [found for words, found in said(house).items() if "last backup" in words] == [state]


def test_no_backup_at_all_is_said(house: Settings) -> None:
    assert "No backup was made from here yet. Run each night: evenside backup FILE" in said(house)


def test_another_key_is_unsafe_and_the_right_one_is_not(house: Settings, clinic: Clinic) -> None:
    clinic.booked(note="I would rather talk by phone.")
    assert said(house)["Sealed texts open with the encryption key."] == GOOD
    install_key(bytes(32))
    try:
        [words] = [words for words, state in said(house).items() if state == UNSAFE]
    finally:
        install_key(KEY)
    assert "Texts do not open" in words
    assert "appointment" in words


def test_an_account_that_should_be_gone_is_unsafe(house: Settings, clinic: Clinic) -> None:
    with clinic.database.write() as session:
        ask_to_leave(session, clinic.jonah.id, now=NOW - timedelta(days=9))
    assert any("1 accounts should" in words for words, state in said(house).items() if state == UNSAFE)


def test_older_keys_are_said(house: Settings, tmp_path: Path) -> None:
    assert any("1 older encryption keys" in one for one in said(replace(house, older_keys=(bytes(32),))))
