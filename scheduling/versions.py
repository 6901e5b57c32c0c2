"""What is never changed once it was used: a change is a new row under the same slug, one version on."""

import re
from typing import Any, Protocol, TypeVar

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

_UNFIT = re.compile(r"[^a-z0-9]+")
_LONGEST = 50
_MOST = 10_000


class Versioned(Protocol):
    """A table of such rows; `slug` is what the versions have in common and shows nowhere."""

    slug: Any
    version: Any
    title: Any


T = TypeVar("T", bound=Versioned)


def newest_versions(session: Session, table: type[T]) -> list[T]:
    """The newest version of each, by title."""
    newest = select(table.slug, func.max(table.version)).group_by(table.slug)
    rows = select(table).where(tuple_(table.slug, table.version).in_(newest))
    return list(session.scalars(rows.order_by(table.title, table.slug)))


def free_slug(session: Session, table: type[T], title: str, otherwise: str) -> str:
    """A word made of the title, or `otherwise`, that no other has; the caller holds the shelf's lock."""
    word = _UNFIT.sub("-", title.lower()).strip("-")[:_LONGEST] or otherwise
    taken = set(session.scalars(select(table.slug)))
    return next(one for one in (word, *(f"{word}-{n}" for n in range(2, _MOST))) if one not in taken)
