"""Each view says who may open it: `@public` or `@requires("...")`. A test walks all routes and fails without.

Objects are checked inside the view, by `allow(actor(), name, obj)`.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast
from urllib.parse import urlencode

from flask import redirect, request
from werkzeug.wrappers import Response

from auth.permissions import PERMISSIONS, NotSignedIn, allow
from web.context import actor_or_none

P = ParamSpec("P")
R = TypeVar("R")

PUBLIC = "public"
_SAFE = {"GET", "HEAD"}


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Open to everybody, signed in or not."""
    cast(Any, view).guard = PUBLIC
    return view


def requires(name: str) -> Callable[[Callable[P, R]], Callable[P, R | Response]]:
    """Open to those with the permission; strangers are shown the way to sign in."""
    if name not in PERMISSIONS:
        raise LookupError(f"there is no permission called {name}")

    def guarded(view: Callable[P, R]) -> Callable[P, R | Response]:
        @wraps(view)
        def enter(*args: P.args, **kwargs: P.kwargs) -> R | Response:
            somebody = actor_or_none()
            if somebody is None:
                return _ask_to_sign_in()
            allow(somebody, name)
            return view(*args, **kwargs)

        cast(Any, enter).guard = name
        return enter

    return guarded


def _ask_to_sign_in() -> Response:
    """A page can be asked for again after signing in; a change or an API call cannot, so it gets a 401."""
    if request.method not in _SAFE or request.path.startswith("/api/"):
        raise NotSignedIn
    return to_sign_in()


def to_sign_in(back: str | None = None) -> Response:
    """The way in, and from there to `back`: this page, unless said otherwise."""
    return redirect(f"/sign-in?{urlencode({'next': back or _here()})}", code=303)


def _here() -> str:
    asked = request.query_string.decode("ascii", "replace")
    return f"{request.path}?{asked}" if asked else request.path
