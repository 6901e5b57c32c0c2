"""What moderators write is screened too, and always sent: they have to name a danger to speak with it.

See decision 0016: what such words lead to depends on whom they are about, and wakes nobody who already knows.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from auth.actor import Actor
from realtime import written
from realtime.joining import place_in_danger
from realtime.models import Participant, Room
from realtime.presence import count_at_desk
from realtime.telling import PLACE, raise_alert, tell_flag
from safety.flags import claim_flag, open_flags, raise_flag

_LONGEST_KEPT = 4000


def heed(
    session: Session, room: Room, writer: Actor, about: Participant, text: str, *, now: datetime
) -> None:
    """A reply to somebody, or a note on them, that names a danger nobody has raised yet: an alert about them.

    Whoever wrote it is with them already, so the alert is theirs: no bell, no call, but it needs its ending.
    Written about oneself, it is for the others to claim.
    """
    if not written.is_crisis(text) or _is_looked_after(session, room, about):
        return
    if about.person_id == writer.person_id:
        _alert_about_writer(session, room, about, text, now)
        return
    flag = raise_flag(
        session, place=f"{PLACE}{room.id}", source="concern", source_id=None, person_id=about.person_id,
        known_as=about.pseudonym, text=text[:_LONGEST_KEPT], rule="a moderator's words", now=now,
    )  # fmt: skip
    claim_flag(session, flag.id, by=writer.person_id, now=now)
    session.flush()
    tell_flag(session, room, flag, "flag", now=now)


def heed_backstage(session: Session, room: Room, writer: Actor, text: str, *, now: datetime) -> None:
    """Backstage somebody may speak of themselves. An alert about the writer, for the others to claim.

    Not while another alert is open and a second moderator reads along: then they are speaking of that one.
    """
    if not written.is_crisis(text):
        return
    talked_of = (
        bool(open_flags(session, f"{PLACE}{room.id}")) and count_at_desk(session, room.id, now=now) > 1
    )
    if not talked_of:
        _alert_about_writer(session, room, place_in_danger(session, room, writer, now), text, now)


def _alert_about_writer(session: Session, room: Room, me: Participant, text: str, now: datetime) -> None:
    raise_alert(
        session, room, me, source="backstage", source_id=None, text=text[:_LONGEST_KEPT],
        rule=written.read(text).rule, now=now,
    )  # fmt: skip


def _is_looked_after(session: Session, room: Room, about: Participant) -> bool:
    return any(flag.person_id == about.person_id for flag in open_flags(session, f"{PLACE}{room.id}"))
