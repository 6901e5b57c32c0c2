"""What a passkey's answer comes in, who we are to it, and how often it may be tried.

A challenge is a row, and so many are given to a network, or to one who is signed in. An answer without one
writes nothing, and a browser has so many that open nothing. None of it is counted by person: who has
somebody's mailbox, or shares an address with them, uses up nothing of theirs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Response
from wtforms import BooleanField, HiddenField

from auth.keyed import keyed_digest
from auth.passkeys import PasskeyRefused, RelyingParty, require_challenge
from auth.throttle import Limit, count, insist, refuse_if_spent
from web import browser
from web.context import db, now, settings
from web.forms import Form, LineField

FOR_ONE_SIGN_IN = Limit("passkey.session", 40, timedelta(minutes=15))
IN_ONE_BROWSER = Limit("passkey.browser", 20, timedelta(minutes=15))


class AnswerForm(Form):
    """`answer` is the credential as JSON, put in by js/passkeys.js; it is judged in auth/passkeys."""

    answer = HiddenField()


class NewPasskeyForm(AnswerForm):
    label = LineField("Name for it", most=60, missing="Give it a name, such as My phone.")


class EntryForm(AnswerForm):
    shared = BooleanField("Others use this device.")
    next = HiddenField()


def party() -> RelyingParty:
    return RelyingParty(urlsplit(settings().base_url).hostname or "", settings().origin)


def count_challenge(limit: Limit, whose: str) -> None:
    """One more, in a write of its own; past the limit it only looks. Raises TooMany."""
    share = keyed_digest(settings().secret_key, limit.scope, whose)
    with db().read() as session:
        refuse_if_spent(session, limit, share, now=now())
    with db().note() as session:
        insist(session, limit, share, now=now())


@contextmanager
def tried(purpose: str, answer: str) -> Iterator[None]:
    """Around what uses a passkey. Raises PasskeyRefused for an answer that was not asked for, and TooMany."""
    binding = browser.binding()
    share = keyed_digest(settings().secret_key, IN_ONE_BROWSER.scope, binding or "")
    with db().read() as session:
        refuse_if_spent(session, IN_ONE_BROWSER, share, now=now())
        require_challenge(session, purpose, answer, binding=binding, now=now())
    try:
        yield
    except PasskeyRefused:
        with db().note() as session:
            count(session, IN_ONE_BROWSER, share, now=now())
        raise


def as_json(challenge: str) -> Response:
    """A challenge, for js/passkeys.js."""
    return Response(challenge, content_type="application/json")
