"""What a member writes in a call is heard whatever becomes of the call, as on the pages."""

from collections.abc import Iterator
from contextlib import contextmanager

from foundation.errors import DomainError
from scheduling.listening import hear_from
from web.context import actor, db, now


@contextmanager
def heard_anyway(text: str, member_id: str | None = None) -> Iterator[None]:
    """Around the command that hears it: refused, its transaction is gone, and with it the alert.

    Only what the caller writes about themselves; `member_id` is whom they name.
    """
    try:
        yield
    except DomainError:
        if text and member_id in {None, actor().person_id}:
            db().change(lambda session: hear_from(session, actor().person_id, text, now=now()))
        raise
