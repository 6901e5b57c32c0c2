"""What one browser holds: a signed cookie with the session's token, or with the sign-in under way."""

from flask import Response
from flask import session as cookie
from sqlalchemy.orm import Session

from auth.links import Entry
from auth.people import Person
from auth.sessions import close_session, find_actor, open_session
from foundation.audit import record
from foundation.secret import new_secret
from web.client import device_words
from web.context import forget_actor, now
from web.local_path import local_path

_TOKEN, _BINDING, _NEXT = "sid", "binding", "next"


def bind() -> str:
    """The random value that ties a sign-in to this browser, made at the first asking."""
    if not isinstance(cookie.get(_BINDING), str):
        cookie[_BINDING] = new_secret()
    return str(cookie[_BINDING])


def binding() -> str | None:
    found = cookie.get(_BINDING)
    return found if isinstance(found, str) else None


def remember_next(path: str | None) -> None:
    """Where to go once signed in; other sites' addresses are dropped."""
    cookie[_NEXT] = local_path(path, default="")


def let_in(session: Session, entry: Entry) -> str:
    """Open a session for this browser under a new id, and return the page to go to.

    Whatever the cookie held before is gone, an older session with it. Only a member's own device keeps the
    cookie when it closes.
    """
    wanted, person = cookie.get(_NEXT), entry.person
    let_out(session)
    cookie[_TOKEN] = open_session(session, person, now=now(), device=device_words(), shared=entry.shared)
    cookie.permanent = not (entry.shared or person.is_staff)
    record(session, actor=person.id, action="session.opened", kind="person", object_id=person.id, now=now())
    return local_path(wanted, default=home_of(person))


def let_out(session: Session) -> None:
    """End this browser's session, if it has one, and empty the cookie."""
    token = cookie.get(_TOKEN)
    if isinstance(token, str):
        _note_leaving(session, token)
        close_session(session, token, now=now())
    forget()


def _note_leaving(session: Session, token: str) -> None:
    somebody = find_actor(session, token, now=now())
    if somebody is not None:
        who = somebody.person_id
        record(session, actor=who, action="session.closed", kind="person", object_id=who, now=now())


def forget() -> None:
    """Empty the cookie; for when the database cannot be told."""
    cookie.clear()
    forget_actor()


def keep_no_copy(response: Response) -> Response:
    """For pages on the way in and out: a signed-out answer may still speak of a person."""
    response.headers["Cache-Control"] = "no-store"
    return response


def home_of(person: Person) -> str:
    return "/staff/" if person.is_staff else "/"
