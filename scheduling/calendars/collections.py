"""What a device has read of a calendar, so that it can ask for what is new since then (RFC 6578).

Each account has its own collections. The state is compared with what is true now only when a stamp says
that something changed; each comparison that finds a difference has the next number: the sync token.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import ClassVar

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.columns import Id
from foundation.database import Base, lock
from foundation.errors import DomainError
from scheduling.calendars.render import CalendarObject, stand_alone

SUFFIX = ".ics"


class UnknownToken(DomainError):
    """The device has to read everything anew (RFC 6578, section 3.2: valid-sync-token)."""

    code: ClassVar[str] = "unknown_sync_token"
    default: ClassVar[str] = "This calendar does not know that state. Read all of it again."


class CalendarCollection(Base):
    """A calendar of an account: the number of its latest state, and the version that state has."""

    __tablename__ = "calendar_collection"

    account_id: Mapped[str] = mapped_column(
        Id, ForeignKey("calendar_account.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[int] = mapped_column(default=0)
    version: Mapped[str] = mapped_column(String(64), default="")


class CalendarResource(Base):
    """One object of a collection; without an `etag` it is gone since the state `number`."""

    __tablename__ = "calendar_resource"

    account_id: Mapped[str] = mapped_column(
        Id, ForeignKey("calendar_account.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    etag: Mapped[str | None] = mapped_column(String(64))
    number: Mapped[int]


@dataclass(frozen=True)
class Difference:
    """Names that are new or other since a state, names that are gone, and the number of the state now."""

    changed: list[str]
    gone: list[str]
    number: int


def name_of(one: CalendarObject) -> str:
    """What it is called in addresses; the UID itself stays inside."""
    return sha256(one.uid.encode()).hexdigest()[:32] + SUFFIX


def etag_of(one: CalendarObject) -> str:
    return sha256(stand_alone(one)).hexdigest()[:32]


def is_current(session: Session, account_id: str, kind: str, version: str) -> int | None:
    """The number of the state called `version`, if that is the one we have seen last."""
    found = session.get(CalendarCollection, (account_id, kind))
    return found.number if found is not None and found.version == version else None


def take_stock(session: Session, account_id: str, kind: str, version: str, etags: Mapping[str, str]) -> int:
    """Compare what is there now with the last state; returns the number of the state now."""
    lock(session, f"calendar collection:{account_id}:{kind}")
    collection = session.get(CalendarCollection, (account_id, kind), populate_existing=True)
    if collection is None:
        collection = CalendarCollection(account_id=account_id, kind=kind, number=0, version="")
        session.add(collection)
    known = {one.name: one for one in _resources(session, account_id, kind)}
    number = collection.number + 1
    differs = _note(session, collection, number, known, etags)
    collection.number = number if differs or not collection.version else collection.number
    collection.version = version
    session.flush()
    return collection.number


def since(session: Session, account_id: str, kind: str, number: int) -> Difference:
    """What became different after that state; 0 for all there is. Raises UnknownToken."""
    collection = session.get(CalendarCollection, (account_id, kind))
    if collection is None or not 0 <= number <= collection.number:
        raise UnknownToken
    later = [one for one in _resources(session, account_id, kind) if one.number > number]
    changed = sorted(one.name for one in later if one.etag is not None)
    gone = sorted(one.name for one in later if one.etag is None) if number else []
    return Difference(changed, gone, collection.number)


def _resources(session: Session, account_id: str, kind: str) -> list[CalendarResource]:
    own = CalendarResource.account_id == account_id, CalendarResource.kind == kind
    return list(session.scalars(select(CalendarResource).where(*own)))


def _note(
    session: Session,
    collection: CalendarCollection,
    number: int,
    known: Mapping[str, CalendarResource],
    etags: Mapping[str, str],
) -> bool:
    """Write down each difference under the new number. Says whether there was one."""
    differs = False
    for name in {*known, *etags}:
        resource, etag = known.get(name), etags.get(name)
        if resource is None:
            key = {"account_id": collection.account_id, "kind": collection.kind, "name": name}
            session.add(CalendarResource(**key, etag=etag, number=number))
            differs = True
        elif resource.etag != etag:
            resource.etag, resource.number = etag, number
            differs = True
    return differs
