"""Two kinds of mailbox, read alike: a mail is handed over, dealt with, and only then marked as read."""

import imaplib
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

LARGEST = 256 * 1024
"""Bytes; an answer has a few thousand. Larger mails are handed over as None, unread."""

MOST_AT_ONCE = 50
TIMEOUT = 15.0
_PORTS = {"imaps": 993, "imap": 143}

Handle = Callable[[bytes | None, str], None]
"""Given the mail, and a name that it keeps in this mailbox."""


class MailboxAway(Exception):
    """It cannot be read now; the words name no address."""


class Mailbox(Protocol):
    def read(self, handle: Handle) -> int:
        """Hand over what nobody has read yet; returns how many. Raises MailboxAway."""


def mailbox_at(url: str) -> Mailbox:
    return Maildir(Path(unquote(urlsplit(url).path))) if url.startswith("maildir:") else Imap(url)


class Maildir:
    """`new` holds what is unread; a mail that is dealt with moves to `cur` with the flag S."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, handle: Handle) -> int:
        try:
            (self._path / "cur").mkdir(parents=True, exist_ok=True)
            files = sorted(one for one in (self._path / "new").iterdir() if one.is_file())[:MOST_AT_ONCE]
            for file in files:
                with file.open("rb") as opened:
                    data = opened.read(LARGEST + 1)
                handle(data if len(data) <= LARGEST else None, file.name)
                file.rename(self._path / "cur" / f"{file.name}:2,S")
        except OSError as error:
            raise MailboxAway(f"the folder: {error.strerror}") from error
        return len(files)


class Imap:
    """imaps://user:password@host:port/folder (RFC 3501); plain imap only to this machine itself."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)

    def read(self, handle: Handle) -> int:
        with self._told_plainly(), self._opened() as server:
            numbers = _data(server.uid("SEARCH", "UNSEEN"))[0].split()[:MOST_AT_ONCE]
            for number in numbers:
                name = number.decode("ascii")
                handle(_fetched(server, name), name)
                _data(server.uid("STORE", name, "+FLAGS.SILENT", "(\\Seen)"))
            return len(numbers)

    @contextmanager
    def _opened(self) -> Iterator[imaplib.IMAP4]:
        server = self._connected()
        try:
            server.login(unquote(self._url.username or ""), unquote(self._url.password or ""))
            folder = unquote(self._url.path.lstrip("/")) or "INBOX"
            _data(server.select(f'"{folder}"'))
            yield server
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                server.logout()

    def _connected(self) -> imaplib.IMAP4:
        host, port = self._url.hostname or "localhost", self._url.port or _PORTS[self._url.scheme]
        if self._url.scheme == "imaps":
            secure = ssl.create_default_context()
            return imaplib.IMAP4_SSL(host, port, ssl_context=secure, timeout=TIMEOUT)
        return imaplib.IMAP4(host, port, timeout=TIMEOUT)

    @contextmanager
    def _told_plainly(self) -> Iterator[None]:
        try:
            yield
        except imaplib.IMAP4.error as error:
            raise MailboxAway("the mail server refuses") from error
        except OSError as error:
            raise MailboxAway(f"the mail server: {type(error).__name__}") from error


def _fetched(server: imaplib.IMAP4, name: str) -> bytes | None:
    """The mail, unless its size alone says that it is no answer."""
    told = re.search(rb"RFC822\.SIZE (\d+)", _data(server.uid("FETCH", name, "(RFC822.SIZE)"))[0])
    if told is None or int(told[1]) > LARGEST:
        return None
    parts = server.uid("FETCH", name, "(BODY.PEEK[])")[1]
    return next((bytes(one[1]) for one in parts if isinstance(one, tuple)), None)


def _data(answer: tuple[str, list[bytes | None]]) -> list[bytes]:
    kind, data = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(kind)
    return [one or b"" for one in data]
