"""A request sent twice with the same key gives the first result, and does its work once."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.columns import Id, UtcDateTime, blind_index
from foundation.database import Base
from foundation.secret import digest
from scheduling.refusals import KeyReused

_KEEP = timedelta(days=15)
"""A day longer than the longest that a link in a mail can be sent again."""


class IdempotencyKey(Base):
    """What a person's key has made: an appointment or a series. Key and request are kept as digests only."""

    __tablename__ = "idempotency_key"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    request: Mapped[str] = mapped_column(String(64))
    result_id: Mapped[str] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


def first_result(session: Session, person_id: str, key: str, request: str) -> str | None:
    """The id of what this key made. Raises KeyReused when it came with another request."""
    known = session.get(IdempotencyKey, (person_id, digest(key)))
    if known is None:
        return None
    if known.request != _mark(request):
        raise KeyReused
    return known.result_id


def result_of(session: Session, person_id: str, key: str) -> str | None:
    """The id of what this key made, whatever was asked for."""
    known = session.get(IdempotencyKey, (person_id, digest(key)), populate_existing=True)
    return known.result_id if known is not None else None


def remember(
    session: Session, person_id: str, key: str, request: str, result_id: str, *, now: datetime
) -> None:
    session.add(
        IdempotencyKey(
            person_id=person_id,
            key=digest(key),
            request=_mark(request),
            result_id=result_id,
            created_at=now,
        )
    )
    session.flush()


def forget_old_keys(session: Session, *, now: datetime) -> int:
    """Delete old keys: nobody repeats a request for that long."""
    old = delete(IdempotencyKey).where(IdempotencyKey.created_at < now - _KEEP)
    return len(session.execute(old.returning(IdempotencyKey.person_id)).all())


def _mark(request: str) -> str:
    """To know the same request again; it holds a note, so without the key nobody can try words on it."""
    return blind_index("idempotency_key.request", request)
