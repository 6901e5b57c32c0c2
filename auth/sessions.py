"""Who is signed in where. The browser holds a token; the table holds its digest only (R1, R3, R6)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Row, String, bindparam, delete, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from auth.actor import Actor
from auth.lifetimes import MEMBER, lifetime
from auth.people import STAFF, Person, PersonRole, Role
from foundation.columns import Id, UtcDateTime, new_id
from foundation.database import Base
from foundation.secret import digest, new_secret

NOTE_EVERY = timedelta(minutes=1)
HALFWAY = timedelta(minutes=15)
"""How long the second step may take."""
FRESH = timedelta(minutes=10)
"""How long a proof counts for what only the person themselves may change (R10)."""
MAIL, PASSKEY, ELSEWHERE = WAYS = "mail", "passkey", "elsewhere"
_KEEP = timedelta(days=30)
_UNSEEN = {"synchronize_session": False}


class AuthSession(Base):
    """One sign-in on one device. `device` is coarse words such as "Firefox on Windows".

    `how` is what opened it (a word of WAYS). `stepped_up_at`: when a second factor was shown; without one
    staff are halfway in and may do nothing yet (R8). `proved_at`: when they last showed who they are (R10).
    """

    __tablename__ = "auth_session"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), index=True)
    device: Mapped[str] = mapped_column(String(60), default="")
    shared: Mapped[bool] = mapped_column(default=False)
    how: Mapped[str] = mapped_column(String(12), default="mail")
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stepped_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    proved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)

    def is_open(self, now: datetime) -> bool:
        """Whether it still lets its person in; a person's new role counts at once."""
        if self.closed_at is not None or self.person.departed_at is not None:
            return False
        allowed = lifetime(staff=self.person.is_staff, shared=self.shared)
        return now < allowed.ends_at(self.opened_at, self.seen_at)


# Asked on every request, so it reads columns in one query: a row for each role.
_VISITORS = (
    select(AuthSession.id, AuthSession.opened_at, AuthSession.seen_at, AuthSession.shared)
    .add_columns(AuthSession.token_digest, AuthSession.person_id)
    .add_columns(AuthSession.stepped_up_at, AuthSession.proved_at)
    .add_columns(Person.name, Person.timezone, Person.theme, PersonRole.role)
    .join(Person, Person.id == AuthSession.person_id)
    .outerjoin(PersonRole, PersonRole.person_id == Person.id)
    .where(AuthSession.closed_at.is_(None), Person.departed_at.is_(None))
)
_VISITOR = _VISITORS.where(AuthSession.token_digest == bindparam("digest"))
_MANY = _VISITORS.where(AuthSession.token_digest.in_(bindparam("digests", expanding=True)))


def open_session(
    session: Session,
    person: Person,
    *,
    now: datetime,
    device: str = "",
    shared: bool = False,
    how: str = MAIL,
    stepped_up: bool = False,
) -> str:
    """Sign `person` in and return the token for their browser, which is kept nowhere else.

    Staff are only halfway in unless `stepped_up`: what they came with was two factors by itself.
    """
    token = new_secret()
    opened = AuthSession(
        token_digest=digest(token),
        person_id=person.id,
        device=device[:60],
        shared=shared,
        how=how,
        opened_at=now,
        seen_at=now,
        stepped_up_at=now if stepped_up else None,
        proved_at=now,
    )
    session.add(opened)
    session.flush()
    return token


def find_actor(session: Session, token: str, *, now: datetime) -> Actor | None:
    """Whom the token lets in now. Only looks: the caller does `note_visit` when `is_visit_due`."""
    rows = session.execute(_VISITOR, {"digest": digest(token)}).all()
    return _actor(rows, now)


def find_halfway(session: Session, token: str, *, now: datetime) -> Actor | None:
    """Who of the staff has taken the first step and not the second, less than a quarter of an hour ago."""
    rows = session.execute(_VISITOR, {"digest": digest(token)}).all()
    if not rows or _is_over(rows, now) or not _is_halfway(rows) or now - rows[0].opened_at >= HALFWAY:
        return None
    return _speaker(rows)


def find_actors(session: Session, tokens: Collection[str], *, now: datetime) -> dict[str, Actor]:
    """The same for many in one look: by token, those who are let in now."""
    if not tokens:
        return {}
    by_digest = {digest(one): one for one in tokens}
    visits: dict[str, list[Row[Any]]] = {}
    for row in session.execute(_MANY, {"digests": list(by_digest)}):
        visits.setdefault(row.token_digest, []).append(row)
    found = {by_digest[key]: _actor(rows, now) for key, rows in visits.items()}
    return {token: actor for token, actor in found.items() if actor is not None}


def still_open(session: Session, tokens: Collection[str], *, now: datetime) -> set[str]:
    """Those of these tokens that let somebody in now, found in one look."""
    return set(find_actors(session, tokens, now=now))


