"""Who may read: a mail address with an app password, asked for at every request (RFC 7617)."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, ClassVar, ParamSpec, TypeVar, cast

from flask import Response, g, request

from auth.keyed import keyed_digest
from auth.throttle import Limit, count, refuse_if_spent
from foundation.errors import DomainError
from scheduling.calendars.accounts import CalendarAccount, UnknownAccount, find_account, note_use
from web.client import network
from web.context import db, now, settings
from web.guards import PUBLIC

P = ParamSpec("P")
R = TypeVar("R")
WRONG_FROM_NETWORK = Limit("dav.network", 30, timedelta(minutes=15))
_LONGEST = 200


class NoAccount(DomainError):
    code: ClassVar[str] = "no_account"
    default: ClassVar[str] = "Use your mail address and an app password from your calendar page."


def with_password(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Open to whoever has an app password in force. A session of the browser opens nothing here."""

    @wraps(view)
    def enter(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        try:
            g.calendar_account = _account()
        except NoAccount as error:
            return _ask(error)
        return view(*args, **kwargs)

    cast(Any, enter).guard = PUBLIC
    return enter


def account() -> CalendarAccount:
    return cast(CalendarAccount, g.calendar_account)


def _account() -> CalendarAccount:
    """Raises NoAccount, and TooMany once a network has been wrong too often.

    Who is right is let in all the same: 140 random bits need no lock, and a neighbour's old phone that tries
    a dead password all day would lock a whole clinic out.
    """
    given = request.authorization
    if given is None or given.type != "basic" or not given.username or not given.password:
        raise NoAccount
    try:
        with db().read() as session:
            found = find_account(session, given.username[:_LONGEST], given.password[:_LONGEST])
    except UnknownAccount as error:
        _count_wrong()
        raise NoAccount from error
    if found.is_use_due(now()):
        with db().write() as session:
            note_use(session, found.id, now=now())
    return found


def _count_wrong() -> None:
    """Raises TooMany."""
    where = keyed_digest(settings().secret_key, WRONG_FROM_NETWORK.scope, network())
    with db().read() as session:
        refuse_if_spent(session, WRONG_FROM_NETWORK, where, now=now())
    with db().write() as session:
        count(session, WRONG_FROM_NETWORK, where, now=now())


def _ask(error: NoAccount) -> Response:
    response = Response(f"{error.message}\n", 401, content_type="text/plain; charset=utf-8")
    response.headers["WWW-Authenticate"] = 'Basic realm="Calendar", charset="UTF-8"'
    return response
