"""The mailbox for answers: its address is checked at the start, and shown nowhere."""

from pathlib import Path

import pytest

from foundation.settings import SettingsError, read_settings
from jobs.replying.mailboxes import mailbox_at


@pytest.mark.parametrize(
    "url",
    [
        "imap://a:b@mail.example.org/INBOX",
        "https://x.example",
        "maildir://relative",
        "imaps://mail.example.org",
    ],
)
def test_a_mailbox_without_encryption_or_sense_is_refused_at_the_start(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match="EVENSIDE_REPLIES_URL"):
        read_settings({"EVENSIDE_DATA": str(tmp_path), "EVENSIDE_REPLIES_URL": url})


def test_the_address_can_come_from_a_file_and_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("imaps://us%40x:word@mail.example.org/Replies\n")
    settings = read_settings(
        {"EVENSIDE_DATA": str(tmp_path), "EVENSIDE_REPLIES_URL_FILE": str(tmp_path / "secret")}
    )
    assert "word" not in repr(settings)
    assert settings.replies_url is not None and mailbox_at(settings.replies_url)
