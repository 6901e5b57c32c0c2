"""What a passkey's answer comes in, and who we are to it."""

from urllib.parse import urlsplit

from flask import Response
from wtforms import BooleanField, HiddenField

from auth.passkeys import RelyingParty
from web.context import settings
from web.forms import Form, LineField


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


def as_json(challenge: str) -> Response:
    """A challenge, for js/passkeys.js."""
    return Response(challenge, content_type="application/json")
