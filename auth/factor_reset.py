"""For somebody who lost their phone and the paper: an operator who is sure that it is them takes all away."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from auth.authenticator_apps import remove_app
from auth.factors import hold_factors, note_change
from auth.passkey_records import Passkey
from auth.people import Person
from auth.recovery_codes import remove_recovery_codes
from auth.sessions import close_all
from auth.tokens import revoke_tokens


def reset_factors(session: Session, person: Person, *, now: datetime) -> None:
    """No passkey, app or spare code of theirs opens anything any more, and no device stays signed in.

    Their programs need new tokens. They set up new factors after their next sign-in by mail, and are told by
    mail that this happened.
    """
    hold_factors(session, person.id)
    session.execute(delete(Passkey).where(Passkey.person_id == person.id))
    remove_app(session, person.id)
    remove_recovery_codes(session, person.id)
    close_all(session, person.id, now=now)
    revoke_tokens(session, person.id, now=now)
    note_change(session, person.id, "factors.reset", to=person.email, now=now)
