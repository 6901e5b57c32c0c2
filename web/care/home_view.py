"""What /care shows: what is next, what is asked this week, who is beside the member, what the plan says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from auth.contact_consents import ways_agreed
from auth.people import find_person
from foundation.timewords import local_date
from safety.helplines import Helpline
from scheduling.aftercare.in_touch import days_in_touch
from scheduling.aftercare.measures.responses import Due, due_measures
from scheduling.aftercare.plan_records import CarePlan
from scheduling.aftercare.plans import active_plan, week_of_plan
from scheduling.aftercare.supporters import Supporter, supporters_of
from scheduling.kept_weeks import KeptWeeks, kept_weeks
from scheduling.listening import is_waiting
from web.around import urgent_lines
from web.care.ahead import Contact, contacts_ahead
from web.care.call import CallMe, call_me
from web.care.way_words import way_words
from web.context import actor, now, viewer_zone
from web.on_call import OnCall, on_call_now
from web.timetable import Entry, entries, visible_meetings

_SHOWN_CONTACTS, _SHOWN_MEETINGS = 5, 3


@dataclass(frozen=True)
class PlanFacts:
    """`week` counts from 1. `written_on` is the local day on which it was agreed."""

    week: int
    who: str
    written_on: date
    goals: str
    triggers: str


@dataclass(frozen=True)
class HomeView:
    """`ways` are those agreed to, in words. `care`: lines for somebody whose words wait for a person."""

    plan: PlanFacts | None
    contacts: Sequence[Contact]
    due: Sequence[Due]
    kept: KeptWeeks
    supporters: Sequence[Supporter]
    on_call: OnCall | None
    meetings: Sequence[Entry]
    ways: Sequence[str]
    call: CallMe | None
    care: Sequence[Helpline]


def home_view(session: Session) -> HomeView:
    mine, zone = actor().person_id, viewer_zone()
    plan = active_plan(session, mine)
    today = local_date(now(), ZoneInfo(plan.timezone) if plan else zone)
    return HomeView(
        plan=_facts(session, plan, today) if plan else None,
        contacts=contacts_ahead(session, mine, plan, zone)[:_SHOWN_CONTACTS],
        due=due_measures(session, mine, today=today),
        kept=kept_weeks(days_in_touch(session, mine, zone, now=now()), local_date(now(), zone)),
        supporters=supporters_of(session, mine),
        on_call=on_call_now(session),
        meetings=_meetings(session, zone),
        ways=way_words(ways_agreed(session, mine)),
        call=call_me(session),
        care=urgent_lines() if is_waiting(session, mine) else (),
    )


def _facts(session: Session, plan: CarePlan, today: date) -> PlanFacts:
    return PlanFacts(
        week=week_of_plan(plan.starts_on, today),
        who=find_person(session, plan.practitioner_id).name,
        written_on=local_date(plan.confirmed_at or plan.created_at, ZoneInfo(plan.timezone)),
        goals=plan.goals,
        triggers=plan.triggers,
    )


def _meetings(session: Session, zone: ZoneInfo) -> list[Entry]:
    listed = entries(session, visible_meetings(session, actor()), zone, now=now())
    return [one for one in listed if not one.occurrence.cancelled][:_SHOWN_MEETINGS]
