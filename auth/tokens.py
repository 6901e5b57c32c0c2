"""API tokens: shown once, kept as digests, revocable."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Row, String, bindparam, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from auth.actor import Actor
from auth.people import Person, PersonRole, Role
from foundation.columns import Id, UtcDateTime, new_id
from foundation.database import Base
from foundation.errors import DomainError
from foundation.secret import digest, new_secret

PREFIX = "evs_"
LONGEST_LABEL = 80
MOST_TOKENS = 20
_NOTE_EVERY = timedelta(minutes=1)
_NEVER = datetime.min.replace(tzinfo=UTC)


class Scope(StrEnum):
    """WRITE holds READ."""

    READ = "read"
    WRITE = "write"


class TooManyTokens(DomainError):
    code: ClassVar[str] = "too_many_tokens"
    default: ClassVar[str] = f"There are {MOST_TOKENS} already. End one that is not used any more."


class ApiToken(Base):
    """A program's way in as one person. `label` is the person's own word for it, `scope` a word of Scope."""

    __tablename__ = "api_token"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(String(LONGEST_LABEL))
    scope: Mapped[str] = mapped_column(String(8), default=Scope.WRITE.value, server_default="write")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


# Asked with every line and every call of a program, so it reads columns: a row for each role.
_SPEAKING = (
    select(ApiToken.digest, ApiToken.person_id, ApiToken.scope, ApiToken.last_used_at)
    .add_columns(Person.name, Person.timezone, Person.theme, PersonRole.role)
    .join(Person, Person.id == ApiToken.person_id)
    .outerjoin(PersonRole, PersonRole.person_id == Person.id)
    .where(ApiToken.revoked_at.is_(None), Person.departed_at.is_(None))
)
_SPEAKER = _SPEAKING.where(ApiToken.digest == bindparam("digest"))
# The live room is written to, so only tokens that may write open it.
_SPEAKERS = _SPEAKING.where(ApiToken.scope == Scope.WRITE.value).where(
    ApiToken.digest.in_(bindparam("digests", expanding=True))
)


def issue_token(
    session: Session, person: Person, *, label: str, scope: Scope = Scope.WRITE, now: datetime
) -> str:
    """A new token for `person`, shown this once. Its prefix lets scanners for leaked secrets know it.

    Raises TooManyTokens.
    """
    if len(tokens_of(session, person.id)) >= MOST_TOKENS:
        raise TooManyTokens
    secret = PREFIX + new_secret()
    session.add(
        ApiToken(
            digest=digest(secret),
            person_id=person.id,
            label=label[:LONGEST_LABEL],
            scope=scope.value,
            created_at=now,
        )
    )
    session.flush()
    return secret


def tokens_of(session: Session, person_id: str) -> list[ApiToken]:
    """Those in force, the newest first."""
    mine = ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None)
    return list(session.scalars(select(ApiToken).where(*mine).order_by(ApiToken.created_at.desc())))


def scope_of(session: Session, secret: str) -> Scope | None:
    """What the token may do; None for one that is not ours."""
    found = session.scalar(select(ApiToken.scope).where(ApiToken.digest == digest(secret)))
    return Scope(found) if found is not None else None


def find_actor_by_token(session: Session, secret: str, *, needs: Scope = Scope.READ) -> Actor | None:
    """Whom the token speaks for, unless revoked or they have left. Only looks: the caller does `note_uses`.

    None also for one that only reads where it `needs` to write.
    """
    rows = session.execute(_SPEAKER, {"digest": digest(secret)}).all()
    if not rows or (needs == Scope.WRITE and rows[0].scope != Scope.WRITE):
        return None
    return _speaker(rows)


def find_actors_by_token(session: Session, secrets: Collection[str]) -> dict[str, Actor]:
    """The same for many in one look: by secret, those whom a token speaks for, and may write."""
    if not secrets:
        return {}
    by_digest = {digest(one): one for one in secrets}
    spoken: dict[str, list[Row[Any]]] = {}
    for row in session.execute(_SPEAKERS, {"digests": list(by_digest)}):
        spoken.setdefault(row.digest, []).append(row)
    return {by_digest[key]: _speaker(rows) for key, rows in spoken.items()}


def note_uses(session: Session, secrets: Collection[str], *, now: datetime) -> None:
    """Note that these were used. It waits for nobody: what another is noting just now is noted."""
    if secrets:
        long_ago = or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at <= now - _NOTE_EVERY)
        these = ApiToken.digest.in_([digest(one) for one in secrets]), long_ago
        free = select(ApiToken.id).where(*these).with_for_update(skip_locked=True)
        noted = update(ApiToken).where(ApiToken.id.in_(free)).values(last_used_at=now)
        session.execute(noted, execution_options={"synchronize_session": False})


def _speaker(rows: Sequence[Row[Any]]) -> Actor:
    """`rows` are one token's, one for each role of its person."""
    first = rows[0]
    roles = frozenset(Role(row.role) for row in rows if row.role)
    return Actor(
        person_id=first.person_id,
        name=first.name,
        roles=roles,
        timezone=first.timezone,
        theme=first.theme,
        seen_at=first.last_used_at or _NEVER,
    )


def still_valid(session: Session, secrets: Collection[str]) -> set[str]:
    """Those of these tokens that speak for somebody and may write, found in one look."""
    by_digest = {digest(one): one for one in secrets}
    speaks = ApiToken.digest.in_(by_digest), ApiToken.revoked_at.is_(None), Person.departed_at.is_(None)
    writes = ApiToken.scope == Scope.WRITE.value
    found = select(ApiToken.digest).join(Person, Person.id == ApiToken.person_id).where(*speaks, writes)
    return {by_digest[one] for one in session.scalars(found)} if by_digest else set()


def revoke_token(session: Session, token_id: str, person_id: str, *, now: datetime) -> bool:
    """End one of this person's tokens. Says whether there was such a token in force."""
    mine = (ApiToken.id == token_id, ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None))
    revoked = update(ApiToken).where(*mine).values(revoked_at=now).returning(ApiToken.id)
    return session.execute(revoked).first() is not None


def revoke_tokens(session: Session, person_id: str, *, now: datetime) -> None:
    """End all of this person's tokens."""
    mine = ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None)
    session.execute(update(ApiToken).where(*mine).values(revoked_at=now))
