"""Deliveries promised in a transaction, claimed and sent later.

A promise is committed with the change it speaks of, so neither can exist without the other. A claim is a
lease: a worker that dies gives the delivery back when the lease ends, and the stable key becomes the mail's
Message-ID, so that a rare second copy is recognised as one.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Index,
    LargeBinary,
    String,
    and_,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    text,
    type_coerce,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, defer, mapped_column

from foundation.columns import Encrypted, Id, SealBroken, UtcDateTime, new_id
from foundation.database import Base, is_postgres
from foundation.keyring import KEYRING

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 8
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=6)
_KEEP = timedelta(days=30)


BYTEWISE = String(120).with_variant(String(120, collation="C"), "postgresql")
"""SQLite sorts by bytes anyway; PostgreSQL would sort by the language of the machine."""


_PLACE = "outbox_delivery.sealed_refs"
_IS_OPEN = text("done_at IS NULL")
_OPEN = Index("ix_outbox_delivery_open", "due_at", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN)
"""What was sent is kept for a month: looking for what is due must not go through all of it."""


class Delivery(Base):
    """One message owed to one person. `refs` names the facts it speaks of; it is rendered when sent."""

    __tablename__ = "outbox_delivery"
    __table_args__ = (_OPEN,)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(BYTEWISE, unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    sealed_refs: Mapped[str] = mapped_column(Encrypted(_PLACE))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    not_after: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def refs(self) -> dict[str, Any]:
        refs: dict[str, Any] = json.loads(self.sealed_refs)
        return refs


@dataclass(frozen=True)
class Claimed:
    """A delivery that this worker alone may send until its lease ends."""

    id: str
    key: str
    kind: str
    refs: Mapping[str, Any]
    attempts: int
    not_after: datetime | None
    is_readable: bool = True
    """Else `refs` is empty: its seal could not be opened."""


@dataclass(frozen=True)
class Promise:
    """What is owed from `due_at` on, and never after `not_after`."""

    kind: str
    refs: Mapping[str, Any]
    key: str
    due_at: datetime
    not_after: datetime | None = None


def promise(
    session: Session,
    kind: str,
    refs: Mapping[str, Any],
    *,
    key: str,
    due_at: datetime,
    now: datetime,
    not_after: datetime | None = None,
) -> None:
    """Owe a delivery from `due_at` on, and never after `not_after`. The same key again changes nothing."""
    promise_all(session, [Promise(kind, refs, key, due_at, not_after)], now=now)


def promise_all(session: Session, promises: Iterable[Promise], *, now: datetime) -> None:
    """Owe several in one statement. They go in by key, so that two who owe the same wait in no ring."""
    rows = [_row(one, now) for one in sorted(promises, key=lambda one: one.key)]
    if rows:
        table = postgresql.insert(Delivery) if is_postgres(session) else sqlite.insert(Delivery)
        session.execute(table.on_conflict_do_nothing(index_elements=[Delivery.key]), rows)


def _row(one: Promise, now: datetime) -> dict[str, Any]:
    return {
        "key": one.key,
        "kind": one.kind,
        "sealed_refs": json.dumps(dict(one.refs)),
        "due_at": one.due_at,
        "not_after": one.not_after,
        "created_at": now,
    }


def withdraw(session: Session, *key_prefixes: str, now: datetime) -> int:
    """Drop what nobody has claimed and whose key starts with one of these. Returns how many."""
    theirs = or_(*(_begins_with(prefix) for prefix in key_prefixes))
    found = session.execute(
        update(Delivery)
        .where(Delivery.state == "waiting", theirs)
        .values(state="dropped", done_at=now, last_error="withdrawn")
        .returning(Delivery.id)
    )
    return len(found.all())


def put_off(session: Session, moments: Mapping[str, datetime]) -> None:
    """Let what nobody has claimed be due at another moment, by key."""
    rows = session.scalars(
        select(Delivery).where(Delivery.state == "waiting", Delivery.key.in_(moments)).with_for_update()
    )
    for delivery in rows:
        delivery.due_at = moments[delivery.key]
    session.flush()


def deliveries_of(session: Session, key_prefix: str) -> list[Delivery]:
    """What was promised under keys that start so, the oldest first, whatever has become of it."""
    theirs = select(Delivery).where(_begins_with(key_prefix))
    return list(session.scalars(theirs.order_by(Delivery.created_at, Delivery.key)))


def _begins_with(prefix: str) -> ColumnElement[bool]:
    """As a range of the index of keys, which both engines sort by their bytes."""
    return and_(Delivery.key >= prefix, Delivery.key < prefix[:-1] + chr(ord(prefix[-1]) + 1))


_TOLD = (
    Delivery.id,
    Delivery.key,
    Delivery.kind,
    type_coerce(Delivery.sealed_refs, LargeBinary).label("sealed"),
    Delivery.attempts,
    Delivery.not_after,
)


def claim(session: Session, *, now: datetime, limit: int = 20, last: Collection[str] = ()) -> list[Claimed]:
    """Take up to `limit` due deliveries; no other worker gets them before the lease ends.

    Kinds in `last` come when nothing else is due: they are many, and others wait for a code, or for help.
    """
    due = select(*_TOLD).where(_free(now), Delivery.due_at <= now)
    due = due.order_by(case((Delivery.kind.in_(last), 1), else_=0), Delivery.due_at).limit(limit)
    if is_postgres(session):
        due = due.with_for_update(skip_locked=True)
    taken = session.execute(due).all()
    if not taken:
        return []
    held = {"state": "claimed", "claimed_until": now + LEASE, "attempts": Delivery.attempts + 1}
    theirs = update(Delivery).where(Delivery.id.in_([one.id for one in taken])).values(held)
    session.execute(theirs, execution_options={"synchronize_session": False})
    return [_claimed(one) for one in taken]


def _claimed(row: Any) -> Claimed:
    """One that cannot be opened keeps no other from going out."""
    try:
        refs = json.loads(KEYRING.open(bytes(row.sealed), _PLACE))
    except SealBroken:
        refs = None
    return Claimed(
        row.id, row.key, row.kind, refs or {}, row.attempts + 1, row.not_after, is_readable=refs is not None
    )


def _free(now: datetime) -> ColumnElement[bool]:
    lapsed = and_(Delivery.state == "claimed", Delivery.claimed_until < now)
    return and_(Delivery.done_at.is_(None), or_(Delivery.state == "waiting", lapsed))


def give_back(session: Session, untried: Collection[Claimed]) -> None:
    """Let others have at once what was claimed and not tried, as a worker does that is told to stop."""
    ours = or_(*(and_(Delivery.id == one.id, Delivery.attempts == one.attempts) for one in untried))
    back = {"state": "waiting", "claimed_until": None, "attempts": Delivery.attempts - 1}
    session.execute(update(Delivery).where(Delivery.state == "claimed", ours).values(back))


def oldest_due(session: Session, *, now: datetime) -> float:
    """Seconds that the oldest delivery which is due, and nobody holds, has waited; 0 when there is none."""
    due_at = session.scalar(select(func.min(Delivery.due_at)).where(_free(now), Delivery.due_at <= now))
    return (now - due_at).total_seconds() if due_at else 0.0


def forget_old(session: Session, *, now: datetime) -> int:
    """Delete what was sent, dropped or given up a month ago."""
    old = delete(Delivery).where(Delivery.done_at < now - _KEEP)
    return len(session.execute(old.returning(Delivery.id)).all())


def mark_sent(session: Session, claimed: Claimed, *, now: datetime) -> None:
    """It went out, whoever holds it by now."""
    session.connection().execute(SENT, {"its_id": claimed.id, "now": now})


def mark_dropped(session: Session, claimed: Claimed, *, now: datetime, why: str) -> None:
    """What it would have said is no longer true."""
    if (delivery := _held(session, claimed)) is not None:
        _finish(delivery, "dropped", now, why)


def mark_failed(session: Session, claimed: Claimed, *, now: datetime, error: str, retry: bool) -> bool:
    """Try again after a pause that doubles, or give up when `retry` is useless or the tries are spent.

    Says whether it was given up.
    """
    delivery = _held(session, claimed)
    if delivery is None:
        return False
    if not retry or delivery.attempts >= MOST_ATTEMPTS:
        _finish(delivery, "failed", now, error)
        return True
    pause = min(_FIRST_PAUSE * 2 ** (delivery.attempts - 1), _LONGEST_PAUSE)
    delivery.state, delivery.claimed_until, delivery.due_at = "waiting", None, now + pause
    delivery.last_error = error[:200]
    return False


def _held(session: Session, claimed: Claimed) -> Delivery | None:
    """The delivery while this claim holds; None once the lease ended and somebody else has taken it.

    What it says is not looked at: perhaps it is the very thing that does not open.
    """
    unopened = [defer(Delivery.sealed_refs)]
    delivery = session.get_one(Delivery, claimed.id, with_for_update=True, options=unopened)
    holds = delivery.state == "claimed" and delivery.attempts == claimed.attempts
    return delivery if holds else None


def _finish(delivery: Delivery, state: str, now: datetime, error: str | None) -> None:
    for name, value in _end(state, now, error).items():
        setattr(delivery, name, value)


def _end(state: str, now: datetime | BindParameter[datetime], error: str | None) -> dict[str, Any]:
    """What a sent mail carried (a code, an address) has no reason to stay."""
    why = error[:200] if error else None
    return {"state": state, "done_at": now, "claimed_until": None, "last_error": why, "sealed_refs": "{}"}


SENT = (
    update(Delivery)
    .where(Delivery.id == bindparam("its_id"))
    .values(_end("sent", bindparam("now", type_=UtcDateTime), None))
)
"""That one went out, for `Database.jot`: one for each of thousands. Takes `its_id` and `now`."""
