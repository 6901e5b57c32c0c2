"""What a member wrote for a hard moment: what to notice, what to do first, and why (an UrgePlan).

Staff who read one note it themselves (web/reading_trail.py); the member's own reading leaves no trace.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.audit import record
from foundation.database import lock
from foundation.errors import DomainError
from scheduling.aftercare.urge_plan_records import UrgePlan

MOST_STEPS, STEP_LETTERS, TEXT_LETTERS = 8, 160, 600
FIRST_STEPS = (
    "Say out loud: this is a pull, not an order. It rises, and it passes.",
    "Leave the room you are in. Leave the screen there.",
    "Ring or write to somebody. You need not explain.",
    "Move for ten minutes: around the block, up the stairs, under the shower.",
)
"""For whoever has written none yet: notice it, get away from it, do not stay alone, do something else."""


class StaleUrgePlan(DomainError):
    code: ClassVar[str] = "stale_urge_plan"
    default: ClassVar[str] = (
        "These steps were changed meanwhile, perhaps on another device. Look again, then decide."
    )


@dataclass(frozen=True)
class UrgePlanText:
    """How it begins (`signs`), what to do in order (`steps`), what it is for (`reasons`), where to go."""

    signs: str = ""
    reasons: str = ""
    steps: tuple[str, ...] = ()
    places: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.signs or self.reasons or self.steps or self.places)


def read_urge_plan(session: Session, member_id: str) -> UrgePlanText | None:
    """What stands there now; None before anything was written."""
    kept = find_urge_plan(session, member_id)
    return text_of(kept) if kept else None


def find_urge_plan(session: Session, member_id: str) -> UrgePlan | None:
    """The row itself, for who wrote it when and for its revision."""
    mine = select(UrgePlan).where(UrgePlan.member_id == member_id)
    return session.scalar(mine.execution_options(populate_existing=True))


def text_of(kept: UrgePlan) -> UrgePlanText:
    return UrgePlanText(kept.signs, kept.reasons, tuple(kept.steps.splitlines()), kept.places)


def write_urge_plan(
    session: Session,
    member_id: str,
    text: UrgePlanText,
    *,
    by: str,
    now: datetime,
    seen: int | None = None,
) -> int:
    """Keep this text from now on; the answer is its revision.

    `seen` is the revision that the writer looked at (0: none yet). Raises StaleUrgePlan if it is another now.
    """
    lock(session, f"urge_plan:{member_id}")
    kept = find_urge_plan(session, member_id)
    before = kept.revision if kept else 0
    if seen is not None and seen != before:
        raise StaleUrgePlan()
    session.merge(_row(member_id, _tidy(text), before + 1, by, now))
    session.flush()
    record(session, actor=by, action="urge_plan.written", kind="person", object_id=member_id, now=now)
    return before + 1


def _row(member_id: str, text: UrgePlanText, revision: int, by: str, now: datetime) -> UrgePlan:
    return UrgePlan(
        member_id=member_id,
        signs=text.signs,
        reasons=text.reasons,
        steps="\n".join(text.steps),
        places=text.places,
        revision=revision,
        written_by=by,
        written_at=now,
    )


def _tidy(text: UrgePlanText) -> UrgePlanText:
    """Each step on one line and none empty; nothing longer than the page has room for."""
    steps = (" ".join(step.split())[:STEP_LETTERS] for step in text.steps)
    return UrgePlanText(
        text.signs.strip()[:TEXT_LETTERS],
        text.reasons.strip()[:TEXT_LETTERS],
        tuple(step for step in steps if step)[:MOST_STEPS],
        text.places.strip()[:TEXT_LETTERS],
    )
