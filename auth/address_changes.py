"""A new mail address: proven by a code sent there, told to the old one (R10)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.addresses import normalise_address
from auth.attempts import LIFE, MOST_TRIES, SigninAttempt
from auth.codes import NothingAsked, WrongCode, code_digest, new_code
from auth.factors import note_change
from auth.keyed import same
from auth.people import AddressTaken, Person, find_person
from auth.throttle import Limit, insist
from foundation.columns import Encrypted, Id, UtcDateTime, new_id
from foundation.database import Base, lock
from foundation.outbox import promise
from foundation.personal import holds

KIND = "account.address"
ASKED = Limit("address.change", 5, timedelta(hours=1))


class AddressChange(Base):
    """One a person at a time. `email` is normalised and sealed until it is proven."""

    __tablename__ = "address_change"

    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    email: Mapped[str] = mapped_column(Encrypted("address_change.email"))
    code_digest: Mapped[str] = mapped_column(String(64))
    tries: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


holds(AddressChange, "person_id", title="A new address that waits for its code", shows=("email",))


@dataclass(frozen=True)
class Changed:
    """It is done: from this address to that."""

    old: str
    new: str


def ask_for_address(session: Session, person_id: str, email: str, *, key: bytes, now: datetime) -> None:
    """Send six digits to the new address. Raises BadAddress, TooMany.

    An address that somebody has already gets no mail; neither an answer nor its time tells that (R7).
    """
    address, code = normalise_address(email), new_code()
    insist(session, ASKED, person_id, now=now)
    lock(session, f"address.change:{person_id}")
    session.execute(delete(AddressChange).where(AddressChange.person_id == person_id))
    session.add(
        AddressChange(
            person_id=person_id,
            email=address,
            code_digest=code_digest(key, person_id, code),
            tries=0,
            expires_at=now + LIFE,
        )
    )
    session.flush()
    is_free = session.scalar(select(Person.id).where(Person.email == address)) is None
    _promise_mail(session, address if is_free else "", code if is_free else "", now)


def _promise_mail(session: Session, address: str, code: str, now: datetime) -> None:
    """For nobody the mail falls due when it is over already: the same work, and never a mail (R7)."""
    until = now + LIFE
    due_at = now if address else until + timedelta(seconds=1)
    refs = {"email": address, "code": code, "expires_at": until.isoformat()}
    promise(session, KIND, refs, key=f"{KIND}:{new_id()}", due_at=due_at, now=now, not_after=until)


def pending_address(session: Session, person_id: str, *, now: datetime) -> str | None:
    """The address that waits for its code."""
    found = _open(session, person_id, now)
    return found.email if found else None


def try_address_code(
    session: Session, person_id: str, code: str, *, key: bytes, now: datetime
) -> Changed | WrongCode:
    """Change the address if the code is right. Raises NothingAsked, AddressTaken.

    Links and codes that went to the old address open nothing from then on, and it gets a last mail.
    """
    waiting = _open(session, person_id, now)
    tries = _spend_try(session, person_id) if waiting else None
    if waiting is None or tries is None:
        raise NothingAsked("Codes last ten minutes and five tries. Ask for a new one.")
    if not same(waiting.code_digest, code_digest(key, person_id, code)):
        return WrongCode(MOST_TRIES - tries)
    done = _change(session, find_person(session, person_id), waiting.email)
    session.execute(delete(AddressChange).where(AddressChange.person_id == person_id))
    _close_attempts(session, person_id, now)
    for told in (done.old, done.new):
        note_change(session, person_id, "address.changed", to=told, now=now)
    return done


def _change(session: Session, person: Person, address: str) -> Changed:
    lock(session, f"address:{address}")
    if session.scalar(select(Person.id).where(Person.email == address)) is not None:
        raise AddressTaken
    old, person.email = person.email, address
    session.flush()
    return Changed(old, address)


def _close_attempts(session: Session, person_id: str, now: datetime) -> None:
    theirs = SigninAttempt.person_id == person_id, SigninAttempt.used_at.is_(None)
    session.execute(update(SigninAttempt).where(*theirs).values(used_at=now))


def _open(session: Session, person_id: str, now: datetime) -> AddressChange | None:
    found = session.get(AddressChange, person_id, populate_existing=True)
    return found if found is not None and now < found.expires_at else None


def _spend_try(session: Session, person_id: str) -> int | None:
    """How many tries are spent now, or None when there was none left."""
    left = AddressChange.person_id == person_id, AddressChange.tries < MOST_TRIES
    spend = update(AddressChange).where(*left).values(tries=AddressChange.tries + 1)
    return session.execute(spend.returning(AddressChange.tries)).scalar_one_or_none()
