"""A paper that says how often a member was here: asked for by them, checked by whoever is given it.

What it says is sealed as it was said. Only the digest of its code can be looked for, and a check answers to
the code and the name on the paper together, so that a code alone tells nothing about anybody.
"""

import json
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation import audit
from foundation.columns import blind_index
from foundation.database import lock
from foundation.errors import DomainError
from foundation.timewords import clock, local_date
from scheduling.journal_records import AttendanceProof
from scheduling.own_journal import Visit, visits_here
from scheduling.recurrence import lenient_local

LONGEST = timedelta(days=366)
MOST_A_DAY = 10
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_CODE_LETTERS = 16
"""Of 32 letters: 80 bits."""
_DAY = timedelta(days=1)


class BadSpan(DomainError):
    code: ClassVar[str] = "bad_span"
    default: ClassVar[str] = "Choose a first and a last day in this order, at most a year apart, until today."


class NothingToSay(DomainError):
    code: ClassVar[str] = "nothing_to_say"
    default: ClassVar[str] = "Between these days nothing is written down. Choose others, or ask us to look."


class EnoughPapers(DomainError):
    code: ClassVar[str] = "enough_papers"
    default: ClassVar[str] = f"That is {MOST_A_DAY} sheets today. Tomorrow you can make more."


class UnknownPaper(DomainError):
    code: ClassVar[str] = "unknown_paper"
    default: ClassVar[str] = "There is no such sheet here."


@dataclass(frozen=True)
class Line:
    """One session: its day and clock time in the paper's zone, how long, and what it was if that is told."""

    day: str
    clock: str
    minutes: int
    title: str = ""


@dataclass(frozen=True)
class Paper:
    """All that a paper says. Days are ISO dates, `timezone` is the member's, `code` is in groups of four."""

    org: str
    name: str
    first_day: str
    last_day: str
    timezone: str
    issued_at: str
    code: str
    lines: tuple[Line, ...]

    @property
    def minutes(self) -> int:
        return sum(one.minutes for one in self.lines)


@dataclass(frozen=True)
class Wish:
    """What the member wants on it. Without `titles` every line is only a session."""

    name: str
    first_day: date
    last_day: date
    titles: bool = False


def issue(
    session: Session, member_id: str, wish: Wish, *, org: str, zone: ZoneInfo, now: datetime
) -> AttendanceProof:
    """Raises BadSpan, NothingToSay, EnoughPapers."""
    visits = _visits(session, member_id, wish, zone, now)
    _require_few(session, member_id, now)
    code = _new_code()
    paper = Paper(
        org=org, name=wish.name, first_day=wish.first_day.isoformat(), last_day=wish.last_day.isoformat(),
        timezone=zone.key, issued_at=now.isoformat(), code=code, lines=_lines(visits, zone, wish.titles),
    )  # fmt: skip
    proof = AttendanceProof(
        person_id=member_id, code_digest=_digest(code), words=json.dumps(asdict(paper)),
        first_day=wish.first_day, last_day=wish.last_day, issued_at=now,
    )  # fmt: skip
    session.add(proof)
    session.flush()
    _note(session, "paper.issued", proof, member_id, now)
    return proof


def papers_of(session: Session, member_id: str) -> list[AttendanceProof]:
    """Those that still hold, the latest first."""
    theirs = AttendanceProof.person_id == member_id, AttendanceProof.withdrawn_at.is_(None)
    latest = select(AttendanceProof).where(*theirs).order_by(AttendanceProof.issued_at.desc())
    return list(session.scalars(latest))


def find_paper(session: Session, proof_id: str, member_id: str) -> AttendanceProof:
    """One of the member's own that still holds. Raises UnknownPaper."""
    proof = session.get(AttendanceProof, proof_id)
    if proof is None or proof.person_id != member_id or proof.withdrawn_at is not None:
        raise UnknownPaper
    return proof


def take_back(session: Session, proof_id: str, member_id: str, *, now: datetime) -> None:
    """From now on a check finds nothing, and what it said is forgotten. Raises UnknownPaper."""
    proof = find_paper(session, proof_id, member_id)
    proof.withdrawn_at, proof.words = now, ""
    _note(session, "paper.withdrawn", proof, member_id, now)


def check(session: Session, name: str, code: str, *, now: datetime) -> Paper | None:
    """What the paper of this code says, if it bears this name; each such look is noted."""
    wanted = AttendanceProof.code_digest == _digest(code), AttendanceProof.withdrawn_at.is_(None)
    proof = session.scalar(select(AttendanceProof).where(*wanted))
    if proof is None:
        return None
    paper = paper_from(proof)
    if _plain(paper.name) != _plain(name):
        return None
    _note(session, "paper.checked", proof, None, now)
    return paper


def paper_from(proof: AttendanceProof) -> Paper:
    """The words, opened."""
    told = json.loads(proof.words)
    return Paper(**{**told, "lines": tuple(Line(**one) for one in told["lines"])})


def _visits(session: Session, member_id: str, wish: Wish, zone: ZoneInfo, now: datetime) -> Sequence[Visit]:
    if not wish.first_day <= wish.last_day <= local_date(now, zone):
        raise BadSpan
    if wish.last_day - wish.first_day > LONGEST:
        raise BadSpan
    since, until = (lenient_local(day, 0, zone) for day in (wish.first_day, wish.last_day + _DAY))
    visits = visits_here(session, member_id, zone, since=since, until=until)
    if not visits:
        raise NothingToSay
    return visits


def _lines(visits: Sequence[Visit], zone: ZoneInfo, titles: bool) -> tuple[Line, ...]:
    return tuple(
        Line(one.day.isoformat(), clock(one.starts_at, zone), one.minutes, one.title if titles else "")
        for one in visits
        if one.starts_at is not None
    )


def _require_few(session: Session, member_id: str, now: datetime) -> None:
    lock(session, f"papers:{member_id}")
    today = AttendanceProof.person_id == member_id, AttendanceProof.issued_at > now - _DAY
    if (session.scalar(select(func.count()).where(*today)) or 0) >= MOST_A_DAY:
        raise EnoughPapers


def _new_code() -> str:
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LETTERS))
    return "-".join(letters[at : at + 4] for at in range(0, _CODE_LETTERS, 4))


def _digest(code: str) -> str:
    return blind_index("attendance_proof.code", "".join(one for one in code.upper() if one.isalnum()))


def _plain(name: str) -> str:
    """As people type a name from a paper: without accents, capitals and double spaces."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(letter for letter in apart if not unicodedata.combining(letter)).split())


def _note(session: Session, action: str, proof: AttendanceProof, by: str | None, now: datetime) -> None:
    audit.record(session, actor=by, action=action, kind="paper", object_id=proof.id, now=now)
