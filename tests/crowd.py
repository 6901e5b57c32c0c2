"""Many programs that call one house at the same moment, each on a connection and with a token of its own.

Everything is written to all connections before anything is read, so that nothing of ours holds one back.
"""

import json
import socket
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPResponse
from typing import Any
from urllib.parse import urlsplit

from auth.tokens import issue_token, note_uses
from cli.wiring import utc_now
from tests.builders.groups import some_members
from tests.house import House

PATIENCE_SECONDS = 120
_MOST_ROUNDS = 20


@dataclass(frozen=True)
class Reply:
    status: int
    body: dict[str, Any]


@dataclass(frozen=True)
class Post:
    """What one caller sends, and under which key, if any."""

    token: str
    body: object
    key: str = ""

    def written(self, path: str) -> bytes:
        sent = json.dumps(self.body).encode()
        named = {
            "Host": "127.0.0.1",
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Content-Length": str(len(sent)),
            **({"Idempotency-Key": self.key} if self.key else {}),
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
        return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + sent


def tokens_of_many(house: House, count: int) -> list[str]:
    """A token for each of so many new members, used a moment ago already."""
    with house.database.write() as session:
        members = some_members(session, count)
        tokens = [issue_token(session, one, label="race", now=utc_now()) for one in members]
        note_uses(session, tokens, now=utc_now())
    return tokens


def post_all(house: House, path: str, posts: Sequence[Post]) -> list[Reply]:
    """Each on a connection of its own, all at once; the replies in the same order."""
    with ExitStack() as lines:
        opened = [lines.enter_context(_send(house, one.written(path))) for one in posts]
        return [_reply(line) for line in opened]


def post_until_answered(house: House, path: str, posts: Sequence[Post]) -> list[Reply]:
    """Like `post_all`; whoever is told to ask again (503), as a very busy machine may do, asks again."""
    replies = post_all(house, path, posts)
    for _ in range(_MOST_ROUNDS):
        again = [place for place, one in enumerate(replies) if one.status == HTTPStatus.SERVICE_UNAVAILABLE]
        for place, reply in zip(again, post_all(house, path, [posts[one] for one in again]), strict=True):
            replies[place] = reply
    return replies


def _send(house: House, request: bytes) -> socket.socket:
    """Connects and writes at once: gunicorn hangs up on those who keep it waiting for two seconds."""
    there = urlsplit(house.url)
    line = socket.create_connection((there.hostname or "", there.port or 0), PATIENCE_SECONDS)
    line.sendall(request)
    return line


def _reply(line: socket.socket) -> Reply:
    answer = HTTPResponse(line)
    answer.begin()
    text = answer.read()
    return Reply(answer.status, json.loads(text))
