"""A browser in which somebody came in before: their sign-in has limits of its own, so that a stranger's flood
takes nothing from them. It opens nothing by itself.
"""

from datetime import timedelta

from flask import Response, after_this_request, request

from auth.keyed import keyed_digest
from auth.passes import make_pass, read_pass
from web.context import now, settings

_PURPOSE = "known.browser"
_KEEP = timedelta(days=90)
_LETTERS = 20


def remember_browser(address: str) -> None:
    """Leave a signed pass that says whose browser it is to us alone. Never on a device that others use."""
    given = make_pass(settings().secret_key, _PURPOSE, _subject(address), now() + _KEEP)

    @after_this_request
    def leave(response: Response) -> Response:
        response.set_cookie(
            _name(), given, max_age=_KEEP, secure=settings().is_https, httponly=True, samesite="Lax"
        )
        return response


def mark_of(address: str) -> str:
    """What this browser's own share is counted by; empty for a browser in which `address` never came in."""
    given = request.cookies.get(_name(), "")
    subject = read_pass(settings().secret_key, _PURPOSE, given, now=now())
    return keyed_digest(settings().secret_key, _PURPOSE, given) if subject == _subject(address) else ""


def _subject(address: str) -> str:
    return keyed_digest(settings().secret_key, f"{_PURPOSE}.address", address)[:_LETTERS]


def _name() -> str:
    return "__Host-kb" if settings().is_https else "kb"
