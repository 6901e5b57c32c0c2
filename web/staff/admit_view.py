"""What the page of an admission shows: what can be chosen, the schedule as dates, and what is still open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from sqlalchemy.orm import Session

from auth.people import Person, Role, people_with
from foundation.timewords import clock, short_day
from scheduling.aftercare.admitting import Admission, Preview, preview
from scheduling.aftercare.contact_schedule import ContactLine
from scheduling.aftercare.measures.catalogue import measures
from scheduling.aftercare.plan_meetings import Weekly, groups_ahead, meetings_ahead
from scheduling.aftercare.plan_records import BY_STAFF, PlanTemplate
from scheduling.aftercare.supporters import Supporter
from scheduling.aftercare.template_rules import BOOKED_DAYS
from scheduling.aftercare.templates import find_template, lines_of, offered_templates
from scheduling.refusals import NotASlot
from scheduling.services import Audience, Service, list_services, offers
from web.context import now, viewer_zone
from web.staff.admit_form import AdmissionForm
from web.staff.care_words import LineWords, lines_in_words

_TWO = 2
_A_YEAR = timedelta(days=BOOKED_DAYS)


@dataclass(frozen=True)
class Offered:
    """All that the selects and boxes of the form offer."""

    practitioners: Sequence[Person]
    templates: Sequence[PlanTemplate]
    services: Sequence[Service]
    meetings: Sequence[Weekly]
    groups: Sequence[Weekly]


@dataclass(frozen=True)
class Dates:
    """The schedule as dates; `problem` says why there are none. `goes_beyond`: longer than what is booked."""

    lines: Sequence[LineWords] = ()
    booked: int = 0
    in_the_way: int = 0
    problem: str = ""
    goes_beyond: bool = False


@dataclass(frozen=True)
class Step:
    """One thing to have done before somebody leaves."""

    words: str
    is_done: bool


def offered(session: Session, practitioner_id: str) -> Offered:
    """Services are those that this practitioner gives to one person at a time, the shortest first."""
    given = [
        one for one in list_services(session) if offers(session, one.id, practitioner_id) and one.seats == 1
    ]
    return Offered(
        people_with(session, Role.PRACTITIONER),
        offered_templates(session),
        sorted(given, key=lambda one: (one.minutes, one.name)),
        meetings_ahead(session, now=now()),
        groups_ahead(session, now=now()),
    )


def offer_choices(form: AdmissionForm, there: Offered, lines: Sequence[ContactLine]) -> None:
    """Fill the form's selects and boxes."""
    asked = {line.code for line in lines if line.kind == "measure"}
    single = {one.id: f"{one.name}, {one.minutes} minutes" for one in there.services}
    choices: dict[str, Any] = {
        "practitioner": {one.id: one.name for one in there.practitioners},
        "template": {one.id: f"{one.title}, version {one.version}" for one in there.templates},
        "regular_service": {"": "Do not book them now", **single},
        "follow_up_service": {"": "Do not book them now", **single},
        "meetings": {one.id: _weekly(one) for one in there.meetings},
        "groups": {one.id: _weekly(one) for one in there.groups},
        "codes": {code: one.name for code, one in measures().items() if code in asked and one.is_asked},
    }
    for name, offered_there in choices.items():
        cast(Any, form[name]).choices = offered_there


def usual_services(there: Offered) -> tuple[str, str]:
    """For checkups the shortest that is given, for follow-ups the longest that any member can book."""
    if not there.services:
        return "", ""
    plain = [one for one in there.services if _is_usual(one)]
    return there.services[0].id, (plain or there.services)[-1].id


def _is_usual(service: Service) -> bool:
    """Open to every member, and booked without a yes or a form before it."""
    return service.audience == Audience.MEMBERS and not service.approval and not service.intake_id


def dates_of(session: Session, member: Person, told: Admission) -> tuple[Dates, Preview | None]:
    """The schedule as it would be, or why it cannot be told."""
    try:
        shown = preview(session, member.id, told, now=now())
    except NotASlot:
        return Dates(problem="The therapist does not give one of these services. Choose another one."), None
    lines = lines_of(find_template(session, told.template_id))
    choices = told.arrangement.choices
    words = lines_in_words(lines, shown.dues, shown.proposals, choices, measure_names(), viewer_zone())
    booked = sum(one.wanted for one in shown.proposals)
    beyond = any(due.kind in BY_STAFF and due.due_from > told.starts_on + _A_YEAR for due in shown.dues)
    return Dates(words, booked, len(shown.in_the_way), goes_beyond=beyond), shown


def measure_names() -> Mapping[str, str]:
    return {code: one.name for code, one in measures().items()}


def before_leaving(told: Admission, beside: Sequence[Supporter], shown: Preview | None) -> list[Step]:
    """What the schedule asks to have done before somebody leaves, and what helps in the first bad hour."""
    booked = [one for one in (shown.proposals if shown else ()) if one.wanted and one.due.kind == "follow_up"]
    chosen = told.arrangement
    return [
        Step("Two follow-ups with a time", len(booked) >= _TWO),
        Step("Somebody beside them named", bool(beside or told.text.supporters)),
        Step("Meetings chosen", bool(chosen.meetings or chosen.groups)),
        Step("Steps for a hard moment", bool(told.text.urge.steps)),
        Step("How we may reach them", bool(told.text.ways)),
    ]


def _weekly(one: Weekly) -> str:
    """`Friday evening, next Fri 27 Nov, 9:00 pm`."""
    zone = viewer_zone()
    return f"{one.title}, next {short_day(one.next_at, zone)}, {clock(one.next_at, zone)}"