def _actor(rows: Sequence[Row[Any]], now: datetime) -> Actor | None:
    """`rows` are one sign-in's, one for each role. Whoever is only halfway in is nobody yet."""
    return None if not rows or _is_over(rows, now) or _is_halfway(rows) else _speaker(rows)


def _speaker(rows: Sequence[Row[Any]]) -> Actor:
    visit = rows[0]
    return Actor(
        person_id=visit.person_id,
        name=visit.name,
        roles=_roles(rows),
        timezone=visit.timezone,
        theme=visit.theme,
        session_id=visit.id,
        seen_at=visit.seen_at,
        proved_at=visit.proved_at or visit.opened_at,
    )


def _is_halfway(rows: Sequence[Row[Any]]) -> bool:
    return bool(_roles(rows) & STAFF) and rows[0].stepped_up_at is None


def _roles(rows: Sequence[Row[Any]]) -> frozenset[Role]:
    return frozenset(Role(row.role) for row in rows if row.role)


def _is_over(rows: Sequence[Row[Any]], now: datetime) -> bool:
    """Whether the sign-in has run out; `rows` are its own, one for each role."""
    visit = rows[0]
    allowed = lifetime(staff=bool(_roles(rows) & STAFF), shared=visit.shared)
    return now >= allowed.ends_at(visit.opened_at, visit.seen_at)


def is_visit_due(actor: Actor, *, now: datetime) -> bool:
    """Whether their session or token should note them: at most once a minute, as reading should not write."""
    return actor.seen_at is not None and now - actor.seen_at >= NOTE_EVERY


def note_visit(session: Session, session_id: str, *, now: datetime) -> None:
    """Push the idle limit out. A closed session stays closed, and two racing requests write once."""
    due = (
        AuthSession.id == session_id,
        AuthSession.closed_at.is_(None),
        AuthSession.seen_at <= now - NOTE_EVERY,
    )
    session.execute(update(AuthSession).where(*due).values(seen_at=now))


def note_visits(session: Session, actors: Iterable[Actor], *, now: datetime) -> None:
    """The same for many. It waits for nobody: a visit that another is noting just now is noted."""
    due = [one.session_id for one in actors if is_visit_due(one, now=now)]
    if due:
        free = select(AuthSession.id).where(AuthSession.id.in_(due), AuthSession.closed_at.is_(None))
        mine = AuthSession.id.in_(free.with_for_update(skip_locked=True))
        session.execute(update(AuthSession).where(mine).values(seen_at=now), execution_options=_UNSEEN)


def prove(session: Session, session_id: str, *, second: bool, now: datetime) -> str:
    """Note that this session's person has just shown who they are, `second` with a second factor.

    Returns its new token: one that was seen before is worth nothing after (R1).
    """
    token = new_secret()
    proven: dict[str, Any] = {"token_digest": digest(token), "proved_at": now}
    if second:
        proven["stepped_up_at"] = now
    session.execute(update(AuthSession).where(AuthSession.id == session_id).values(**proven))
    return token


def is_fresh(actor: Actor, *, now: datetime) -> bool:
    """Whether they showed who they are a moment ago. A program with a token never did."""
    return actor.proved_at is not None and now - actor.proved_at < FRESH


def close_session(session: Session, token: str, *, now: datetime) -> None:
    """Sign out on this device; the token is dead from here on."""
    _close(session, AuthSession.token_digest == digest(token), now=now)


def close_one(session: Session, session_id: str, person_id: str, *, now: datetime) -> bool:
    """Sign out on another of this person's devices. Says whether there was such an open session of theirs."""
    return _close(session, AuthSession.id == session_id, AuthSession.person_id == person_id, now=now) > 0


def close_all(session: Session, person_id: str, *, now: datetime, but: str | None = None) -> None:
    """Sign out everywhere, `but` for the session with that id."""
    _close(session, AuthSession.person_id == person_id, AuthSession.id != (but or ""), now=now)


def open_sessions(session: Session, person_id: str, *, now: datetime) -> list[AuthSession]:
    """Where this person is signed in, the latest seen first."""
    mine = select(AuthSession).where(AuthSession.person_id == person_id, AuthSession.closed_at.is_(None))
    return [one for one in session.scalars(mine.order_by(AuthSession.seen_at.desc())) if one.is_open(now)]


def forget_old_sessions(session: Session, *, now: datetime) -> int:
    """Delete those that ended a month ago, whichever way they ended."""
    over = or_(AuthSession.closed_at < now - _KEEP, AuthSession.opened_at < now - MEMBER.whole - _KEEP)
    return len(session.execute(delete(AuthSession).where(over).returning(AuthSession.id)).all())


def _close(session: Session, *which: object, now: datetime) -> int:
    still_open = update(AuthSession).where(*which, AuthSession.closed_at.is_(None))  # type: ignore[arg-type]
    closed = session.execute(still_open.values(closed_at=now).returning(AuthSession.id))
    return len(closed.all())
