"""A mail server with one folder, as far as reading answers needs it (RFC 3501)."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast


class ImapServer(socketserver.ThreadingTCPServer):
    """`seen` are the numbers of mails marked as read; `asked` is every command after the login."""

    daemon_threads = True

    def __init__(self, mails: list[bytes], login: tuple[str, str]) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.mails, self.login = mails, login
        self.seen: set[int] = set()
        self.folders: set[str] = set()
        self.asked: list[str] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def fetched_whole(self, number: int) -> bool:
        return any(one.startswith(f"UID FETCH {number} (BODY") for one in self.asked)


@contextmanager
def imap_server(mails: list[bytes], *, user: str, password: str) -> Iterator[ImapServer]:
    with ImapServer(mails, (user, password)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline().decode().strip():
            tag, _, asked = line.partition(" ")
            done = self._answer(asked)
            self.wfile.write(f"{tag} {done} then\r\n".encode())
            if asked == "LOGOUT":
                return

    def _answer(self, asked: str) -> str:
        house = cast(ImapServer, self.server)
        house.asked.append(asked)
        if asked == "CAPABILITY":
            self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
        elif asked.startswith("LOGIN"):
            return "OK" if asked == 'LOGIN {} "{}"'.format(*house.login) else "NO"
        elif asked.startswith("SELECT"):
            house.folders.add(asked.split('"')[1])
            self.wfile.write(f"* {len(house.mails)} EXISTS\r\n".encode())
        elif asked == "UID SEARCH UNSEEN":
            numbers = [n for n in range(1, len(house.mails) + 1) if n not in house.seen]
            self.wfile.write(f"* SEARCH {' '.join(map(str, numbers))}\r\n".encode())
        elif found := re.match(r"UID (FETCH|STORE) (\d+) (.*)", asked):
            self._one(house, found[1], int(found[2]), found[3])
        return "OK"

    def _one(self, house: ImapServer, act: str, number: int, what: str) -> None:
        mail = house.mails[number - 1]
        if act == "STORE":
            house.seen.add(number)
        elif "SIZE" in what:
            self.wfile.write(f"* {number} FETCH (UID {number} RFC822.SIZE {len(mail)})\r\n".encode())
        else:
            head = f"* {number} FETCH (UID {number} BODY[] {{{len(mail)}}}\r\n".encode()
            self.wfile.write(head + mail + b")\r\n")
