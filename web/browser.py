"""What one browser holds: a signed cookie with the session's token, or with the sign-in under way."""

from flask import Response
from flask import session as cookie
from sqlalchemy.orm import Session

from auth.actor import Actor
from auth.factors import factors_of
from auth.links import Entry
from auth.people import Person
from auth.sessions import MAIL, close_session, find_actor, open_session, prove
from foundation.audit import record
from foundation.secret import new_secret
from web.client import device_words
from web.context import forget_actor, look_again, now, settings
from web.known_browser import remember_browser
from web.local_path import local_path

_TOKEN, _BINDING, _NEXT = "sid", "binding", "next"
SECOND_STEP = "/sign-in/second"


def bind() -> str:
    """The random value that ties a sign-in to this browser, made at the first asking."""
    if not isinstance(cookie.get(_BINDING), str):
        cookie[_BINDING] = new_secret()
    return str(cookie[_BINDING])


def binding() -> str | None:
    found = cookie.get(_BINDING)
    return found if isinstance(found, str) else None


def remember_next(path: object) -> None:
    """Where to go once signed in; other sites' addresses are dropped."""
    cookie[_NEXT] = local_path(path if isinstance(path, str) else None, default="")


def let_in(session: Session, entry: Entry, *, how: str = MAIL, stepped_up: bool = False) -> str:
    """Open a session for this browser under a new id, and return the page to go to.

    Whatever the cookie held before is gone, an older session with it. Only a member's own device keeps the
    cookie when it closes. Staff go on to their second factor, unless they came with one (`stepped_up`).
    """
    wanted, person = cookie.get(_NEXT), entry.person
    let_out(session)
    is_whole = stepped_up or not person.is_staff or _is_excused(session, person)
    cookie[_TOKEN] = open_session(
        session, person, now=now(), device=device_words(), shared=entry.shared, how=how,
        stepped_up=person.is_staff and is_whole,
    )  # fmt: skip
    cookie.permanent = not (entry.shared or person.is_staff)
    if not entry.shared:
        remember_browser(person.email)
    note(session, person.id, "session.opened", how)
    if is_whole:
        return local_path(wanted, default=home_of(person))
    remember_next(wanted)
    return SECOND_STEP


def _is_excused(session: Session, person: Person) -> bool:
    """The demo's one exception to R8: without any factor of their own its staff come in by mail alone."""
    return settings().demo and not factors_of(session, person.id).any


def note_proof(session: Session, somebody: Actor, by: str, *, second: bool) -> None:
    """They have just shown who they are; the session goes on under a new token."""
    if somebody.session_id is None:
        raise LookupError("a program has nothing to show")
    cookie[_TOKEN] = prove(session, somebody.session_id, second=second, now=now())
    note(session, somebody.person_id, "session.proved", by)
    look_again()


def take_next(default: str) -> str:
    """Where they wanted to go, asked once."""
    return local_path(cookie.pop(_NEXT, None), default=default)


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


def note(session: Session, person_id: str, action: str, how: str) -> None:
    """Audit what became of a session, and by what means."""
    record(
        session, actor=person_id, action=action, kind="person", object_id=person_id, now=now(),
        detail={"by": how},
    )  # fmt: skip


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
