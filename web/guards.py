"""Each view says who may open it: `@public` or `@requires("...")`. A test walks all routes and fails without.

Objects are checked inside the view, by `allow(actor(), name, obj)`.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast
from urllib.parse import urlencode

from flask import redirect, request
from werkzeug.wrappers import Response

from auth.actor import Actor
from auth.permissions import PERMISSIONS, NeedsSecondFactor, NotSignedIn, allow
from auth.sessions import is_fresh
from web.context import actor, actor_or_none, halfway_or_none, now

P = ParamSpec("P")
R = TypeVar("R")

PUBLIC = "public"
FIRST_STEP = "first step"
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
                return _ask_for_second_step() if halfway_or_none() else _ask_to_sign_in()
            allow(somebody, name)
            return view(*args, **kwargs)

        cast(Any, enter).guard = name
        return enter

    return guarded


def after_first_step(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Open to whoever is signed in, and to staff who are halfway in: the pages of the second step."""

    @wraps(view)
    def enter(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        return view(*args, **kwargs) if somebody_or_none() is not None else _ask_to_sign_in()

    cast(Any, enter).guard = FIRST_STEP
    return enter


def somebody_or_none() -> Actor | None:
    """Whoever is signed in, or halfway."""
    return actor_or_none() or halfway_or_none()


def fresh(back: str) -> Callable[[Callable[P, R]], Callable[P, R | Response]]:
    """Only soon after somebody showed who they are (R10). Others do so first, and come to `back` then."""

    def guarded(view: Callable[P, R]) -> Callable[P, R | Response]:
        @wraps(view)
        def enter(*args: P.args, **kwargs: P.kwargs) -> R | Response:
            if is_fresh(actor(), now=now()):
                return view(*args, **kwargs)
            return redirect(f"/account/again?{urlencode({'next': back})}", code=303)

        return enter

    return guarded


def _ask_to_sign_in() -> Response:
    """A page can be asked for again after signing in; a change or an API call cannot, so it gets a 401."""
    if _cannot_come_back():
        raise NotSignedIn
    return to_sign_in()


def _ask_for_second_step() -> Response:
    if _cannot_come_back():
        raise NeedsSecondFactor
    return redirect(f"/sign-in/second?{urlencode({'next': _here()})}", code=303)


def _cannot_come_back() -> bool:
    return request.method not in _SAFE or request.path.startswith("/api/")


def to_sign_in(back: str | None = None) -> Response:
    """The way in, and from there to `back`: this page, unless said otherwise."""
    return redirect(f"/sign-in?{urlencode({'next': back or _here()})}", code=303)


def _here() -> str:
    asked = request.query_string.decode("ascii", "replace")
    return f"{request.path}?{asked}" if asked else request.path
