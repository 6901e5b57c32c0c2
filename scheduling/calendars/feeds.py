"""Feeds: a person's own secret address for a calendar program. Of the secret, only a digest is kept."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar, NamedTuple

from sqlalchemy import ForeignKey, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.people import Person
from foundation import audit
from foundation.columns import Id, UtcDateTime, new_id
from foundation.database import Base, Database, lock
from foundation.errors import DomainError
from foundation.secret import digest, new_secret
from scheduling.calendars.showing import (
    DEFAULT_WORDING,
    LONGEST_WORDS,
    BadWords,
    Detail,
    FeedKind,
    Showing,
    checked_words,
    kinds_for,
    usual_detail,
)
from scheduling.calendars.stamps import EVERYBODY, STAMP_OF_TEAM, stamp_of

__all__ = ["DEFAULT_WORDING", "LONGEST_WORDS", "BadWords", "Detail", "FeedKind", "kinds_for"]

MOST_FEEDS = 12
NOTE_READS_EVERY = timedelta(minutes=5)
_SHOWN_LETTERS = 4


class UnknownFeed(DomainError):
    code: ClassVar[str] = "unknown_feed"
    default: ClassVar[str] = "There is no such link any more."


class TooManyFeeds(DomainError):
    code: ClassVar[str] = "too_many_feeds"
    default: ClassVar[str] = f"You have {MOST_FEEDS} links. Switch one off before you make another."


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
    detail: Mapped[str] = mapped_column(String(8), default=Detail.WORD.value)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def showing(self) -> Showing:
        return Showing(FeedKind(self.kind), self.owner_id, self.title, self.wording, Detail(self.detail))


class Readable(NamedTuple):
    """A feed that may be read, what it shows, and the stamp of that: all that one answer needs."""

    feed_id: str
    showing: Showing
    stamp: str
    last_read_at: datetime | None


def create_feed(
    session: Session,
    *,
    owner_id: str,
    kind: FeedKind,
    title: str = "My dates",
    wording: str = DEFAULT_WORDING,
    detail: Detail | None = None,
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
        title=checked_words(title),
        wording=checked_words(wording),
        detail=(detail or usual_detail(kind)).value,
        created_at=now,
    )
    session.add(feed)
    session.flush()
    _record(session, "feed.created", feed, now)
    return feed, secret


_READABLE = text(
    f"""
SELECT f.id, f.owner_id, f.kind, f.title, f.wording, f.detail, f.last_read_at,
  CASE WHEN f.kind = 'team' THEN {STAMP_OF_TEAM} ELSE {stamp_of("f.owner_id")} END AS stamp
FROM calendar_feed f JOIN person p ON p.id = f.owner_id
WHERE f.token_digest = :digest AND f.revoked_at IS NULL AND p.departed_at IS NULL AND EXISTS (
  SELECT 1 FROM person_role r WHERE r.person_id = p.id
    AND (r.role = f.kind OR f.kind = 'team' AND r.role IN ('practitioner', 'coordinator')))
"""  # nosec B608  # noqa: S608 - our own constants
).columns(last_read_at=UtcDateTime)


def glance_at_feed(database: Database, secret: str) -> Readable | None:
    """What `find_feed` finds, at a tenth of its cost: for programs that ask whether anything is new."""
    row = database.glance(_READABLE, digest=digest(secret))
    if row is None:
        return None
    feed_id, owner_id, kind, title, wording, detail, read_at, stamp = row
    showing = Showing(FeedKind(kind), owner_id, title, wording, Detail(detail))
    if isinstance(read_at, str):
        read_at = datetime.fromisoformat(read_at)
    return Readable(feed_id, showing, stamp, read_at and read_at.replace(tzinfo=read_at.tzinfo or UTC))


def find_feed(session: Session, secret: str) -> Readable:
    """The readable feed with this secret, in one look. Raises UnknownFeed, whatever the reason."""
    row = session.execute(_READABLE, {"digest": digest(secret)}).first()
    if row is None:
        raise UnknownFeed
    showing = Showing(FeedKind(row.kind), row.owner_id, row.title, row.wording, Detail(row.detail))
    return Readable(row.id, showing, row.stamp, row.last_read_at)


OPEN_MEETINGS = Showing(FeedKind.MEETINGS, EVERYBODY, "Meetings")
_STAMP_OF_MEETINGS = text(f"SELECT {stamp_of(repr(EVERYBODY))}")


def find_open_meetings(session: Session) -> Readable:
    """The feed that everybody may read."""
    stamp = session.execute(_STAMP_OF_MEETINGS).scalar_one()
    return Readable(FeedKind.MEETINGS.value, OPEN_MEETINGS, stamp, None)


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
    words, feeds = checked_words(wording), feeds_of(session, owner_id)
    for feed in feeds:
        feed.wording = words
        _record(session, "feed.reworded", feed, now)
    return len(feeds)


def change_feed(
    session: Session,
    feed_id: str,
    owner_id: str,
    *,
    title: str,
    wording: str,
    detail: Detail,
    now: datetime,
) -> CalendarFeed:
    """Another name, another word, more or less said; the address stays. Raises UnknownFeed, BadWords."""
    feed = own_feed(session, feed_id, owner_id)
    feed.title, feed.wording, feed.detail = checked_words(title), checked_words(wording), detail.value
    _record(session, "feed.changed", feed, now)
    return feed


def is_read_due(last_read_at: datetime | None, *, now: datetime) -> bool:
    """Whether this reading should be noted: seldom, since looking should not write."""
    return last_read_at is None or now - last_read_at >= NOTE_READS_EVERY


def note_read(session: Session, feed_id: str, *, now: datetime) -> None:
    session.get_one(CalendarFeed, feed_id).last_read_at = now


def _record(session: Session, action: str, feed: CalendarFeed, now: datetime) -> None:
    audit.record(
        session, actor=feed.owner_id, action=action, kind="calendar_feed", object_id=feed.id, now=now
    )
