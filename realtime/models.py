"""The tables of the live room. Whatever somebody wrote is sealed at rest."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.columns import Encrypted, Id, Json, UtcDateTime, new_id
from foundation.database import Base


class Room(Base):
    """One evening of a meeting. `ordinal` numbers its events over all streams, inside the house only.

    `host_id` leads now, if another than the first host does; it may be offered to
    `host_offered_id`; what was written is gone at `erased_at`.
    """

    __tablename__ = "room"
    __table_args__ = (UniqueConstraint("meeting_id", "date", name="uq_room_meeting_id_date"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"))
    date: Mapped[date] = mapped_column(Date)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10), default="scheduled", index=True)
    policy: Mapped[str] = mapped_column(String(10), default="all_held")
    slow_seconds: Mapped[int] = mapped_column(Integer, default=0)
    chat_on: Mapped[bool] = mapped_column(default=False)
    paused_why: Mapped[str | None] = mapped_column(String(10))
    epoch: Mapped[str] = mapped_column(Id, default=new_id)
    version: Mapped[int] = mapped_column(Integer, default=1)
    ordinal: Mapped[int] = mapped_column(Integer, default=0)
    asked: Mapped[int] = mapped_column(Integer, default=0)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recorded: Mapped[bool] = mapped_column(default=False)
    host_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    host_offered_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))


class Participant(Base):
    """A person in one room, under a name for that evening. `key` is equal for names that look alike.

    Until `away_until` a time-out keeps them outside; at `ready_at` they had read the rules and were alone.
    `raised` and `spoken` count hands that went up and invitations to speak.
    """

    __tablename__ = "room_participant"
    __table_args__ = (
        UniqueConstraint("room_id", "person_id", name="uq_room_participant_room_id_person_id"),
        UniqueConstraint("room_id", "key", name="uq_room_participant_room_id_key"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    room_id: Mapped[str] = mapped_column(ForeignKey("room.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    pseudonym: Mapped[str] = mapped_column(Encrypted("room_participant.pseudonym", shared=True))
    key: Mapped[str] = mapped_column(String(64))
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    muted_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    away_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ready_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hand_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    raised: Mapped[int] = mapped_column(Integer, default=0)
    spoken: Mapped[int] = mapped_column(Integer, default=0)


class Question(Base):
    """One question. Before it is live nobody but its author and the moderators may learn that it exists.

    `number` counts arrivals and is for the desk; `public_number`, without gaps, when it is first live.
    """

    __tablename__ = "room_question"
    __table_args__ = (Index("ix_room_question_room_id_state", "room_id", "state"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    room_id: Mapped[str] = mapped_column(ForeignKey("room.id"))
    participant_id: Mapped[str] = mapped_column(ForeignKey("room_participant.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    public_number: Mapped[int | None] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Encrypted("room_question.text", shared=True))
    original: Mapped[str | None] = mapped_column(Encrypted("room_question.original", shared=True))
    reply: Mapped[str | None] = mapped_column(Encrypted("room_question.reply", shared=True))
    anonymous: Mapped[bool] = mapped_column(default=True)
    state: Mapped[str] = mapped_column(String(10))
    version: Mapped[int] = mapped_column(Integer, default=1)
    votes: Mapped[int] = mapped_column(Integer, default=0)
    hold_reason: Mapped[str | None] = mapped_column(String(20))
    return_reason: Mapped[str | None] = mapped_column(String(20))
    twin_id: Mapped[str | None] = mapped_column(ForeignKey("room_question.id"))
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("room_question.id"))
    claimed_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pinned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[str | None] = mapped_column(String(80))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    live_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answering_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Vote(Base):
    """One person wants one question answered; the primary key is what makes it once."""

    __tablename__ = "room_vote"

    question_id: Mapped[str] = mapped_column(ForeignKey("room_question.id"), primary_key=True)
    participant_id: Mapped[str] = mapped_column(ForeignKey("room_participant.id"), primary_key=True)


class RoomEvent(Base):
    """Something that happened, numbered within its stream: pub, mod, or member:<participant>."""

    __tablename__ = "room_event"
    __table_args__ = (Index("ix_room_event_room_id_ordinal", "room_id", "ordinal", unique=True),)

    room_id: Mapped[str] = mapped_column(ForeignKey("room.id"), primary_key=True)
    stream: Mapped[str] = mapped_column(String(30), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    ordinal: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    body: Mapped[str] = mapped_column(Encrypted("room_event.body", shared=True))


class StreamHead(Base):
    """The last number given in a stream."""

    __tablename__ = "room_stream_head"

    room_id: Mapped[str] = mapped_column(ForeignKey("room.id"), primary_key=True)
    stream: Mapped[str] = mapped_column(String(30), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, default=0)


class CommandResult(Base):
    """What a client's command answered the first time, so that a retry gets the same."""

    __tablename__ = "room_command_result"

    room_id: Mapped[str] = mapped_column(ForeignKey("room.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    client_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    result: Mapped[dict[str, Any]] = mapped_column(Json)


class Presence(Base):
    """When somebody was last seen in a room, by socket or by opening its page.

    They have stayed since `begun_at`; `seconds` is how long they had been there before they last went away.
    Each line of chat asks who is at the desk, which has to cost the same however many are in the room.
    """

    __tablename__ = "room_presence"
    __table_args__ = (
        Index(
            "ix_room_presence_at_desk",
            "room_id",
            sqlite_where=text("moderates = 1"),
            postgresql_where=text("moderates"),
        ),
    )

    room_id: Mapped[str] = mapped_column(ForeignKey("room.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    moderates: Mapped[bool] = mapped_column(default=False)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    begun_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seconds: Mapped[int] = mapped_column(Integer, default=0)


class RoomNote(Base):
    """What moderators tell one another about somebody, for this evening; it goes with the questions."""

    __tablename__ = "room_note"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    room_id: Mapped[str] = mapped_column(ForeignKey("room.id"))
    participant_id: Mapped[str] = mapped_column(ForeignKey("room_participant.id"), index=True)
    author_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Encrypted("room_note.text", shared=True))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Bar(Base):
    """Somebody may not come to a meeting's evenings until it is lifted."""

    __tablename__ = "meeting_bar"

    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    known_as: Mapped[str] = mapped_column(Encrypted("meeting_bar.known_as"))
    reason: Mapped[str] = mapped_column(Encrypted("meeting_bar.reason"))
    barred_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    barred_at: Mapped[datetime] = mapped_column(UtcDateTime)
