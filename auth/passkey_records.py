"""The passkeys that people have added: public keys only, so that nothing stolen here opens anything."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.columns import Id, Json, UtcDateTime, new_id
from foundation.database import Base
from foundation.personal import holds

LONGEST_LABEL = 60
_LONGEST_ID = 1400


class Passkey(Base):
    """`label` is the person's own word for it. `synced`: a cloud of theirs keeps copies."""

    __tablename__ = "passkey"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[str] = mapped_column(String(_LONGEST_ID), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    label: Mapped[str] = mapped_column(String(LONGEST_LABEL))
    transports: Mapped[list[str]] = mapped_column(Json)
    synced: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


holds(Passkey, "person_id", title="Your passkeys", shows=("label", "created_at", "last_used_at"))


def keep_passkey(
    session: Session,
    *,
    person_id: str,
    credential_id: str,
    public_key: bytes,
    sign_count: int,
    synced: bool,
    transports: list[str],
    label: str,
    now: datetime,
) -> Passkey:
    made = Passkey(
        person_id=person_id,
        credential_id=credential_id,
        public_key=public_key,
        sign_count=sign_count,
        synced=synced,
        transports=transports,
        label=label[:LONGEST_LABEL],
        created_at=now,
    )
    session.add(made)
    session.flush()
    return made


def passkeys_of(session: Session, person_id: str) -> Sequence[Passkey]:
    """The oldest first."""
    mine = select(Passkey).where(Passkey.person_id == person_id)
    return session.scalars(mine.order_by(Passkey.created_at, Passkey.id)).all()


def find_passkey(session: Session, credential_id: str, *, locked: bool = False) -> Passkey | None:
    """`locked`: until the transaction ends nobody else counts on with it."""
    this = select(Passkey).where(Passkey.credential_id == credential_id)
    return session.scalar(this.with_for_update() if locked else this)


def remove_passkey(session: Session, passkey_id: str, person_id: str) -> bool:
    """Remove one of this person's. Says whether there was such a one."""
    mine = delete(Passkey).where(Passkey.id == passkey_id, Passkey.person_id == person_id)
    return session.execute(mine.returning(Passkey.id)).first() is not None
