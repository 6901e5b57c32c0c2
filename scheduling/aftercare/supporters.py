"""The people beside a member: whom to call or write to in a hard moment, in the member's own order."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.phones import normalise_phone
from foundation.audit import record
from foundation.columns import Encrypted, Id, UtcDateTime, new_id
from foundation.database import Base, lock
from foundation.errors import DomainError
from foundation.personal import holds

MOST, NAME_LETTERS, RELATION_LETTERS = 6, 60, 80


class Supporter(Base):
    """`relation` is in the member's words ("Brother. Any hour."); `phone` is E.164; `order` counts from 1."""

    __tablename__ = "supporter"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    member_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(Encrypted("supporter.name"))
    phone: Mapped[str] = mapped_column(Encrypted("supporter.phone"))
    relation: Mapped[str] = mapped_column(Encrypted("supporter.relation"))
    order: Mapped[int] = mapped_column("place")
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


holds(Supporter, "member_id", title="People beside me", shows=("name", "phone", "relation", "added_at"))


class UnknownSupporter(DomainError):
    code: ClassVar[str] = "unknown_supporter"
    default: ClassVar[str] = "There is nobody at this address."


class EnoughSupporters(DomainError):
    code: ClassVar[str] = "enough_supporters"
    default: ClassVar[str] = f"There is room for {MOST} people. Take somebody out first."


def supporters_of(session: Session, member_id: str) -> list[Supporter]:
    """In the order of calling."""
    theirs = select(Supporter).where(Supporter.member_id == member_id)
    return list(session.scalars(theirs.order_by(Supporter.order, Supporter.id)))


def add_supporter(
    session: Session,
    member_id: str,
    name: str,
    phone: str,
    relation: str = "",
    *,
    by: str,
    now: datetime,
) -> Supporter:
    """Put somebody last in the order. Raises BadPhone, EnoughSupporters."""
    number = normalise_phone(phone)
    lock(session, f"supporters:{member_id}")
    if len(supporters_of(session, member_id)) >= MOST:
        raise EnoughSupporters()
    added = Supporter(
        member_id=member_id,
        name=name.strip()[:NAME_LETTERS],
        phone=number,
        relation=relation.strip()[:RELATION_LETTERS],
        order=_last(session, member_id) + 1,
        added_at=now,
    )
    session.add(added)
    session.flush()
    _note(session, member_id, "supporter.added", by, now)
    return added


def change_supporter(
    session: Session,
    member_id: str,
    supporter_id: str,
    name: str,
    phone: str,
    relation: str = "",
    *,
    by: str,
    now: datetime,
) -> None:
    """Raises BadPhone, UnknownSupporter."""
    number = normalise_phone(phone)
    one = supporter_of(session, member_id, supporter_id)
    one.name, one.phone = name.strip()[:NAME_LETTERS], number
    one.relation = relation.strip()[:RELATION_LETTERS]
    session.flush()
    _note(session, member_id, "supporter.changed", by, now)


def call_first(session: Session, member_id: str, supporter_id: str, *, by: str, now: datetime) -> None:
    """Put this one before all others, who keep their order. Raises UnknownSupporter."""
    lock(session, f"supporters:{member_id}")
    first = supporter_of(session, member_id, supporter_id)
    others = [one for one in supporters_of(session, member_id) if one is not first]
    for place, one in enumerate([first, *others], start=1):
        one.order = place
    session.flush()
    _note(session, member_id, "supporter.changed", by, now)


def remove_supporter(session: Session, member_id: str, supporter_id: str, *, by: str, now: datetime) -> None:
    """Raises UnknownSupporter."""
    session.delete(supporter_of(session, member_id, supporter_id))
    session.flush()
    _note(session, member_id, "supporter.removed", by, now)


def supporter_of(session: Session, member_id: str, supporter_id: str) -> Supporter:
    """Raises UnknownSupporter, for those of others too."""
    one = session.get(Supporter, supporter_id)
    if one is None or one.member_id != member_id:
        raise UnknownSupporter()
    return one


def _last(session: Session, member_id: str) -> int:
    theirs = select(func.max(Supporter.order)).where(Supporter.member_id == member_id)
    return session.scalar(theirs) or 0


def _note(session: Session, member_id: str, action: str, by: str, now: datetime) -> None:
    record(session, actor=by, action=action, kind="person", object_id=member_id, now=now)
