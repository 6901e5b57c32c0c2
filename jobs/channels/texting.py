"""A text message through a provider's HTTP API, in one of the two ways that most of them take it."""

import json
from base64 import b64encode
from urllib.parse import urlencode

from foundation.text_service import FORM, TextService
from jobs.channels.posting import Poster, refuse_unless_taken


def send_text(service: TextService, poster: Poster, number: str, words: str) -> None:
    """Hand it to the provider. Raises NotSent, in words without the number."""
    body, headers = _form(service, number, words) if service.style == FORM else _json(service, number, words)
    post = poster.post_here if service.parts.scheme == "http" else poster.post
    refuse_unless_taken(post(service.url, body, headers))


def _form(service: TextService, number: str, words: str) -> tuple[bytes, dict[str, str]]:
    """As Twilio documents its Messages resource: To, From, Body, with HTTP Basic."""
    login = b64encode(f"{service.user}:{service.secret}".encode()).decode()
    body = urlencode({"To": number, "From": service.sender, "Body": words}).encode()
    return body, {"Authorization": f"Basic {login}", "Content-Type": "application/x-www-form-urlencoded"}


def _json(service: TextService, number: str, words: str) -> tuple[bytes, dict[str, str]]:
    """As Telnyx documents its messages: to, from, text, with a bearer token."""
    body = json.dumps({"to": number, "from": service.sender, "text": words}).encode()
    return body, {"Authorization": f"Bearer {service.secret}", "Content-Type": "application/json"}
