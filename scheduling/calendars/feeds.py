"""Feeds: a person's own secret address for a calendar program. Of the secret, only a digest is kept."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from auth.people import Person, Role
from foundation import audit
from foundation.columns import Id, UtcDateTime, new_id
from foundation.database import Base, lock
from foundation.errors import DomainError
from foundation.plaintext import breaks_the_line, hides_something
from foundation.secret import digest, new_secret

MOST_FEEDS = 12
LONGEST_WORDS = 60
DEFAULT_WORDING = "Appointment"
NOTE_READS_EVERY = timedelta(minutes=5)
_SHOWN_LETTERS = 4


class FeedKind(StrEnum):
    MEMBER = "member"
    PRACTITIONER = "practitioner"


class UnknownFeed(DomainError):
    code: ClassVar[str] = "unknown_feed"
    default: ClassVar[str] = "There is no such link any more."


class TooManyFeeds(DomainError):
    code: ClassVar[str] = "too_many_feeds"
    default: ClassVar[str] = f"You have {MOST_FEEDS} links. Switch one off before you make another."


class BadWords(DomainError):
    code: ClassVar[str] = "bad_words"
    default: ClassVar[str] = f"Use one line of up to {LONGEST_WORDS} letters."


class NotYourKind(DomainError):
    code: ClassVar[str] = "not_your_kind"
    default: ClassVar[str] = "That calendar is for other people here."


class CalendarFeed(Base):
    """`ending` is how its owner tells one link from another; `wording` is what each date is called."""

    __tablename__ = "calendar_feed"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    owner_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    ending: Mapped[str] = mapped_column(String(_SHOWN_LETTERS))
    title: Mapped[str] = mapped_column(String(LONGEST_WORDS))
    wording: Mapped[str] = mapped_column(String(LONGEST_WORDS), default=DEFAULT_WORDING)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    owner: Mapped[Person] = relationship(lazy="joined", innerjoin=True)

    @property
    def is_readable(self) -> bool:
        """Not switched off, and its owner is still here in the role that the feed is for."""
        present = self.owner.departed_at is None and Role(self.kind) in self.owner.roles
        return present and self.revoked_at is None


def kinds_for(roles: frozenset[Role]) -> list[FeedKind]:
    """The calendars that somebody with these roles has."""
    return [kind for kind in FeedKind if Role(kind.value) in roles]


def create_feed(
    session: Session,
    *,
    owner_id: str,
    kind: FeedKind,
    title: str = "My dates",
    wording: str = DEFAULT_WORDING,
    now: datetime,
) -> tuple[CalendarFeed, str]:
    """A new feed and its secret, to be shown once. Raises TooManyFeeds, BadWords, NotYourKind."""
    lock(session, f"feeds:{owner_id}")
    owner = session.get_one(Person, owner_id)
    if kind not in kinds_for(owner.roles):
        raise NotYourKind
    if len(feeds_of(session, owner_id)) >= MOST_FEEDS:
        raise TooManyFeeds
    secret = new_secret()
    feed = CalendarFeed(
        owner_id=owner_id,
        kind=kind.value,
        token_digest=digest(secret),
        ending=secret[-_SHOWN_LETTERS:],
        title=_checked(title),
        wording=_checked(wording),
        created_at=now,
    )
    session.add(feed)
    session.flush()
    _record(session, "feed.created", feed, now)
    return feed, secret


def find_feed(session: Session, secret: str) -> CalendarFeed:
    """The readable feed with this secret. Raises UnknownFeed, for whatever reason it cannot be read."""
    feed = session.scalar(select(CalendarFeed).where(CalendarFeed.token_digest == digest(secret)))
    if feed is None or not feed.is_readable:
        raise UnknownFeed
    return feed


def feeds_of(session: Session, owner_id: str) -> list[CalendarFeed]:
    """Those not switched off, the oldest first."""
    own = select(CalendarFeed).where(CalendarFeed.owner_id == owner_id, CalendarFeed.revoked_at.is_(None))
    return list(session.scalars(own.order_by(CalendarFeed.created_at, CalendarFeed.id)))


def own_feed(session: Session, feed_id: str, owner_id: str) -> CalendarFeed:
    """Somebody's own feed. Raises UnknownFeed, also for another person's."""
    feed = session.get(CalendarFeed, feed_id)
    if feed is None or feed.owner_id != owner_id or feed.revoked_at is not None:
        raise UnknownFeed
    return feed


def rotate(session: Session, feed_id: str, owner_id: str, *, now: datetime) -> tuple[CalendarFeed, str]:
    """A new secret for the same feed; the old one is dead at once. Raises UnknownFeed."""
    feed, secret = own_feed(session, feed_id, owner_id), new_secret()
    feed.token_digest, feed.ending, feed.last_read_at = digest(secret), secret[-_SHOWN_LETTERS:], None
    _record(session, "feed.rotated", feed, now)
    return feed, secret


def revoke(session: Session, feed_id: str, owner_id: str, *, now: datetime) -> CalendarFeed:
    """Switch it off for good. Raises UnknownFeed."""
    feed = own_feed(session, feed_id, owner_id)
    feed.revoked_at = now
    _record(session, "feed.revoked", feed, now)
    return feed


def reword(session: Session, owner_id: str, wording: str, *, now: datetime) -> int:
    """Call the dates something else in all of somebody's feeds. Returns how many. Raises BadWords."""
    words, feeds = _checked(wording), feeds_of(session, owner_id)
    for feed in feeds:
        feed.wording = words
        _record(session, "feed.reworded", feed, now)
    return len(feeds)


def is_read_due(feed: CalendarFeed, *, now: datetime) -> bool:
    """Whether this reading should be noted: seldom, since looking should not write."""
    return feed.last_read_at is None or now - feed.last_read_at >= NOTE_READS_EVERY


def note_read(session: Session, feed_id: str, *, now: datetime) -> None:
    session.get_one(CalendarFeed, feed_id).last_read_at = now


def _checked(words: str) -> str:
    trimmed = words.strip()
    if not trimmed or len(trimmed) > LONGEST_WORDS or breaks_the_line(trimmed) or hides_something(trimmed):
        raise BadWords
    return trimmed


def _record(session: Session, action: str, feed: CalendarFeed, now: datetime) -> None:
    audit.record(
        session, actor=feed.owner_id, action=action, kind="calendar_feed", object_id=feed.id, now=now
    )
