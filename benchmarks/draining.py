"""One of several workers of the benchmark of reminders: `python -m benchmarks.draining URL FOLDER PORT`.

It says `ready`, waits for a line, and delivers until nothing more is due.
"""

import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from foundation.columns import install_key
from foundation.database import Database
from foundation.settings import Settings
from jobs.deliver import Post, deliver_due
from mail.send import Smtp
from tests.house import KEY

NOW = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)


def settings_in(folder: Path) -> Settings:
    return Settings(
        data=folder,
        database_url="",
        base_url="https://evenside.example",
        secret_key=KEY,
        encryption_key=KEY,
        mail_from="Evenside <hello@evenside.example>",
        org_name="Evenside",
        timezone="America/Los_Angeles",
    )


def main(url: str, folder: Path, port: int) -> None:
    install_key(KEY)
    database = Database(url)
    sender = Smtp(f"smtp://127.0.0.1:{port}")
    post = Post(database, settings_in(folder), sender, lambda: NOW, threading.Event())
    print("ready", flush=True)
    sys.stdin.readline()
    while deliver_due(post):
        pass
    database.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
