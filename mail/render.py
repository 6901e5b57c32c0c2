"""From a claimed delivery to a mail, told from the facts as they are now."""

from datetime import datetime

from sqlalchemy.orm import Session

from foundation.outbox import Claimed
from foundation.settings import Settings
from mail.compose import Unsendable, compose
from mail.messages import LETTERS
from mail.written import Written


def render(session: Session, claimed: Claimed, settings: Settings, *, now: datetime) -> Written | None:
    """The mail, or None when what it would say is no longer true. Raises Unsendable. Writes nothing."""
    if claimed.kind not in LETTERS:
        raise Unsendable(f"There is no letter for {claimed.kind}.")
    letter = LETTERS[claimed.kind](session, claimed.refs, settings, now)
    return None if letter is None else compose(letter, key=claimed.key, settings=settings, now=now)
