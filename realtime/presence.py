"""Who is here: seen lately by a socket's pulse or by opening a page. Ids stay inside, counts go out."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from foundation.database import is_postgres
from realtime.models import Presence

HERE = timedelta(seconds=60)
FRESH = timedelta(seconds=5)
AT_THE_DESK = timedelta(seconds=30)
STAYS = timedelta(minutes=6)
"""Seen again within this time, somebody had not left: a page without a script is looked at now and then."""

_COUNT = select(func.count()).where(
    Presence.room_id == bindparam("room"), Presence.seen_at > bindparam("since")
)
_COUNT_AT_DESK = _COUNT.where(Presence.moderates)


def be_seen(session: Session, room_id: str, person_id: str, *, moderates: bool, now: datetime) -> None:
    """Note that somebody is here, and at the desk if they lead the room."""
    seen = session.get(Presence, (room_id, person_id))
    if seen is None:
        _come_in(session, room_id, {person_id: moderates}, now)
        return
    if seen.moderates != moderates or now - seen.seen_at >= FRESH:
        _see_again(seen, now)
        seen.seen_at, seen.moderates = now, moderates


def _see_again(seen: Presence, now: datetime) -> None:
    """Whoever had gone begins to stay anew, and keeps the time they had been there."""
    begun_at = seen.begun_at or seen.seen_at
    gone = now - seen.seen_at > STAYS
    seen.begun_at = now if gone else begun_at
    seen.seconds += round((seen.seen_at - begun_at).total_seconds()) if gone else 0


def see_all(session: Session, room_id: str, people: Mapping[str, bool], *, now: datetime) -> None:
    """`be_seen` for many who come in together; `people` says who leads the room."""
    here = Presence.room_id == room_id, Presence.person_id.in_(people)
    columns = Presence.person_id, Presence.moderates, Presence.seen_at
    rows = session.execute(select(*columns).where(*here)).all()
    known = {one: leads for one, leads, _seen_at in rows}
    for one in sorted(one for one, _leads, seen_at in rows if now - seen_at > STAYS):
        be_seen(session, room_id, one, moderates=known[one], now=now)
    keep_seen(session, room_id, known, now=now)
    _come_in(session, room_id, {one: leads for one, leads in people.items() if one not in known}, now)
    for one, leads in sorted(people.items()):
        if known.get(one, leads) != leads:
            be_seen(session, room_id, one, moderates=leads, now=now)


def _come_in(session: Session, room_id: str, people: Mapping[str, bool], now: datetime) -> None:
    """Two tabs may come in at once: the first one's row stands for both."""
    insert = postgresql.insert if is_postgres(session) else sqlite.insert
    rows = [
        {
            "room_id": room_id,
            "person_id": one,
            "moderates": leads,
            "seen_at": now,
            "begun_at": now,
            "seconds": 0,
        }
        for one, leads in sorted(people.items())
    ]
    if rows:
        session.execute(insert(Presence).on_conflict_do_nothing(), rows)


def keep_seen(session: Session, room_id: str, person_ids: Iterable[str], *, now: datetime) -> None:
    """The same for everybody whose socket is still open, in one statement.

    It waits for nobody's row: whoever is held by another transaction is being seen there, and that one may
    wait for the room which our caller holds.
    """
    ids = list(person_ids)
    if not ids:
        return
    here = Presence.room_id == room_id, Presence.person_id.in_(ids)
    free = select(Presence.person_id).where(*here).with_for_update(skip_locked=True)
    mine = Presence.room_id == room_id, Presence.person_id.in_(free)
    session.execute(
        update(Presence).where(*mine).values(seen_at=now), execution_options={"synchronize_session": False}
    )


def leave(session: Session, room_id: str, person_id: str) -> None:
    """Gone from this moment; how long they had been here stays, for the journal."""
    seen = session.get(Presence, (room_id, person_id))
    if seen is None:
        return
    _see_again(seen, seen.seen_at + 2 * STAYS)
    seen.moderates = False
    seen.begun_at = seen.seen_at = seen.seen_at - 2 * STAYS


def count_here(session: Session, room_id: str, *, now: datetime) -> int:
    """Everybody seen within the last minute, moderators too."""
    return session.scalar(_COUNT, {"room": room_id, "since": now - HERE}) or 0


def count_at_desk(session: Session, room_id: str, *, now: datetime) -> int:
    """Moderators seen within the last half minute."""
    return session.scalar(_COUNT_AT_DESK, {"room": room_id, "since": now - AT_THE_DESK}) or 0


def at_desk(session: Session, room_id: str, *, now: datetime) -> frozenset[str]:
    """The ids of those moderators; for the house alone."""
    lately = Presence.room_id == room_id, Presence.moderates, Presence.seen_at > now - AT_THE_DESK
    return frozenset(session.scalars(select(Presence.person_id).where(*lately)))


def has_moderator(session: Session, room_id: str, *, now: datetime) -> bool:
    return count_at_desk(session, room_id, now=now) > 0
