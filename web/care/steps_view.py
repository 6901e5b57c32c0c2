"""What the page of steps shows: the member's own words, their people, and what is open now."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.orm import Session

from realtime.room import LOBBY_OPENS
from safety.helplines import Helpline
from scheduling.aftercare.supporters import Supporter, supporters_of
from scheduling.aftercare.urge_plans import FIRST_STEPS, UrgePlanText, read_urge_plan
from scheduling.listening import is_waiting
from scheduling.occurrences import Occurrence
from web.around import urgent_lines
from web.care.call import CallMe, call_me
from web.context import actor, actor_or_none, now, viewer_zone
from web.on_call import OnCall, on_call_now
from web.timetable import entries, visible_meetings

_KEPT_DAYS = timedelta(days=15)
"""A copy on a phone shows the next meeting for this long without a connection."""


@dataclass(frozen=True)
class StepsView:
    """`first` is rung at one touch, `line` is beside it. `care`: words of theirs wait for a person."""

    text: UrgePlanText
    is_own: bool
    supporters: Sequence[Supporter]
    line: Helpline
    lines: Sequence[Helpline]
    meetings: Sequence[Occurrence]
    opens: timedelta
    on_call: OnCall | None
    care: bool
    call: CallMe | None

    @property
    def first(self) -> Supporter | None:
        return self.supporters[0] if self.supporters else None


def steps_view(session: Session, *, kept: bool) -> StepsView:
    mine = actor().person_id
    written = read_urge_plan(session, mine) or UrgePlanText()
    lines = urgent_lines()
    return StepsView(
        text=written if written.steps else replace(written, steps=FIRST_STEPS),
        is_own=bool(written.steps),
        supporters=supporters_of(session, mine),
        line=next((line for line in lines if line.is_short), lines[0]),
        lines=lines,
        meetings=_meetings(session)[: None if kept else 1],
        opens=LOBBY_OPENS,
        on_call=None if kept else on_call_now(session),
        care=not kept and is_waiting(session, mine),
        call=None if kept else call_me(session),
    )


def _meetings(session: Session) -> list[Occurrence]:
    """Those under way and the next ones, in order."""
    listed = entries(session, visible_meetings(session, actor_or_none()), viewer_zone(), now=now())
    held = (one.occurrence for one in listed if not one.occurrence.cancelled)
    return [one for one in held if one.starts_at < now() + _KEPT_DAYS]
