"""Who many sockets speak for now, found in a few statements."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from auth.actor import Actor
from auth.sessions import find_actors, note_visits
from auth.tokens import find_actors_by_token, note_uses
from realtime.visitors import Credential


def actors_of(
    session: Session, credentials: Collection[Credential], *, now: datetime
) -> dict[Credential, Actor]:
    """Those who are let in; that they came is noted, for `session` writes. It waits for nobody's rows."""
    signed_in = find_actors(session, [one.secret for one in credentials if not one.is_api], now=now)
    by_token = find_actors_by_token(session, [one.secret for one in credentials if one.is_api])
    note_visits(session, signed_in.values(), now=now)
    note_uses(session, list(by_token), now=now)
    found = {one: (by_token if one.is_api else signed_in).get(one.secret) for one in credentials}
    return {one: actor for one, actor in found.items() if actor is not None}
