"""The demo's mailbox: every mail that would have been sent. Anywhere else, there is nothing here."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from flask import Blueprint, abort, render_template

from web.context import settings
from web.guards import public

blueprint = Blueprint("devmail", __name__)
_NAME = re.compile(r"[0-9a-f]{24}")
_NEWEST = 50
_LINK = re.compile(r"(https?://[^\s<>]+)")


@dataclass(frozen=True)
class Mail:
    """A mail as the mailbox shows it: its plain text, and the calendar object that came with it."""

    name: str
    to: str
    subject: str
    at: datetime
    text: str
    calendar: str

    @property
    def lines(self) -> list[list[tuple[str, bool]]]:
        """Each line that says something, in pieces: (text, whether it is a link to a page of ours)."""
        here = f"{settings().origin}/"
        split = [_LINK.split(line) for line in self.text.splitlines() if line.strip()]
        return [[(piece, piece.startswith(here)) for piece in line if piece] for line in split]


@blueprint.get("/dev/mail")
@public
def index() -> str:
    folder = _mailbox()
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    return render_template("dev/mails.html", mails=[_read(file) for file in files[:_NEWEST]])


@blueprint.get("/dev/mail/<name>")
@public
def show(name: str) -> str:
    file = _mailbox() / f"{name}.eml"
    if not _NAME.fullmatch(name) or not file.is_file():
        abort(404)
    return render_template("dev/mail.html", mail=_read(file))


def _mailbox() -> Path:
    if not settings().demo:
        abort(404)
    return settings().data / "outbox"


def _read(file: Path) -> Mail:
    mail = message_from_bytes(file.read_bytes(), _class=EmailMessage, policy=policy.default)
    date = mail["Date"].datetime
    return Mail(
        file.stem, str(mail["To"]), str(mail["Subject"]), date, _text(mail, "plain"), _text(mail, "calendar")
    )


def _text(mail: EmailMessage, subtype: str) -> str:
    for part in mail.walk():
        if part.get_content_type() == f"text/{subtype}":
            return str(part.get_content())
    return ""
