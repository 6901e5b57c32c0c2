"""Lists come in pages. The cursor is where the last page ended; its contents are nobody's business."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from pydantic import Field

from web.api.fields import Asked
from web.api.refusals import BadCursor

T = TypeVar("T")
Key = tuple[str, str]
_LONGEST = 400


class Page(Asked):
    limit: int = Field(default=100, ge=1, le=500)
    cursor: str | None = Field(default=None, max_length=_LONGEST, description="`next` of the page before.")


def cursor_of(key: Key) -> str:
    packed = json.dumps(key, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def key_of(cursor: str | None) -> Key | None:
    """Raises BadCursor."""
    if not cursor:
        return None
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        found = json.loads(packed)
    except (binascii.Error, ValueError, RecursionError) as error:
        raise BadCursor from error
    if not (isinstance(found, list) and len(found) == 2 and all(isinstance(one, str) for one in found)):  # noqa: PLR2004
        raise BadCursor
    return found[0], found[1]


def read_moment(text: str) -> datetime:
    """The instant in a key, as UTC. Raises BadCursor."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise BadCursor from error


def cut(
    ordered: Sequence[T], key: Callable[[T], Key], cursor: str | None, limit: int
) -> tuple[Sequence[T], str | None]:
    """The page after the cursor, and the next cursor if there is more. `ordered` is sorted by `key`."""
    after = key_of(cursor)
    rest = ordered if after is None else [one for one in ordered if key(one) > after]
    return clip(rest, key, limit)


def clip(found: Sequence[T], key: Callable[[T], Key], limit: int) -> tuple[Sequence[T], str | None]:
    """For lists that were read from the cursor on, with one more than the page holds if there is one."""
    page = found[:limit]
    return page, cursor_of(key(page[-1])) if len(found) > limit else None
