"""A wrong setting is said in words before anything starts."""

import stat
from pathlib import Path

import pytest

from foundation.settings import SettingsError, read_settings


def read(data: Path, **values: str) -> str:
    """The complaint about these settings, or nothing."""
    environ = {"EVENSIDE_DATA": str(data)} | {f"EVENSIDE_{name}": value for name, value in values.items()}
    try:
        read_settings(environ)
    except SettingsError as error:
        return str(error)
    return ""


def test_an_empty_environment_is_enough(tmp_path: Path) -> None:
    settings = read_settings({"EVENSIDE_DATA": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path}/evenside.db"
    assert settings.smtp_url is None
    assert not settings.demo


def test_keys_are_made_once_and_only_for_us(tmp_path: Path) -> None:
    first = read_settings({"EVENSIDE_DATA": str(tmp_path)})
    again = read_settings({"EVENSIDE_DATA": str(tmp_path)})
    assert first.encryption_key == again.encryption_key
    assert first.encryption_key != first.secret_key
    assert stat.S_IMODE((tmp_path / "encryption.key").stat().st_mode) == 0o600


def test_a_new_data_folder_is_closed_to_others(tmp_path: Path) -> None:
    """Who is a member stands in the database, and that alone tells a diagnosis."""
    read_settings({"EVENSIDE_DATA": str(tmp_path / "var")})
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700


def test_a_broken_key_file_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "encryption.key").write_text("oops")
    assert "restore it from your backup" in read(tmp_path)
    assert (tmp_path / "encryption.key").read_text() == "oops"


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    said = read(
        tmp_path, BASE_URL="meet.example.org", DATABASE_URL="mysql://x", TIMEZONE="Mars/Olympus", SMTP_URL="x"
    )
    for name in ("BASE_URL", "DATABASE_URL", "TIMEZONE", "SMTP_URL"):
        assert f"EVENSIDE_{name}" in said


def test_plain_http_is_only_for_this_machine(tmp_path: Path) -> None:
    assert "must be https" in read(tmp_path, BASE_URL="http://meet.example.org")
    assert not read(tmp_path, BASE_URL="http://127.0.0.1:9000")


def test_proxies_are_addresses_or_networks(tmp_path: Path) -> None:
    assert not read(tmp_path, TRUSTED_PROXIES="127.0.0.1, 10.0.0.0/24")
    assert "EVENSIDE_TRUSTED_PROXIES" in read(tmp_path, TRUSTED_PROXIES="the one in the rack")


def test_a_misspelt_setting_is_noticed(tmp_path: Path) -> None:
    assert "EVENSIDE_DATABSE_URL" in read(tmp_path, DATABSE_URL="sqlite:///x.db")


def test_a_secret_can_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "smtp").write_text("smtp://user:secret@127.0.0.1:2525\n")
    settings = read_settings(
        {"EVENSIDE_DATA": str(tmp_path), "EVENSIDE_SMTP_URL_FILE": str(tmp_path / "smtp")}
    )
    assert settings.smtp_url == "smtp://user:secret@127.0.0.1:2525"


def test_a_secret_file_that_is_missing_is_told(tmp_path: Path) -> None:
    assert "cannot be read" in read(tmp_path, SMTP_URL_FILE=str(tmp_path / "nowhere"))


@pytest.mark.parametrize("line", ["EVENSIDE_ORG_NAME=Harbor House", 'EVENSIDE_ORG_NAME = "Harbor House"'])
def test_the_data_folder_may_hold_a_dotenv(tmp_path: Path, line: str) -> None:
    (tmp_path / ".env").write_text(f"# ours\n{line}\n")
    assert read_settings({"EVENSIDE_DATA": str(tmp_path)}).org_name == "Harbor House"


def test_what_is_set_for_the_tests_stops_no_start(tmp_path: Path) -> None:
    assert not read(tmp_path, CHROMIUM="/usr/bin/chromium")
    assert "EVENSIDE_CHROMIUMM is not a setting" in read(tmp_path, CHROMIUMM="/usr/bin/chromium")


def test_a_video_server_needs_all_three_and_a_long_secret(tmp_path: Path) -> None:
    whole = {"JITSI_URL": "https://call.example.org/", "JITSI_APP_ID": "evenside", "JITSI_SECRET": "s" * 32}
    environ = {"EVENSIDE_DATA": str(tmp_path)} | {f"EVENSIDE_{name}": value for name, value in whole.items()}
    jitsi = read_settings(environ).jitsi
    assert jitsi is not None
    assert jitsi.url == "https://call.example.org"
    assert "ssss" not in repr(jitsi)
    for name in whole:
        assert "EVENSIDE_JITSI_URL" in read(tmp_path, **(whole | {name: ""}))
    assert "_JITSI_SECRET of 32" in read(tmp_path, **(whole | {"JITSI_SECRET": "short"}))
    assert "must be like https" in read(tmp_path, **(whole | {"JITSI_URL": "http://call.example.org"}))


def test_texts_need_an_address_a_number_and_a_secret(tmp_path: Path) -> None:
    whole = {"SMS_URL": "https://sms.example.org/m", "SMS_FROM": "+13125550199", "SMS_SECRET": "s3cret"}
    by_form = whole | {"SMS_USER": "house"}
    environ = {"EVENSIDE_DATA": str(tmp_path)} | {
        f"EVENSIDE_{name}": value for name, value in by_form.items()
    }
    texts = read_settings(environ).texts
    assert texts is not None
    assert "s3cret" not in repr(texts)
    assert read_settings({"EVENSIDE_DATA": str(tmp_path)}).texts is None
    assert "EVENSIDE_SMS_STYLE" in read(tmp_path, **whole)
    for name in whole:
        assert "EVENSIDE_SMS_URL" in read(tmp_path, **(by_form | {name: ""}))
    for url in ("http://sms.example.org/m", "https://user:word@sms.example.org/m"):
        assert "EVENSIDE_SMS_URL must be" in read(tmp_path, **(by_form | {"SMS_URL": url}))


def test_pushes_need_whom_to_ask_and_keep_their_key(tmp_path: Path) -> None:
    environ = {"EVENSIDE_DATA": str(tmp_path), "EVENSIDE_PUSH_CONTACT": "mailto:help@example.org"}
    first, again = read_settings(environ).push, read_settings(environ).push
    assert first is not None
    assert first == again
    assert (tmp_path / "push.key").stat().st_mode & 0o777 == 0o600
    assert "EVENSIDE_PUSH_CONTACT" in read(tmp_path, PUSH_CONTACT="help@example.org")
