"""What a member writes in a call is heard whatever becomes of the call, as on the pages."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import request

from foundation.errors import DomainError
from scheduling.listening import hear_from
from web.api.refusals import InvalidRequest
from web.context import actor, db, now

_WRITTEN = ("note", "reason")
"""The fields of a body in which people write."""


@contextmanager
def heard_anyway(text: str, member_id: str | None = None) -> Iterator[None]:
    """Around the command that hears it: refused, its transaction is gone, and with it the alert.

    Only what the caller writes about themselves; `member_id` is whom they name.
    """
    try:
        yield
    except DomainError:
        _hear(text, member_id)
        raise


@contextmanager
def heard_though_refused() -> Iterator[None]:
    """Around the reading of a body: too long, or beside what does not fit, words are heard all the same."""
    try:
        yield
    except InvalidRequest:
        sent = request.get_json(silent=True)
        body = sent if isinstance(sent, dict) else {}
        for text in filter(None, map(body.get, _WRITTEN)):
            _hear(text if isinstance(text, str) else "", body.get("member"))
        raise


def _hear(text: str, member_id: object) -> None:
    if text and member_id in (None, actor().person_id):
        db().change(lambda session: hear_from(session, actor().person_id, text, now=now()))
