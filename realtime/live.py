"""The live rooms of one process: joining, running a command, and the beat that keeps everybody level."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from auth.actor import Actor
from auth.permissions import NotSignedIn
from foundation.database import Database
from foundation.errors import DomainError
from foundation.settings import Settings
from realtime.arrivals import Arrival
from realtime.ballots import Ballot
from realtime.care import help_for
from realtime.coming_in import Coming, ComingIn
from realtime.door import require_inside, standing
from realtime.errors import NotJoined, SlowDown
from realtime.eventlog import PUB
from realtime.last_ear import Said, hear_anyway
from realtime.messages import COMMANDS, Call
from realtime.payloads import Data
from realtime.presence import be_seen, keep_seen
from realtime.pulse import TICK_SECONDS, Heartbeat, pulse_of
from realtime.room import enter
from realtime.snapshots import Snapshots
from realtime.steering import hold_if_unattended
from realtime.still_welcome import let_in, unwelcome
from realtime.transport import Broadcaster, channel
from realtime.visitors import Credential, Place, Visitor, Visitors
from realtime.voting import Votes
from realtime.written import is_crisis
from safety.hearing import listen_first, rules_hear_danger

VOTE = "vote"
_SEEN_EVERY_TICKS = round(10 / TICK_SECONDS)
_CHECKED_AT_ONCE = 25
_log = logging.getLogger("evenside.realtime")


class Lines(Protocol):
    """The sockets, as the rooms see them (realtime/channels.py)."""

    def enter(self, sid: str, channel: str) -> None: ...
    def leave(self, sid: str, channel: str) -> None: ...
    def tell(self, channel: str, event: str, data: object) -> None: ...
    def tell_one(self, sid: str, event: str, data: object) -> None: ...
    def cut(self, sid: str) -> None: ...


class LiveRooms:
    """Everything here knows only the database, the clock and the lines to those who are in."""

    def __init__(
        self, database: Database, settings: Settings, clock: Callable[[], datetime], lines: Lines
    ) -> None:
        self.visitors = Visitors()
        self.broadcaster = Broadcaster(database, self._emit)
        self._database = database
        self._settings = settings
        self._clock = clock
        self._lines = lines
        self._votes = Votes(database, clock)
        self._snapshots = Snapshots()
        self._arrivals = ComingIn(database, clock, self._snapshots, self._sit)
        self._heartbeat = Heartbeat()
        self._ticks = 0

    def wake(self, room_id: str) -> None:
        """Something was committed in this room: by a socket, a form or the worker."""
        self.broadcaster.wake(room_id)

    def lets_in(self, credential: Credential) -> bool:
        with self._database.read() as session:
            return credential in let_in(session, {credential}, self._clock())

    def require_calm(self, visitor: Visitor, data: Data) -> None:
        """Raises SlowDown for a flood; somebody in danger is heard whatever came before."""
        if visitor.pace.allows(self._clock()):
            return
        text = data.text_or_none("text") or ""
        if visitor.heed.allows(self._clock()):
            listen_first([text])
            in_danger = is_crisis(text)
        else:
            in_danger = rules_hear_danger(text)
        if not in_danger:
            raise SlowDown("That was a great deal at once. Wait a moment, then send it again.")

    def join(self, sid: str, visitor: Visitor, data: Data) -> dict[str, Any]:
        """A seat in a meeting's room, and what the client lacks of it (realtime/coming_in.py)."""
        asked = Coming(sid, visitor, data.ident("room"), data.after(), data.ident_or_none("epoch"))
        with self._sent_away_if_signed_out(sid):
            return self._arrivals.join(asked)

    def run(self, sid: str, visitor: Visitor, event: str, data: Data) -> dict[str, Any]:
        """One command, committed before it is acknowledged, and told to everybody after the commit."""
        now = self._clock()
        if visitor.place is None:
            raise NotJoined()
        room_id = visitor.place.room_id
        if event == VOTE and not visitor.place.leads:
            return self._vote(sid, visitor, room_id, data)
        listen_first(data.written())
        answer = self._answer_or_last_ear(sid, visitor, visitor.place, Said(event, data), now)
        self.wake(room_id)
        return {**answer, **help_for(event, answer, self._settings)}

    def _vote(self, sid: str, visitor: Visitor, room_id: str, data: Data) -> dict[str, Any]:
        """Counted with whoever votes in the same moment; the pulse tells the others."""
        ballot = Ballot(visitor.credential, room_id, data.ident("question"), data.flag("on"))
        with self._sent_away_if_signed_out(sid):
            return self._votes.cast(ballot)

    def _answer_or_last_ear(
        self, sid: str, visitor: Visitor, place: Place, said: Said, now: datetime
    ) -> dict[str, Any]:
        """A command that is refused, or answered as an earlier one was, loses no words of danger."""
        try:
            answer = self._carry_out(sid, visitor, place, said, now)
        except DomainError as refusal:
            if isinstance(refusal, NotSignedIn) or not said.speaks_of_danger:
                raise
        else:
            if not said.was_missed(answer):
                return answer
        with self._sent_away_if_signed_out(sid), self._database.write() as session:
            actor = self._actor(session, visitor, now)
            return hear_anyway(session, place.room_id, actor, said.text, now=now)

    def _carry_out(
        self, sid: str, visitor: Visitor, place: Place, said: Said, now: datetime
    ) -> dict[str, Any]:
        with self._sent_away_if_signed_out(sid), self._database.write() as session:
            actor = self._actor(session, visitor, now)
            _require_inside_or_danger(session, place.room_id, actor, said.data, now)
            if place.leads:
                enter(session, place.room_id)
                be_seen(session, place.room_id, actor.person_id, moderates=True, now=now)
            return dict(COMMANDS[said.event](Call(session, place.room_id, actor, said.data, now)))

    def forget(self, sid: str) -> None:
        """The socket is gone, or has to go: it hears nothing more."""
        left = self.visitors.forget(sid)
        if left is not None:
            self._leave_channels(sid, left)

    def beat(self) -> None:
        """One tick: send what was missed, say the numbers, note who is here, let go of who may not be."""
        self._ticks += 1
        self._check_some()
        for room_id in self.visitors.rooms():
            self.wake(room_id)
            self._pulse(room_id)
            if self._ticks % _SEEN_EVERY_TICKS == 0:
                self._note_presence(room_id)

    def _pulse(self, room_id: str) -> None:
        with self._database.read() as session:
            pulse = pulse_of(session, room_id, now=self._clock())
        if self._heartbeat.is_worth_saying(room_id, pulse):
            self._snapshots.numbers_changed(room_id)
            self._emit(channel(room_id, PUB), "pulse", pulse)

    def _note_presence(self, room_id: str) -> None:
        """The room is held first, as by whoever comes in: else each could wait for the other's row."""
        now = self._clock()
        with self._database.write() as session:
            enter(session, room_id)
            keep_seen(session, room_id, self.visitors.people(room_id), now=now)
            hold_if_unattended(session, room_id, now=now)
        self.wake(room_id)

    def _check_some(self) -> None:
        batch = self.visitors.next_to_check(_CHECKED_AT_ONCE)
        if not batch:
            return
        now = self._clock()
        with self._database.read() as session:
            bad = unwelcome(session, batch, now=now)
        for sid, why in bad:
            self._send_away(sid, why)

    @contextmanager
    def _sent_away_if_signed_out(self, sid: str) -> Iterator[None]:
        """Around the transaction, for nothing is emitted inside one."""
        try:
            yield
        except NotSignedIn:
            self._send_away(sid, "signed_out")
            raise

    def _actor(self, session: Session, visitor: Visitor, now: datetime) -> Actor:
        actor = visitor.credential.actor(session, now=now)
        if actor is None:
            raise NotSignedIn()
        visitor.credential.note(session, actor, now=now)
        return actor

    def _sit(self, coming: Coming, arrival: Arrival) -> None:
        """The room is followed before they hear it. Raises NotSignedIn if the socket has gone meanwhile."""
        sid, room_id, seat = coming.sid, arrival.room_id, arrival.seat
        self.broadcaster.follow(room_id)
        if self.visitors.by_sid.get(sid) is not coming.visitor:
            self._unfollow_if_empty(room_id)
            raise NotSignedIn
        heard = tuple(channel(room_id, stream) for stream in seat.streams)
        left = self.visitors.seat(
            sid, Place(room_id, arrival.actor.person_id, seat.participant.id, seat.leads, heard)
        )
        if left is not None:
            self._leave_channels(sid, left)
        for one in heard:
            self._lines.enter(sid, one)

    def _leave_channels(self, sid: str, place: Place) -> None:
        for one in place.channels:
            self._lines.leave(sid, one)
        self._unfollow_if_empty(place.room_id)

    def _unfollow_if_empty(self, room_id: str) -> None:
        if not self.visitors.has(room_id):
            self.broadcaster.unfollow(room_id)
            self._heartbeat.forget(room_id)
            self._snapshots.forget(room_id)

    def _emit(self, to: str, event: str, data: dict[str, Any]) -> None:
        self._lines.tell(to, event, data)
        if event == "gone":
            for sid in self.visitors.sids_in(to):
                self._close(sid)

    def _send_away(self, sid: str, reason: str) -> None:
        self._lines.tell_one(sid, "gone", {"reason": reason})
        self._close(sid)

    def _close(self, sid: str) -> None:
        """Leave the channels, the namespace and the WebSocket, so that nothing can come back on it."""
        self.forget(sid)
        self._lines.cut(sid)


def _require_inside_or_danger(
    session: Session, room_id: str, actor: Actor, data: Data, now: datetime
) -> None:
    """Whoever was sent out does nothing more here; words of danger on their way are heard all the same."""
    if not is_crisis(data.text_or_none("text") or ""):
        require_inside(standing(session, room_id, actor.person_id), now)
