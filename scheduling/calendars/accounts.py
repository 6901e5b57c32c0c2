"""App passwords: for a phone or program that asks for an account instead of an address (CalDAV).

One for each device, read-only, made by us, shown once, kept as a digest, ended by itself.
"""

import secrets
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from auth.addresses import BadAddress, normalise_address
from auth.people import Person
from foundation import audit
from foundation.columns import Id, UtcDateTime, new_id
from foundation.database import Base, lock
from foundation.errors import DomainError
from foundation.secret import digest
from scheduling.calendars.showing import LONGEST_WORDS, Detail, FeedKind, Showing, checked_words, kinds_for

MOST_ACCOUNTS = 12
NOTE_USE_EVERY = timedelta(minutes=5)
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_GROUPS, _IN_GROUP = 7, 4
_TITLES = {
    FeedKind.MEMBER: "My dates",
    FeedKind.PRACTITIONER: "Work",
    FeedKind.TEAM: "Team",
    FeedKind.MEETINGS: "Meetings",
}


class UnknownAccount(DomainError):
    code: ClassVar[str] = "unknown_account"
    default: ClassVar[str] = "There is no such app password any more."


class TooManyAccounts(DomainError):
    code: ClassVar[str] = "too_many_accounts"
    default: ClassVar[str] = f"You have {MOST_ACCOUNTS} app passwords. End one before you make another."


class CalendarAccount(Base):
    """One device's way in; `title` is the owner's word for it, the rest is what its calendars say."""

    __tablename__ = "calendar_account"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    owner_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    password_digest: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[str] = mapped_column(String(LONGEST_WORDS))
    wording: Mapped[str] = mapped_column(String(LONGEST_WORDS))
    detail: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    owner: Mapped[Person] = relationship(lazy="joined", innerjoin=True)

    @property
    def showings(self) -> dict[FeedKind, Showing]:
        """The calendars it reads, by their name in addresses."""
        kinds = [*kinds_for(self.owner.roles), FeedKind.MEETINGS]
        detail = Detail(self.detail)
        return {kind: Showing(kind, self.owner_id, _TITLES[kind], self.wording, detail) for kind in kinds}

    def is_use_due(self, now: datetime) -> bool:
        """Whether this use should be noted: seldom, since looking should not write."""
        return self.last_used_at is None or now - self.last_used_at >= NOTE_USE_EVERY


def open_account(
    session: Session, owner_id: str, *, title: str, wording: str, detail: Detail, now: datetime
) -> tuple[CalendarAccount, str]:
    """A new app password, to be shown once. Raises TooManyAccounts, BadWords."""
    lock(session, f"calendar accounts:{owner_id}")
    if len(accounts_of(session, owner_id)) >= MOST_ACCOUNTS:
        raise TooManyAccounts
    password = _new_password()
    account = CalendarAccount(
        owner_id=owner_id,
        password_digest=_digest(password),
        title=checked_words(title),
        wording=checked_words(wording),
        detail=detail.value,
        created_at=now,
    )
    session.add(account)
    session.flush()
    _record(session, "calendar_account.opened", account, now)
    return account, password


def find_account(session: Session, address: str, password: str) -> CalendarAccount:
    """Whose mail address and app password these are. Raises UnknownAccount, whatever is wrong with them."""
    found = select(CalendarAccount).where(CalendarAccount.password_digest == _digest(password))
    account = session.scalar(found)
    if account is None or account.revoked_at is not None or account.owner.departed_at is not None:
        raise UnknownAccount
    if not secrets.compare_digest(account.owner.email.encode(), _normalised(address).encode()):
        raise UnknownAccount
    return account


def accounts_of(session: Session, owner_id: str) -> list[CalendarAccount]:
    """Those in force, the oldest first."""
    own = CalendarAccount.owner_id == owner_id, CalendarAccount.revoked_at.is_(None)
    ordered = select(CalendarAccount).where(*own).order_by(CalendarAccount.created_at, CalendarAccount.id)
    return list(session.scalars(ordered))


def own_account(session: Session, account_id: str, owner_id: str) -> CalendarAccount:
    """Somebody's own. Raises UnknownAccount, also for another person's."""
    account = session.get(CalendarAccount, account_id)
    if account is None or account.owner_id != owner_id or account.revoked_at is not None:
        raise UnknownAccount
    return account


def end_account(session: Session, account_id: str, owner_id: str, *, now: datetime) -> CalendarAccount:
    """It opens nothing from now on. Raises UnknownAccount."""
    account = own_account(session, account_id, owner_id)
    account.revoked_at = now
    _record(session, "calendar_account.ended", account, now)
    return account


def note_use(session: Session, account_id: str, *, now: datetime) -> None:
    session.get_one(CalendarAccount, account_id).last_used_at = now


def _new_password() -> str:
    """`abcd-efgh-...`: 140 random bits that can be typed on a phone."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_IN_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def _digest(password: str) -> str:
    """Whether somebody typed the dashes, spaces or capitals makes no difference."""
    return digest("".join(password.lower().replace("-", " ").split()))


def _normalised(address: str) -> str:
    try:
        return normalise_address(address)
    except BadAddress:
        return ""


def _record(session: Session, action: str, account: CalendarAccount, now: datetime) -> None:
    audit.record(
        session,
        actor=account.owner_id,
        action=action,
        kind="calendar_account",
        object_id=account.id,
        now=now,
    )
