"""What a form or a call carries is judged before its command begins, so that no transaction waits for it."""

from collections.abc import Iterator

from flask import Flask, request

from safety.hearing import listen_first
from web.context import actor_or_none

_WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_FEWEST_WORDS = 2
_MOST_FIELDS = 40


def init_hearing(app: Flask) -> None:
    app.before_request(_listen)


def _listen() -> None:
    """Only to those who are signed in: nobody else's words are kept anywhere."""
    if request.method in _WRITING and actor_or_none() is not None:
        listen_first(list(_written())[:_MOST_FIELDS])


def _written() -> Iterator[str]:
    fields = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    values = fields.values() if isinstance(fields, dict) else ()
    for value in values:
        if isinstance(value, str) and len(value.split()) >= _FEWEST_WORDS:
            yield value
