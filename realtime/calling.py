"""Going into the evening's video call: who may, and by which way."""

from datetime import datetime

from sqlalchemy.orm import Session

from auth.actor import Actor
from foundation.jitsi import Jitsi
from realtime.call import Guest, jitsi_address
from realtime.door import require_inside
from realtime.errors import NoCall
from realtime.room import enter, leads, participant_of, require_running
from scheduling.meeting_settings import CallKind
from scheduling.meetings import Meeting


def call_kind(meeting: Meeting) -> str:
    """none, link or jitsi."""
    if meeting.call_kind == CallKind.JITSI:
        return CallKind.JITSI.value
    return CallKind.LINK.value if meeting.call_url else CallKind.NONE.value


def way_in(session: Session, room_id: str, actor: Actor, server: Jitsi | None, *, now: datetime) -> str:
    """Where to send this person's browser, while the room is open or on hold.

    Raises NotJoined, Removed, TimedOut, RoomNotOpen, RoomClosed, NoCall, CallNotSetUp.
    """
    room = enter(session, room_id)
    me = participant_of(session, room, actor)
    require_inside(me, now)
    require_running(room)
    meeting = session.get_one(Meeting, room.meeting_id)
    if call_kind(meeting) == CallKind.JITSI:
        guest = Guest(me.id, me.pseudonym, leads(session, room, actor))
        return jitsi_address(server, room.id, guest, now=now)
    if not meeting.call_url:
        raise NoCall()
    return meeting.call_url
